"""A worker killed -9 between any two steps of S3: the case ends right, nothing twice."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections import Counter
from pathlib import Path

import pytest
from temporalio.client import Client

from tests.journeys import seen
from tests.journeys.clock import WallClock
from tests.journeys.crashing import ByCommand, Death, Mortals, Spawning, file_server, forking
from tests.journeys.histories import history_of, replayed
from tests.journeys.house import House, house

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

STEPS = 27
"""Effects, decisions and messages of S3; a worker dies after every one of them."""
LANES = 8
"""So many cases side by side, each losing a worker at every eighth step: a workflow task that times
out again and again is given ever more time, which nobody wants to wait for."""
PLANS: dict[str, list[Death]] = {
    **{
        f"every-{LANES}th-from-{first}": [
            Death(step=step) for step in range(first, STEPS + 1, LANES)
        ]
        for first in range(1, LANES + 1)
    },
    "letter-intended": [
        Death(failpoint="effect.before_commit"),
        Death(failpoint="letter.intent_written"),
    ],
    "letter-sent": [
        Death(failpoint="letter.sent"),
        Death(failpoint="journal.after_commit"),
    ],
    "letter-recorded": [
        Death(failpoint="effect.after_commit"),
        Death(failpoint="letter.recorded"),
    ],
    "payment-intended": [Death(failpoint="pay.intent_written")],
    "payment-sent": [Death(failpoint="pay.sent")],
    "payment-recorded": [Death(failpoint="pay.recorded")],
}
AS_DEPLOYED = "payment-sent"
"""The lane whose workers are started by their command; the others are forked, to save CPU."""


async def test_s3_survives_a_worker_killed_between_any_two_steps(
    furnished: Path, tmp_path: Path
) -> None:
    async with (
        file_server(tmp_path) as (client, address),
        forking() as forked,
        asyncio.TaskGroup() as lanes,
    ):
        for name in PLANS:
            home = tmp_path / name
            shutil.copytree(furnished, home)
            spawning = ByCommand() if name == AS_DEPLOYED else forked
            lanes.create_task(_lane(home, client, address, spawning))


async def _lane(home: Path, client: Client, address: str, spawning: Spawning) -> None:
    clock = WallClock("2026-10-12T09:30:00+08:00")
    async with house(home, client, clock, task_queue=home.name) as inside:
        inside.patience, inside.glance, inside.repeats = 150.0, 0.7, True
        plan = PLANS[home.name]
        mortals = Mortals(house=inside, address=address, spawning=spawning, deaths=plan)
        case = await _lived_through(mortals)
        assert mortals.died == plan, "every death happened"
        await _came_out_right(inside, case)


async def _lived_through(mortals: Mortals) -> str:
    """Play while the workers live and die; a worker that ends unasked ends the test."""
    working = asyncio.create_task(mortals.work())
    playing = asyncio.create_task(_play(mortals.house))
    try:
        await asyncio.wait({working, playing}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
        return await playing
    finally:
        for task in (working, playing):
            task.cancel()
        await asyncio.gather(working, playing, return_exceptions=True)


async def _play(inside: House) -> str:
    case = await inside.request("P-S3", request={"lossAcknowledged": False})
    await inside.waits(case, "loss_acknowledged")
    statement = hashlib.sha256(inside.letters(case)[0].pdf).hexdigest()
    await inside.tell("loss-statement.acknowledged", case, statementHash=statement)
    await _decided(inside, "clerk-1", case, "make")
    await _decided(inside, "checker-1", case, "approval/check")
    await _decided(inside, "lead-1", case, "approval/approve")
    answer = await inside.waits(case, "follow_up/survey_answered")
    await inside.tell("survey.answered", answer["key"], csat=5)
    await inside.when(case, status="CLOSED", outcome="completed")
    return case


async def _decided(inside: House, operator: str, case: str, element: str) -> None:
    """Decide; a task that a dead worker told and the next one tells anew is looked up again."""
    tried = ""
    while True:
        task = await inside.task(operator, case, element)
        if task["taskId"] == tried:
            await asyncio.sleep(0.2)
            continue
        answer = await inside.complete(operator, task)
        if answer.is_success:
            return
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-open")
        tried = task["taskId"]


async def _came_out_right(inside: House, case: str) -> None:
    page, ledger = await inside.case(case), await inside.ledger(case)
    trail = await inside.trail(case)
    assert seen.journals(ledger) == [
        ["DR 6401 86,400.00", "DR 2211 1,250.30", "CR 2202 87,650.30"],
        ["DR 2202 30,848.85", "CR 1221 30,756.16", "CR 6011 92.69"],
        ["DR 2202 56,801.45", "CR 1001 56,801.45"],
    ]
    assert seen.owed(ledger) == [("56801.45", "SETTLED", ["SETTLED"])]
    assert [sent.amount_minor for sent in inside.bank.payments()] == [5_680_145]
    assert inside.bank.balance() == 5_680_145
    assert [mail.template for mail in inside.letters(case)] == [
        "loss_statement", "approved_outcome", "",
    ]  # fmt: skip
    assert page["incidents"] == []
    assert len(page["endorsements"]) == 1
    assert seen.is_gapless(trail)
    assert seen.deciders(trail) == [
        ("make", "clerk-1", "approve"),
        ("approval/check", "checker-1", "approve"),
        ("approval/approve", "lead-1", "approve"),
    ]
    await _nothing_happened_twice(inside, case)
    assert (await inside.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]
    await replayed(inside, await history_of(inside, case))


async def _nothing_happened_twice(inside: House, case: str) -> None:
    effects = Counter(inside.rows("SELECT element FROM effects WHERE case_id = ?", case))
    mails = inside.letters(case)
    assert (len(effects), set(effects.values())) == (21, {1})
    assert len({mail.message_id for mail in mails}) == len(mails)
    for query, once in (
        ("SELECT count(*) FROM human_task_deeds WHERE act = 'complete'", 3),
        ("SELECT count(*) - count(DISTINCT message_no) FROM message_deliveries", 0),
        ("SELECT count(*) FROM message_deliveries WHERE state != 'CONSUMED'", 0),
        ("SELECT count(*) FROM policy_versions WHERE policy_no = 'P-S3'", 2),
        ("SELECT count(*) FROM surveys", 1),
        ("SELECT count(*) FROM documents WHERE type = 'ARCHIVE_MANIFEST'", 1),
        ("SELECT count(*) FROM policy_locks", 0),
    ):
        assert inside.rows(query) == [(once,)], query

"""A worker killed -9 between any two steps of S3: the case ends right, nothing twice."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from temporalio.client import Client

from tests.journeys import seen
from tests.journeys.clock import WallClock
from tests.journeys.crashing import Death, Mortals, file_server
from tests.journeys.histories import history_of, replayed
from tests.journeys.house import House, house

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

STEPS = 26
"""Effects, decisions and messages of S3."""
LANES = 4
PLANS: dict[str, list[Death]] = {
    **{
        f"every-{LANES}th-from-{first}": [
            Death(step=step) for step in range(first, STEPS + 1, LANES)
        ]
        for first in range(1, LANES + 1)
    },
    "before-the-outside": [
        Death(failpoint="letter.intent_written"),
        Death(failpoint="effect.before_commit"),
        Death(failpoint="pay.intent_written"),
    ],
    "in-the-outside": [
        Death(failpoint="letter.sent"),
        Death(failpoint="journal.after_commit"),
        Death(failpoint="pay.sent"),
    ],
    "after-the-outside": [
        Death(failpoint="letter.recorded"),
        Death(failpoint="effect.after_commit"),
        Death(failpoint="pay.recorded"),
    ],
}


async def test_s3_survives_a_worker_killed_between_any_two_steps(
    furnished: Path, tmp_path: Path
) -> None:
    async with file_server(tmp_path) as (client, address):
        async with asyncio.TaskGroup() as lanes:
            for name in PLANS:
                lanes.create_task(_lane(tmp_path, furnished, client, address, name))


async def _lane(folder: Path, furnished: Path, client: Client, address: str, name: str) -> None:
    import time

    t = time.time()
    home = folder / name
    shutil.copytree(furnished, home)
    clock = WallClock("2026-10-12T09:30:00+08:00")
    async with house(home, client, clock, task_queue=name) as inside:
        inside.settings.temporal_address = address
        inside.patience, inside.repeats = 240.0, True
        mortals = Mortals(house=inside, deaths=PLANS[name])
        working = asyncio.create_task(mortals.work())
        case = await _unless_over(working, _play(inside))
        print(name, "played", time.time() - t, len(mortals.died))
        await _came_out_right(inside, case)
        assert mortals.died == PLANS[name], "every death happened"


async def _unless_over(working: asyncio.Task[None], playing) -> str:
    """Play while the workers live and die; a worker that ends unasked ends the test."""
    case = asyncio.ensure_future(playing)
    await asyncio.wait({working, case}, return_when=asyncio.FIRST_COMPLETED)
    working.cancel()
    if not case.done():
        case.cancel()
        await working
    with contextlib.suppress(asyncio.CancelledError):
        await working
    return case.result()


async def _play(inside: House) -> str:
    case = await inside.request("P-S3", request={"lossAcknowledged": False})
    await inside.waits(case, "loss_acknowledged")
    statement = hashlib.sha256(inside.letters(case)[0].pdf).hexdigest()
    await inside.tell("loss-statement.acknowledged", case, statementHash=statement)
    await inside.decide("clerk-1", case, "make")
    await inside.decide("checker-1", case, "approval/check")
    await inside.decide("lead-1", case, "approval/approve")
    answer = await inside.waits(case, "follow_up/survey_answered")
    await inside.tell("survey.answered", answer["key"], csat=5)
    await inside.when(case, status="CLOSED", outcome="completed")
    return case


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
    print(
        Counter(element for (element,) in inside.rows("SELECT element FROM effects")),
        inside.rows("select count(*) from message_deliveries"),
        inside.rows("select count(*) from human_task_deeds"),
    )
    assert (await inside.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]
    await replayed(await history_of(inside, case))

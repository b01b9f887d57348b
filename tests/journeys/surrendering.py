"""S3 as people play it over and over while machines fail: from request to archive, exact."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter

from tests.journeys import seen
from tests.journeys.histories import history_of, replayed
from tests.journeys.house import CALL, House


async def surrendered(inside: House) -> str:
    """Play a surrender to its end; returns the case."""
    case = await inside.request("P-S3", request={"lossAcknowledged": False})
    await inside.waits(case, "loss_acknowledged")
    statement = hashlib.sha256(inside.letters(case)[0].pdf).hexdigest()
    await inside.tell("loss-statement.acknowledged", case, statementHash=statement)
    await _decided(inside, "clerk-1", case, "make")
    await _decided(inside, "checker-2", case, CALL)
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


async def came_out_right(inside: House, case: str) -> None:
    """Nothing of it is missing, nothing is there twice."""
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
        (CALL, "checker-2", "approve"),
        ("approval/check", "checker-1", "approve"),
        ("approval/approve", "lead-1", "approve"),
    ]
    await _nothing_happened_twice(inside, case)
    assert (await inside.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]
    await replayed(inside, await history_of(inside, case))


async def _nothing_happened_twice(inside: House, case: str) -> None:
    effects = Counter(inside.rows("SELECT element FROM effects WHERE case_id = ?", case))
    mails = inside.letters(case)
    assert (len(effects), set(effects.values())) == (22, {1})
    assert len({mail.message_id for mail in mails}) == len(mails)
    for query, once in (
        ("SELECT count(*) FROM human_task_deeds WHERE act = 'complete'", 4),
        ("SELECT count(*) - count(DISTINCT message_no) FROM message_deliveries", 0),
        ("SELECT count(*) FROM message_deliveries WHERE state != 'CONSUMED'", 0),
        ("SELECT count(*) FROM policy_versions WHERE policy_no = 'P-S3'", 2),
        ("SELECT count(*) FROM surveys", 1),
        ("SELECT count(*) FROM documents WHERE type = 'ARCHIVE_MANIFEST'", 1),
        ("SELECT count(*) FROM policy_locks", 0),
    ):
        assert inside.rows(query) == [(once,)], query

"""The same work in several processes at once: it is done once, and everybody gets its answer."""

import asyncio
import dataclasses
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from infra.db.tables import money, trail
from infra.db.unit_of_work import Database
from tests.activities.office import NOTICE, Office, moment
from tests.activities.test_human_tasks import act, desk, opened  # noqa: F401 - a fixture
from workflows.contracts.activity import TaskCall

PROCESSES = 4
GOOD: dict[str, Any] = {"class": "MONEY", "reason": "BOUNCED"}


@pytest.fixture
async def offices(office: Office) -> AsyncIterator[list[Office]]:
    """The same office as several processes see it."""
    url = str(office.database.engine.url)
    databases = [Database.at(url, patience=10) for _ in range(PROCESSES - 1)]
    yield [office, *(dataclasses.replace(office, database=each) for each in databases)]
    for database in databases:
        await database.close()


async def is_whole(office: Office, records: int) -> bool:
    async with office.database.reading() as room:
        verdict = await room.audit.verify("BQ-1")
        return (verdict.intact, verdict.records) == (True, records)


async def test_one_effect_key_in_parallel_is_one_effect(offices: list[Office]):
    call = offices[0].call("anomaly.record", GOOD)

    answers = await asyncio.gather(*(office.answer(call) for office in offices))

    assert len({str(answer.variables) for answer in answers}) == 1
    assert await offices[0].count(trail.effects) == 1
    assert await is_whole(offices[0], 1)


async def test_many_effects_of_one_case_in_parallel_are_one_chain(offices: list[Office]):
    calls = [offices[0].call("anomaly.record", {**GOOD, "reason": f"R{no}"}) for no in range(40)]

    await asyncio.gather(
        *(offices[no % PROCESSES].insist(call) for no, call in enumerate([*calls, *calls]))
    )

    assert await offices[0].count(trail.effects) == 40
    assert await is_whole(offices[0], 40)


async def test_one_payment_in_parallel_is_sent_once(offices: list[Office]):
    office = offices[0]
    payee = (await office.do("verification.payee", policyNo="P-1", payeeAccountId="AC-1"))["payee"]
    asked: dict[str, Any] = {
        "policyNo": "P-1", "basis": "SURRENDER", "asOf": moment(NOTICE), "request": {},
    }  # fmt: skip
    quote = (await office.do("execution.quote", **asked))["quote"]
    held = await office.do("execution.reserve", policyNo="P-1", quote=quote)
    done = await office.do(
        "execution.commit", policyNo="P-1", quote=quote, basis="SURRENDER", **held
    )
    order = {"obligation": done["obligation"], "payee": payee}
    call: TaskCall = office.call("execution.pay", order)

    answers = await asyncio.gather(*(each.answer(call) for each in offices), return_exceptions=True)

    assert any(not isinstance(answer, BaseException) for answer in answers)
    assert await office.count(money.payment_attempts) == 1
    assert [payment.amount_minor for payment in office.bank.payments()] == [56_801_45]


async def test_two_completions_of_a_task_are_one_and_a_refusal(
    desk: Office,  # noqa: F811 - the fixture
    offices: list[Office],
):
    await opened(desk)

    answers = await asyncio.gather(
        act(offices[0], "complete", "lin"), act(offices[1], "complete", "may")
    )

    assert Counter(answer.refusal for answer in answers) in (
        Counter([None, "NOT_OPEN"]),
        Counter([None, "FORBIDDEN"]),  # may stands in the way of a decision of hers
    )
    assert await desk.count(trail.human_task_deeds) == 1


async def test_one_request_of_one_person_in_parallel_is_one_deed(
    desk: Office,  # noqa: F811 - the fixture
    offices: list[Office],
):
    await opened(desk)

    answers = await asyncio.gather(*(act(office, "complete") for office in offices))

    assert {(answer.refusal, answer.assignee) for answer in answers} == {(None, "lin")}
    assert await desk.count(trail.human_task_deeds) == 1

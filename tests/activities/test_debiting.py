"""A debit in flight: who sees it, and who hears that it is over."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from activities.debiting import is_in_flight
from infra.db.tables import trail
from infra.systems.bank_simulator.script import Behaviour
from tests.activities.office import NOTICE, Office, moment
from tests.activities.test_lending import DEBIT, settled, the_policy
from workflows.domain.policy import Policy

BACK: dict[str, Any] = {"policyNo": "P-1", "result": "SETTLED", "collection": None}


async def seen_by(office: Office, case: str) -> bool:
    policy = await the_policy(office)
    async with office.database.work() as books:
        return await is_in_flight(policy, books, except_case=case)


async def heard(office: Office) -> list[tuple[str, str]]:
    asked = select(trail.messages.c.name, trail.messages.c.key)
    async with office.database.engine.connect() as connection:
        return [(row.name, row.key) for row in await connection.execute(asked)]


async def marked(office: Office) -> Policy:
    """The policy as it was, once its mark is on the book."""
    policy = await the_policy(office)
    async with office.database.work() as books:
        await books.policies.commit(
            replace(policy, flags=(*policy.flags, "DEBIT_IN_FLIGHT")),
            cause="DEBIT_SENT",
            case_id="BQ-1",
            at=moment(NOTICE),
            reservation_id=None,
        )
    return policy


@pytest.mark.parametrize("outcome", ["SETTLED", "RETURNED"])
async def test_a_collection_is_in_flight_for_every_other_case_until_its_outcome_is_told(
    office: Office, outcome: str
):
    office.bank.script("*", Behaviour(outcome=outcome, return_code="NO_MONEY", times=1))
    assert not await seen_by(office, "BQ-2")

    taken = await office.do("execution.collect", **DEBIT)
    assert (await seen_by(office, "BQ-2"), await seen_by(office, "BQ-1")) == (True, False)
    assert await heard(office) == []

    await settled(office, taken)
    assert not await seen_by(office, "BQ-2")
    assert await heard(office) == [("debit.returned", "P-1")]


async def test_the_mark_on_the_book_goes_with_the_first_report_only(office: Office):
    policy = await marked(office)
    assert await seen_by(office, "BQ-1")

    told = await office.do("execution.debit_returned", **BACK)
    again = await office.do("execution.debit_returned", **BACK)

    assert (told["policyVersion"], again["policyVersion"]) == (3, 3)
    assert (await the_policy(office)).flags == policy.flags
    assert not await seen_by(office, "BQ-1")


async def test_the_end_of_a_case_s_own_collection_leaves_the_mark_on_the_book(office: Office):
    await marked(office)

    await office.do("execution.debit_returned", **BACK | {"collection": "OB-9"})

    assert await seen_by(office, "BQ-1")

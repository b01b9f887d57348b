"""Ex-gratia surrender 通融退保: one demand of one complaint, above the contract, decided once."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.activities.office import NOTICE, Office, a_case, a_policy, moment
from tests.activities.test_verification import eligibility, fault_of
from workflows.domain.complaint import Complaint

COMPLAINT = Complaint(
    id="CP-1",
    case_id="BQ-0",
    cause="MIS_SELLING",
    channel="MAIL",
    received_at=moment(NOTICE) - timedelta(days=1),
    registered_by="clerk",
    due_on=date(2026, 10, 27),
    due_at=moment("2026-10-27T23:59:59"),
)


@pytest.fixture
async def complained(office: Office) -> Office:
    await office.add_case(a_case("BQ-0"))
    async with office.database.work() as books:
        await books.complaints.register(COMPLAINT)
    return office


def demand(amount: str = "200000.00", complaint: str = "CP-1") -> dict[str, Any]:
    asked = {"exGratia": {"complaintId": complaint, "amount": amount}, "payeeAccountId": "AC-1"}
    return eligibility(item="EX_GRATIA_SURRENDER", request=asked)


async def refused(office: Office, variables: dict[str, Any]) -> list[str]:
    error = await fault_of(office, "verification.eligibility", **variables)
    return [each["v"] for each in error.details[0]["eligibility"]["v"]["reasons"]["v"]]


async def test_more_than_the_contract_gives_goes_to_those_who_decide(complained: Office):
    answer = await complained.do("verification.eligibility", **demand())

    assert answer["eligibility"]["eligible"]


async def test_what_the_contract_gives_needs_nobodys_grace(complained: Office):
    assert await refused(complained, demand("100.00")) == ["WITHIN_CONTRACT"]


async def test_it_names_a_complaint_about_the_same_policy(complained: Office):
    await complained.add_policy(a_policy("P-2"))
    await complained.add_case(a_case("BQ-2", policy_no="P-2"))
    async with complained.database.work() as books:
        other = Complaint(**{**_fields(COMPLAINT), "id": "CP-2", "case_id": "BQ-2"})
        await books.complaints.register(other)

    unknown = await refused(complained, demand(complaint="CP-9"))
    elsewhere = await refused(complained, demand(complaint="CP-2"))

    assert (unknown, elsewhere) == (["COMPLAINT_UNKNOWN"], ["COMPLAINT_UNKNOWN"])


async def test_a_complaint_that_was_answered_demands_nothing_more(complained: Office):
    async with complained.database.work() as books:
        answered = replace(
            COMPLAINT, outcome="NOT_UPHELD", decided_by="lin", decided_at=moment(NOTICE)
        )
        await books.complaints.change(answered, "decide", "lin", moment(NOTICE))

    assert await refused(complained, demand()) == ["COMPLAINT_DECIDED"]


def _fields(complaint: Complaint) -> dict[str, Any]:
    return {name: getattr(complaint, name) for name in Complaint.__slots__}

"""S14: who may take over the contract on a child's life, and for how much it may be covered."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys import changing, seen
from tests.journeys.conftest import Opening
from tests.journeys.house import CALL, House
from tests.journeys.test_benefits_and_claims import asks

pytestmark = [pytest.mark.journey, pytest.mark.long, pytest.mark.timeout(240)]

MOTHER, GRANDMOTHER = "PT-S14", "PT-D1"
PAPERS = ("NEW_HOLDER_ID", "RELATION_PROOF", "DEBIT_AUTHORITY")
CHANGE: dict[str, Any] = {
    "newHolderPartyId": GRANDMOTHER,
    "relation": "GRANDPARENT",
    "debitAccountId": "AC-D1-1",
}


async def test_s14_a_grandmother_takes_over_when_the_mother_asks_and_raises_what_the_cap_leaves(
    opened: Opening,
) -> None:
    async with opened("2026-11-02T09:30:00+08:00") as (house, _):
        await _refused_by_the_cap(house, await _raises(house, MOTHER, "260000.00"))
        await _refused_as_she_is_no_policyholder(house, await _asks(house, GRANDMOTHER))

        case = await _asks(house, MOTHER)
        await changing.asked(house, case, GRANDMOTHER)
        due = seen.due(await house.case(case))
        assert await _whose_consent(house, case) == ["GUARDIAN", "NEW_PH", "PARENT"]
        await changing.answers(house, case, GRANDMOTHER, "GIVEN")
        await house.decide("clerk-1", case, "make")
        await house.decide("checker-2", case, CALL)
        await house.decide("checker-1", case, "approval/check")
        await house.when(case, status="FOLLOW_UP")

        policy = await house.policy("P-S14")
        now = {role.kind: role.party_id for role in policy.roles if role.until is None}
        assert (now["PH"], now["GUARDIAN"]) == (GRANDMOTHER, MOTHER)
        assert str(policy.sum_assured) == "150000.00"

        await _raised_with_the_mothers_consent(house)

    assert (due["K-ACC"], due["K-ONE"]) == ("2026-11-04", "2026-11-09")


async def _refused_by_the_cap(house: House, case: str) -> None:
    """All insurers together: 260,000 here and nothing elsewhere, of 200,000 below ten."""
    page = await house.when(case, status="REJECTED")
    assert seen.anomalies(page) == [("ELIGIBILITY", "MINOR_CAP_EXCEEDED")]
    letter = house.letters(case)[-1]
    for told in (
        "the death of a minor would be covered for more than the law allows",
        "Below the age of 10 all insurers together may cover 200,000.00 yuan",
        "260,000.00 yuan with us, and 0.00 yuan with others as you declared",
    ):
        assert told in letter.text
    assert changing.version(house, "P-S14") == [(1, "ISSUE")]


async def _refused_as_she_is_no_policyholder(house: House, case: str) -> None:
    page = await house.when(case, status="REJECTED")
    assert seen.anomalies(page) == [("ELIGIBILITY", "NOT_ENTITLED")]
    assert "the applicant may not ask for this" in house.letters(case)[-1].text
    assert changing.version(house, "P-S14") == [(1, "ISSUE")]


async def _raised_with_the_mothers_consent(house: House) -> None:
    """She holds the policy now and is no parent: the mother agrees, the underwriter too."""
    case = await _raises(house, GRANDMOTHER, "200000.00")
    await changing.asked(house, case, MOTHER)
    assert await _whose_consent(house, case) == ["PARENT"], "beside the guardian's: the catalogue"
    await changing.answers(house, case, MOTHER, "GIVEN")
    await house.decide("clerk-1", case, "make")
    await house.decide("checker-1", case, "approval/check")
    await house.decide("underwriter-1", case, "approval/approve_functional")
    await house.when(case, status="FOLLOW_UP")

    policy = await house.policy("P-S14")
    assert (str(policy.sum_assured), str(policy.annual_premium)) == ("200000.00", "12800.00")
    assert str(policy.suspense_premium) == "80.55"
    ledger = await house.ledger(case)
    assert seen.journals(ledger) == [["DR 2203 2,919.45", "CR 6001 2,919.45"]]


async def _whose_consent(house: House, case: str) -> list[str]:
    """The mother's as guardian and parent, which she gives by asking, and the grandmother's."""
    told = (await house.get("auditor-1", f"/v1/cases/{case}/decisions", purpose="AUDIT"))[
        "decisions"
    ]
    return sorted(next(one["output"] for one in told if one["table"] == "dt_consent"))


async def _asks(house: House, applicant: str) -> str:
    return await asks(
        house, "P-S14", applicant, "POLICYHOLDER_CHANGE", *PAPERS, policyholderChange=CHANGE
    )


async def _raises(house: House, applicant: str, amount: str) -> str:
    change = {"sumAssured": amount, "coverElsewhere": "0.00"}
    return await asks(
        house, "P-S14", applicant, "SA_INCREASE", "HEALTH_DECLARATION", itemChange=change
    )

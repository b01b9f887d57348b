"""S14: who may take over the contract on a child's life, and what is not sold at all."""

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


async def test_s14_a_grandmother_takes_over_when_the_mother_asks_and_raises_nothing(
    opened: Opening,
) -> None:
    async with opened("2026-11-02T09:30:00+08:00") as (house, _):
        increase = await house.ask("back-office", "POST", "/v1/cases", json=_raising())
        await _refused_as_she_is_no_policyholder(house, await _asks(house, GRANDMOTHER))

        case = await _asks(house, MOTHER)
        await changing.asked(house, case, GRANDMOTHER)
        due = seen.due(await house.case(case))
        assert await _whose_consent(house, case) == ["GUARDIAN", "NEW_PH"]
        await changing.answers(house, case, GRANDMOTHER, "GIVEN")
        await house.decide("clerk-1", case, "make")
        await house.decide("checker-2", case, CALL)
        await house.decide("checker-1", case, "approval/check")
        await house.when(case, status="FOLLOW_UP")

        policy = await house.policy("P-S14")
        now = {role.kind: role.party_id for role in policy.roles if role.until is None}
        assert (now["PH"], now["GUARDIAN"]) == (GRANDMOTHER, MOTHER)
        assert str(policy.sum_assured) == "150000.00"

    refused = increase.json()
    assert (increase.status_code, refused["type"]) == (422, "/problems/item-not-served")
    assert "minors' cap over all insurers" in refused["detail"]
    assert (due["K-ACC"], due["K-ONE"]) == ("2026-11-04", "2026-11-09")


async def _refused_as_she_is_no_policyholder(house: House, case: str) -> None:
    page = await house.when(case, status="REJECTED")
    assert seen.anomalies(page) == [("ELIGIBILITY", "NOT_ENTITLED")]
    assert "the applicant may not ask for this" in house.letters(case)[-1].text
    assert changing.version(house, "P-S14") == [(1, "ISSUE")]


async def _whose_consent(house: House, case: str) -> list[str]:
    """The mother's as guardian, which she gives by asking, and the grandmother's."""
    told = (await house.get("auditor-1", f"/v1/cases/{case}/decisions", purpose="AUDIT"))[
        "decisions"
    ]
    return sorted(next(one["output"] for one in told if one["table"] == "dt_consent"))


async def _asks(house: House, applicant: str) -> str:
    return await asks(
        house, "P-S14", applicant, "POLICYHOLDER_CHANGE", *PAPERS, policyholderChange=CHANGE
    )


def _raising() -> dict[str, Any]:
    """The grandmother wants 260,000: over the cap for a child under ten, and not sold here."""
    return {
        "policyNo": "P-S14",
        "item": "SA_INCREASE",
        "applicant": {"partyId": MOTHER, "role": "PH"},
    }

"""S14: who may take over the contract on a child's life, and what is not sold at all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys import changing, seen
from tests.journeys.conftest import Opening
from tests.journeys.house import House
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
        alone = await _asks(house, GRANDMOTHER)
        await house.when(alone, status="REJECTED")

        case = await _asks(house, MOTHER)
        await changing.asked(house, case, GRANDMOTHER)
        due = seen.due(await house.case(case))
        await changing.answers(house, case, GRANDMOTHER, "GIVEN")
        await house.task("clerk-1", case, "make")

    assert increase.json()["type"] == "/problems/item-not-served"
    assert (due["K-ACC"], due["K-ONE"]) == ("2026-11-04", "2026-11-09")


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

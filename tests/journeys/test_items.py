"""Every item served as data: asked for over HTTP, decided by whom it takes, on the book."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys import seen
from tests.journeys.conftest import Opening
from tests.journeys.house import House
from tests.journeys.test_benefits_and_claims import MONDAY, asks
from workflows.domain.generic_items import GENERIC_ITEMS, NOT_YET
from workflows.domain.policy import Policy

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

POLICY, HOLDER = "P-G1", "PT-D1"
PLAN: tuple[tuple[str, dict[str, Any], tuple[str, ...]], ...] = (
    # item, what is asked for, papers beside the application and the ID
    ("APL_OPTION", {"value": "APL"}, ()),
    ("DIVIDEND_OPTION", {"value": "ACCUMULATE"}, ()),
    ("ANNUITY_OPTION", {"value": "YEARLY"}, ()),
    ("SIGNATURE_CHANGE", {"value": "SPECIMEN-2"}, ("SIGNATURE_SPECIMEN",)),
    ("PAYOUT_AUTHORISATION", {"accountId": "AC-D1-1"}, ()),
    ("POLICY_TRANSFER_BRANCH", {"value": "BJ-02"}, ()),
    ("POLICY_REISSUE", {}, ()),
    ("LOSS_REPORT", {}, ()),
    ("LOSS_RELEASE", {}, ()),
    ("PLEDGE", {"partyId": "PT-S13"}, ("PLEDGE_CONTRACT", "LENDER_NOTICE")),
    (
        "PLEDGE_RELEASE",
        {"consents": [{"partyId": "PT-S13", "evidenceId": "EV-1", "form": "WET"}]},
        ("RELEASE_NOTICE",),
    ),
    ("REDUCED_PAID_UP", {}, ()),
)


@pytest.mark.long
async def test_twelve_items_are_started_and_done_as_data(opened: Opening) -> None:
    async with opened(MONDAY) as (house, _):
        cases = [
            await _done(house, item, body, papers) for item, body, papers in PLAN
        ]  # one after another: each on the policy as the one before left it

        policy = await house.policy(POLICY)
        _it_stands(policy)
        paid_up = await house.ledger(cases[-1])
        assert seen.journals(paid_up) == [
            ["DR 6401 2,086.44", "CR 1221 2,054.55", "CR 6011 31.89"],
        ]
        refused = await house.ask(
            "back-office", "POST", "/v1/cases",
            json={
                "policyNo": POLICY, "item": "RIDER_ADD",
                "applicant": {"partyId": HOLDER, "role": "PH"},
            },
        )  # fmt: skip
        assert refused.json()["type"] == "/problems/item-not-served"
        await _they_are_told(house)
        assert "新增附加险 cannot be started yet: needs underwriting" in refused.text


async def _done(house: House, item: str, body: dict[str, Any], papers: tuple[str, ...]) -> str:
    case = await asks(house, POLICY, HOLDER, item, *papers, itemChange=body)
    generic = next(each.generic for each in GENERIC_ITEMS if each.code == item)
    assert generic is not None
    if generic.authority != "STP":
        await house.decide("clerk-1", case, "make")
        await house.decide("checker-1", case, "approval/check")
    if generic.authority == "L3":
        await house.decide("lead-1", case, "approval/approve")
    await house.waits(case, "follow_up/survey_over")  # it has let go of the policy
    return case


def _it_stands(policy: Policy) -> None:
    chosen = {each.name: each.value for each in policy.options}
    assert chosen == {
        "NONFORFEITURE": "APL", "DIVIDENDS": "ACCUMULATE", "ANNUITY": "YEARLY",
        "SIGNATURE_SPECIMEN": "SPECIMEN-2", "PAYOUT_ACCOUNT": "AC-D1-1", "REISSUES": "1",
    }  # fmt: skip
    assert (policy.servicing_unit, policy.flags, policy.state) == ("BJ-02", (), "REDUCED_PAID_UP")
    assert str(policy.sum_assured) == "36767.00"
    assert [role.until is None for role in policy.roles if role.kind == "PLEDGEE"] == [False]


async def _they_are_told(house: House) -> None:
    items = (await house.get("back-office", "/v1/items"))["items"]
    pack = await house.get("auditor-1", "/v1/packs/cn-life-2026.1")
    assert [each["code"] for each in items if not each["startable"]] == list(NOT_YET)
    rules = {rule["id"]: (rule["value"], rule["unit"], rule["evidence"]) for rule in pack["rules"]}
    assert rules["K-SUR"] == ("30", "ND", "V1")
    assert rules["loan.ratio.max"] == ("0.80", "RATIO", "V2")
    assert pack["coveredUntil"] == "2026-12-31"

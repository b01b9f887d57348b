"""Who is called back before anything is paid or changed: each trigger, and its border."""

from itertools import product
from typing import Any

import pytest

from tests.processes.test_tables import decide

BELOW, BORDER = 49_999.99, 50_000.00
ITEMS = (
    ("TERMINATE", "SURRENDER"), ("TERMINATE", "COOLING_OFF"), ("PARTIAL", "PARTIAL"),
    ("EX_GRATIA_SURRENDER", "EX_GRATIA"), ("POLICY_LOAN", "LOAN"), ("LOAN_REPAYMENT", "REPAYMENT"),
    ("BENEFIT_PAYMENT", "SURVIVAL"), ("POLICYHOLDER_CHANGE", "RELATED"),
    ("POLICYHOLDER_CHANGE", "SENSITIVE"), ("BENEFICIARY_CHANGE", "SELF_RELATIVES"),
    ("BENEFICIARY_CHANGE", "SENSITIVE"), ("CONTACT", "CONTACT"), ("CONTACT", "KEY_DATA"),
    ("PAYMENT_ACCOUNT_CHANGE", "OWN"), ("PAYMENT_ACCOUNT_CHANGE", "OTHER"),
    ("REINSTATEMENT", "SIMPLIFIED"), ("REINSTATEMENT", "STANDARD"), ("REINSTATEMENT", "EXTRA"),
    ("REINSTATEMENT", "EXCLUSION"), ("SIGNATURE_CHANGE", "ITEM_CHECKER"),
    ("LOSS_REPORT", "ITEM_STP"), ("PLEDGE", "ITEM_L3"), ("NOT_LISTED", ""),
)  # fmt: skip
CALM = [
    ("TERMINATE", "SURRENDER"), ("TERMINATE", "COOLING_OFF"), ("PARTIAL", "PARTIAL"),
    ("EX_GRATIA_SURRENDER", "EX_GRATIA"), ("POLICY_LOAN", "LOAN"),
]  # fmt: skip


def why(item: str, basis: str, amount: float = 1, risk: str = "LOW") -> Any:
    return decide("dt_call_back", item=item, basis=basis, amount=amount, riskClass=risk)


@pytest.mark.parametrize(("item", "basis"), CALM)
@pytest.mark.parametrize(("amount", "called"), [(BELOW, False), (BORDER, True)])
def test_p7_and_p8_are_called_back_from_fifty_thousand_on(
    item: str, basis: str, amount: float, called: bool
):
    assert bool(why(item, basis, amount)) is called


@pytest.mark.parametrize("amount", [0, BELOW, BORDER])
@pytest.mark.parametrize("basis", ["RELATED", "SENSITIVE"])
def test_p3_is_called_back_whatever_the_contract_is_worth(basis: str, amount: float):
    assert why("POLICYHOLDER_CHANGE", basis, amount)


def test_a_change_of_key_data_is_called_back_and_one_of_contact_data_is_not():
    assert why("CONTACT", "KEY_DATA")
    assert not why("CONTACT", "CONTACT")


def test_p4_is_called_back_where_the_beneficiary_or_the_insured_asks_for_care():
    assert why("BENEFICIARY_CHANGE", "SENSITIVE")
    assert not why("BENEFICIARY_CHANGE", "SELF_RELATIVES")


@pytest.mark.parametrize("risk", ["MEDIUM", "HIGH", "CRITICAL"])
@pytest.mark.parametrize(("item", "basis"), ITEMS)
def test_every_item_is_called_back_from_medium_risk_on(item: str, basis: str, risk: str):
    assert why(item, basis, risk=risk)


@pytest.mark.parametrize("amount", [BELOW, BORDER, 10_000_000])
def test_a_benefit_a_repayment_or_an_account_alone_calls_nobody(amount: float):
    assert not why("BENEFIT_PAYMENT", "SURVIVAL", amount)
    assert not why("LOAN_REPAYMENT", "REPAYMENT", amount)
    assert not why("PAYMENT_ACCOUNT_CHANGE", "OTHER", amount)


def test_nothing_that_is_to_be_called_back_goes_straight_through():
    asks = product(ITEMS, (1, 10_000, BELOW, BORDER), ("LOW", "MEDIUM", "HIGH", "CRITICAL"))
    for (item, basis), amount, risk in asks:
        level = decide(
            "dt_level", item=item, basis=basis, amount=amount, annualPremium=60_000,
            riskClass=risk, policyFlags=[], isProxy=False,
        )  # fmt: skip
        assert not (level["straightThrough"] and why(item, basis, amount, risk)), item


def test_who_calls_reads_every_reason():
    assert why("TERMINATE", "SURRENDER", BORDER, "HIGH") == ["SURRENDER", "HIGH_RISK"]


@pytest.mark.parametrize("amount", [1, BORDER, 300_000, 3_000_000])
@pytest.mark.parametrize(
    ("item", "basis"), [one for one in ITEMS if one[0] not in {"LOAN_REPAYMENT", "NOT_LISTED"}]
)
def test_high_risk_takes_a_level_more_and_a_pause_whatever_the_item(
    item: str, basis: str, amount: float
):
    medium, high = (
        decide(
            "dt_level", item=item, basis=basis, amount=amount, annualPremium=60_000,
            riskClass=risk, policyFlags=[], isProxy=False,
        )
        for risk in ("MEDIUM", "HIGH")
    )  # fmt: skip

    assert int(high["level"][1]) >= min(int(medium["level"][1]) + 1, 6)
    assert high["pauseHours"] == 24

"""A refusal is told with its reason: no letter says "other" where the tables know why."""

import re
from pathlib import Path

import pytest

from activities.follow_up.wording import _DATA

PROCESSES = Path(__file__).parents[2] / "workflows" / "processes"
ADMITTING = (
    "policy_item/dt_item.dmn", "benefit_payment/dt_p9_payable.dmn", "policy_loan/dt_p8_limit.dmn",
)  # fmt: skip
OF_ITEMS = (
    "UNKNOWN_VALUE", "VALUE_MISSING", "UNKNOWN_PARTY", "ACCOUNT_NOT_OWN", "NOTHING_CHANGES",
    "ANNUITY_BEGUN", "POLICY_BLOCKED", "PLEDGED_TO_HOLDER", "NO_VALUE_LEFT", "CONTRACT_ENDED",
    "NOT_LAPSED", "NOT_IN_FORCE", "PLEDGEE_UNKNOWN", "GUARDIAN_UNKNOWN",
)  # fmt: skip
NO_REASONS = {
    "ADMIT", "REFUSE", "OFFER", "CORRECT", "CONSENT", "ELIGIBILITY", "LEGAL_HOLD", "MONEY", "DATA",
    "CONFLICT", "CASH_VALUE", "OK",
}  # fmt: skip


def _given(table: str) -> set[str]:
    drawn = (PROCESSES / table).read_text(encoding="utf-8")
    return set(re.findall(r'<outputEntry[^>]*>\s*<text>"([A-Z_]+)"</text>', drawn)) - NO_REASONS


@pytest.mark.parametrize("reason", sorted({*OF_ITEMS, *(r for t in ADMITTING for r in _given(t))}))
def test_every_reason_of_a_refusal_has_its_words(reason: str) -> None:
    assert reason in _DATA["reasons"]

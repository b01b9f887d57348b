"""What the catalogue says of its items, held against the models that serve them."""

import re
from pathlib import Path

import pytest

from workflows.domain.items import CATALOGUE

PROCESSES = Path(__file__).parents[2] / "workflows" / "processes"
HARMLESS = {
    "execution.change_beneficiaries", "execution.change_contact", "execution.change_item",
    "execution.change_policyholder", "execution.endorse_contact", "execution.release",
    "execution.reverse_change", "execution.reverse_contact",
}  # fmt: skip
"""What books no amount; of ``change_item``, all but the effects PAID_UP and INCREASE."""


def executed(process: str, seen: frozenset[str] = frozenset()) -> set[str]:
    """Every job of execution that a model reaches, also in the processes it calls."""
    drawing = (PROCESSES / process / f"{process}.bpmn").read_text(encoding="utf-8")
    jobs = set(re.findall(r'taskDefinition type="(execution\.[^"]+)"', drawing))
    for called in set(re.findall(r'processId="([^"]+)"', drawing)) - seen:
        jobs |= executed(called, seen | {process})
    return jobs


@pytest.mark.parametrize("code", [code for code, one in CATALOGUE.items() if not one.moves_money])
def test_an_item_that_moves_no_money_has_no_job_that_could(code: str) -> None:
    item = CATALOGUE[code]

    assert executed(item.process) <= HARMLESS
    assert item.generic is None or item.generic.effect not in {"PAID_UP", "INCREASE"}


def test_items_that_pay_collect_book_or_name_an_account_are_told_apart() -> None:
    moving = {code for code, one in CATALOGUE.items() if one.moves_money}

    assert moving == {
        "TERMINATE", "PARTIAL", "EX_GRATIA_SURRENDER", "POLICY_LOAN", "LOAN_REPAYMENT",
        "RENEWAL_PREMIUM", "REINSTATEMENT", "BENEFIT_PAYMENT", "CLAIM_HANDOFF", "REDUCED_PAID_UP",
        "SA_INCREASE",
        "PAYMENT_ACCOUNT_CHANGE", "PAYOUT_AUTHORISATION",
    }  # fmt: skip

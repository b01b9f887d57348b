"""What the catalogue says of its items, held against the models that serve them."""

import re
from pathlib import Path
from typing import get_args

import pytest

from workflows.domain.items import CATALOGUE, ends_request
from workflows.domain.policy import PolicyState

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


OPEN = "IN_FORCE LAPSED REDUCED_PAID_UP"
STATES: dict[str, str] = {
    # domain 2.2 and 2.3: in which states of the contract an item may be asked for
    "TERMINATE": OPEN,
    "PARTIAL": "IN_FORCE",
    "SA_INCREASE": "IN_FORCE",
    "EX_GRATIA_SURRENDER": "IN_FORCE",
    "BENEFICIARY_CHANGE": OPEN,
    "POLICYHOLDER_CHANGE": "IN_FORCE",
    "CONTACT": "PENDING IN_FORCE LAPSED REDUCED_PAID_UP MATURED TERMINATED",
    "PAYMENT_ACCOUNT_CHANGE": "IN_FORCE",
    "POLICY_LOAN": "IN_FORCE",
    "LOAN_REPAYMENT": OPEN,
    "RENEWAL_PREMIUM": "IN_FORCE",
    "REINSTATEMENT": "LAPSED",
    "BENEFIT_PAYMENT": OPEN,
    "CLAIM_HANDOFF": "PENDING IN_FORCE LAPSED REDUCED_PAID_UP MATURED TERMINATED",
    "SIGNATURE_CHANGE": OPEN,
    "APL_OPTION": "IN_FORCE",
    "DIVIDEND_OPTION": "IN_FORCE",
    "ANNUITY_OPTION": "IN_FORCE",
    "PAYOUT_AUTHORISATION": OPEN,
    "PLEDGE": "IN_FORCE",
    "PLEDGE_RELEASE": OPEN,
    "POLICY_REISSUE": OPEN,
    "LOSS_REPORT": OPEN,
    "LOSS_RELEASE": OPEN,
    "POLICY_TRANSFER_BRANCH": OPEN,
    "REDUCED_PAID_UP": "IN_FORCE",
}


def test_every_item_says_in_which_states_it_is_served() -> None:
    assert set(STATES) == set(CATALOGUE)


@pytest.mark.parametrize("state", get_args(PolicyState))
@pytest.mark.parametrize("item", CATALOGUE)
def test_an_item_is_served_in_its_states_and_refused_by_name_in_all_others(
    item: str, state: PolicyState
) -> None:
    refused = {"CONTRACT_ENDED", "NOT_LAPSED", "NOT_IN_FORCE"}

    if state in STATES[item].split():
        assert ends_request(item, state) is None
    else:
        assert ends_request(item, state) in refused

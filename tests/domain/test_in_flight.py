"""The matrix of conflicts between cases on one policy, cell by cell."""

import pytest

from workflows.domain.in_flight import KINDS, needs_a_person, rule_of
from workflows.domain.items import ITEMS

ARRIVING = (
    "CONTACT", "POLICYHOLDER_CHANGE", "BENEFICIARY_CHANGE", "POLICY_LOAN", "TERMINATE",
    "REINSTATEMENT", "CLAIM_HANDOFF",
)  # fmt: skip
TABLE = {
    # domain 2.5: contact, PH change, beneficiary, loan/withdraw, terminate, reinstate, claim
    "POLICYHOLDER_CHANGE": "OK REJECT QUEUE QUEUE PARK QUEUE CLAIM_WINS",
    "BENEFICIARY_CHANGE": "OK QUEUE PARK OK PARK OK CLAIM_WINS",
    "POLICY_LOAN": "OK QUEUE OK PARK_UNTIL_POSTED PARK_UNTIL_POSTED - CLAIM_WINS",
    "TERMINATE": "OK REJECT REJECT REJECT ONE_TERMINATION - CLAIM_WINS",
    "CLAIM_HANDOFF": "OK REJECT REJECT REJECT REJECT REJECT MERGE",
}
CELLS = [
    (running, arriving, rule)
    for running, rules in TABLE.items()
    for arriving, rule in zip(ARRIVING, rules.split(), strict=True)
    if rule != "-"
]


@pytest.mark.parametrize(("running", "arriving", "rule"), CELLS)
def test_what_an_arriving_item_meets(running: str, arriving: str, rule: str) -> None:
    assert rule_of(running, arriving) == rule


@pytest.mark.parametrize("item", ITEMS)
def test_every_item_has_its_place_in_the_matrix(item: str) -> None:
    assert item in KINDS


@pytest.mark.parametrize(("item", "rule"), [("LOSS_REPORT", "OK"), ("PLEDGE", "REJECT")])
def test_a_loss_is_reported_whatever_claim_runs_but_nothing_is_pledged(
    item: str, rule: str
) -> None:
    assert rule_of("CLAIM_HANDOFF", item) == rule


def test_an_item_without_a_place_is_for_a_person_to_decide() -> None:
    assert needs_a_person(rule_of("POLICY_LOAN", "SOMETHING_NEW"))


@pytest.mark.parametrize(
    ("running", "rule"),
    [
        ("TERMINATE", "PARK_UNTIL_POSTED"),
        ("PARTIAL", "PARK_UNTIL_POSTED"),
        ("REDUCED_PAID_UP", "PARK_UNTIL_POSTED"),
        ("SA_INCREASE", "PARK_UNTIL_POSTED"),
        ("CLAIM_HANDOFF", "REJECT"),
        ("RENEWAL_PREMIUM", "REJECT"),
        ("POLICY_LOAN", "OK"),
        ("POLICYHOLDER_CHANGE", "OK"),
        ("BENEFIT_PAYMENT", "OK"),
        ("APL_OPTION", "OK"),
    ],
)
def test_a_premium_waits_only_for_what_may_end_or_reduce_the_contract(
    running: str, rule: str
) -> None:
    assert rule_of(running, "RENEWAL_PREMIUM") == rule


@pytest.mark.parametrize(
    ("running", "arriving", "rule"),
    [
        ("LOAN_REPAYMENT", "REINSTATEMENT", "QUEUE"),
        ("REINSTATEMENT", "REINSTATEMENT", "REJECT"),
        ("REINSTATEMENT", "PAYMENT_ACCOUNT_CHANGE", "OK"),
        ("TERMINATE", "REINSTATEMENT", "REJECT"),
        ("REINSTATEMENT", "TERMINATE", "PARK"),
    ],
)
def test_a_contract_comes_back_when_nobody_is_about_to_end_it(
    running: str, arriving: str, rule: str
) -> None:
    assert rule_of(running, arriving) == rule


@pytest.mark.parametrize(
    ("running", "arriving", "rule"),
    [
        ("EX_GRATIA_SURRENDER", "EX_GRATIA_SURRENDER", "REJECT"),
        ("EX_GRATIA_SURRENDER", "TERMINATE", "PARK"),
        ("TERMINATE", "EX_GRATIA_SURRENDER", "REJECT"),
    ],
)
def test_a_demand_is_one_and_the_contract_option_is_never_turned_away(
    running: str, arriving: str, rule: str
) -> None:
    assert rule_of(running, arriving) == rule


@pytest.mark.parametrize("running", ITEMS)
def test_a_loss_is_heard_and_contact_data_are_changed_whatever_runs(running: str) -> None:
    assert rule_of(running, "LOSS_REPORT") == rule_of(running, "CONTACT") == "OK"


@pytest.mark.parametrize("running", sorted(set(ITEMS) - {"CLAIM_HANDOFF"}))
def test_nothing_but_a_claim_turns_the_end_of_a_contract_away(running: str) -> None:
    assert rule_of(running, "TERMINATE") != "REJECT"


@pytest.mark.parametrize("running", sorted(set(ITEMS) - {"CONTACT", "CLAIM_HANDOFF"}))
def test_a_claim_wins_over_whatever_runs(running: str) -> None:
    assert rule_of(running, "CLAIM_HANDOFF") == "CLAIM_WINS"


@pytest.mark.parametrize("arriving", sorted(set(ITEMS) - {"CONTACT", "LOSS_REPORT"}))
@pytest.mark.parametrize("running", sorted(set(ITEMS) - {"CONTACT", "RENEWAL_PREMIUM"}))
def test_no_two_of_a_kind_that_book_run_side_by_side(running: str, arriving: str) -> None:
    if KINDS[running] == KINDS[arriving]:
        assert rule_of(running, arriving) != "OK"

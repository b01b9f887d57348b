"""Policy loans: limit, offer, terms, repayment, warnings and exhaustion, to the cent."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.policies import a_loan, a_policy, a_product
from workflows.domain.interest import debt_on, simple_interest
from workflows.domain.ledger import Journal
from workflows.domain.lending import limit, offered
from workflows.domain.loan_terms import (
    BelowInterest,
    Repayment,
    TermStep,
    maturity,
    next_step,
    reaches,
    repay,
    struck,
)
from workflows.domain.money import Money, money
from workflows.domain.policy import Loan, Policy

LENT = date(2026, 10, 12)
FIVE_AND_A_HALF = "0.055"


def balanced(repayment: Repayment) -> Journal:
    return Journal(
        id="JN",
        value_date=LENT,
        text="",
        policy_no="P1",
        case_id=None,
        entries=tuple(repayment.entries()),
    )


def test_the_offer_is_the_limit_rounded_down_to_hundreds():
    assert str(offered(money("29849.32"))) == "29800.00"
    assert str(offered(money("99.99"))) == "0.00"


def test_debts_above_the_limit_leave_nothing_to_lend():
    policy = a_policy(loans=(a_loan("48000.00", FIVE_AND_A_HALF, LENT),))

    assert str(limit(policy, a_product(), money(50_000), LENT)) == "0.00"


def test_unpaid_premium_lowers_the_limit_that_is_taken_from_the_net_value():
    policy, product = a_policy(unpaid_premium=money(1_000)), a_product()

    assert str(limit(policy, product, money(50_000), LENT)) == "40000.00"
    net = replace(product, loan_formula="NET_THEN_RATIO")
    assert str(limit(policy, net, money(50_000), LENT)) == "39200.00"


def test_a_term_ends_on_the_corresponding_day_with_what_is_owed_then():
    found = maturity(a_loan("29000.00", FIVE_AND_A_HALF, LENT), LENT)

    assert (found.on, str(found.interest), str(found.due)) == (
        date(2027, 4, 12), "795.32", "29795.32",
    )  # fmt: skip


def test_the_second_term_earns_on_what_was_capitalised():
    loan, added = struck(a_loan("29000.00", FIVE_AND_A_HALF, LENT), date(2027, 4, 12))
    second = maturity(loan, loan.balance_since)

    assert (str(added), str(loan.balance)) == ("795.32", "29795.32")
    assert (second.on, str(second.interest)) == (date(2027, 10, 12), "821.62")


def test_interest_is_repaid_before_principal():
    paid = repay(a_loan("10000.00", FIVE_AND_A_HALF, date(2026, 7, 1)), money(5_000), LENT)

    assert (str(paid.interest), str(paid.principal), str(paid.excess)) == (
        "155.21", "4844.79", "0.00",
    )  # fmt: skip
    assert (str(paid.loan.balance), paid.loan.balance_since) == ("5155.21", LENT)
    assert [str(each.amount) for each in balanced(paid).entries] == [
        "5000.00", "155.21", "4844.79",
    ]  # fmt: skip


def test_more_than_is_owed_settles_the_loan_and_stays_in_suspense():
    paid = repay(a_loan("10000.00", FIVE_AND_A_HALF, date(2026, 7, 1)), money(12_000), LENT)

    assert (paid.loan.settled_on, str(paid.excess)) == (LENT, "1844.79")
    assert balanced(paid)


def test_what_does_not_pay_the_interest_is_no_repayment():
    with pytest.raises(BelowInterest):
        repay(a_loan("10000.00", FIVE_AND_A_HALF, date(2026, 7, 1)), money("155.20"), LENT)


def test_a_repayment_after_a_term_capitalises_that_term_first():
    paid = repay(a_loan("29000.00", FIVE_AND_A_HALF, LENT), money(1_000), date(2027, 4, 22))

    assert str(paid.capitalised) == "795.32"
    assert str(paid.interest) == "44.90"


@given(
    amount=st.integers(min_value=1, max_value=10**9),
    days=st.integers(min_value=0, max_value=4000),
)
def test_nothing_is_lost_between_what_is_received_and_what_is_owed(amount: int, days: int):
    loan, on = a_loan("29000.00", FIVE_AND_A_HALF, LENT), LENT + timedelta(days=days)
    before = debt_on(loan, on)
    try:
        paid = repay(loan, Money(amount), on)
    except BelowInterest:
        assert amount < max(before.interest.minor, 1)
        return

    assert paid.interest + paid.principal + paid.excess == Money(amount)
    after = debt_on(paid.loan, on)
    assert after.principal == before.principal + before.interest - paid.interest - paid.principal
    assert not after.interest.is_positive


def test_s17_the_loan_overtakes_a_fixed_value_after_ten_half_years():
    balance, reached = money("39155.21"), []
    for _ in range(10):
        balance = balance + simple_interest(balance, Decimal(FIVE_AND_A_HALF), 182)
        reached.append(
            [each for each in (80, 90, 95, 100) if reaches(balance, money(50_000), each)]
        )

    assert str(balance) == "51320.32"
    assert [max(each) for each in reached] == [80, 80, 80, 80, 80, 90, 90, 95, 95, 100]


def walked(policy: Policy, loan: Loan, value: Money) -> list[TermStep]:
    """Every step of a loan that nobody repays."""
    steps: list[TermStep] = []
    after, warned = loan.started_on, 0
    while not steps or steps[-1].kind != "EXHAUST":
        step = next_step(policy, loan, lambda _: value, after, warned)
        after, warned = step.on, max(warned, step.percent)
        if step.kind == "MATURE":
            loan, _ = struck(loan, step.on)
            policy = replace(policy, loans=(loan,))
        steps.append(step)
    return steps


def test_every_term_is_reminded_of_and_every_warning_comes_before_the_end():
    loan = a_loan("39155.21", FIVE_AND_A_HALF, LENT)
    steps = walked(a_policy(loans=(loan,)), loan, money(50_000))

    assert [step.on for step in steps] == sorted(step.on for step in steps)
    told = [(step.kind, step.percent, step.on) for step in steps if step.percent]
    assert [(kind, percent) for kind, percent, _ in told] == [
        ("WARN", 80), ("WARN", 90), ("WARN", 95), ("EXHAUST", 100),
    ]  # fmt: skip
    matured = [step.on for step in steps if step.kind == "MATURE"]
    assert matured[:2] == [date(2027, 4, 12), date(2027, 10, 12)]
    first = [step.on for step in steps if step.kind == "REMIND" and step.on < matured[0]]
    assert first == [date(2027, 3, 13), date(2027, 4, 5)]
    assert told[-1][2] < LENT + timedelta(days=366 * 5)


def test_the_day_a_share_of_the_value_is_reached_is_found_to_the_day():
    loan = a_loan("39155.21", FIVE_AND_A_HALF, LENT)
    policy = a_policy(loans=(loan,))
    step = next(each for each in walked(policy, loan, money(50_000)) if each.kind == "WARN")
    debt, before = debt_on(loan, step.on), debt_on(loan, step.on - timedelta(days=1))

    assert (debt.principal + debt.interest) >= money(40_000)
    assert (before.principal + before.interest) < money(40_000)

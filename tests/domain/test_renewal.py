"""Renewal premiums and reinstatement: due dates, use of money, what follows, to the cent."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import china_2026
from tests.domain.policies import a_loan, a_policy, a_product
from workflows.domain.ledger import Journal
from workflows.domain.money import Money, money
from workflows.domain.policy import Coverage, Loan, Policy
from workflows.domain.premium import PaidUpRate, PaymentInstruction, RenewalRule
from workflows.domain.reinstatement import (
    arrears_on,
    daily_interest,
    reinstated,
    reinstatement_entries,
    window_ends,
)
from workflows.domain.renewal import (
    ShortPremium,
    covered_days,
    fallen_due,
    following_due,
    grace_ends,
    is_open,
    lapsed,
    lend_premium,
    new_premium_loan,
    next_debit,
    next_reminder,
    owed_on,
    paid_up,
    paid_up_sum,
    pay,
    premium_of,
    set_off,
    short_of,
    waive,
)

DUE, RULE = date(2026, 6, 1), RenewalRule()
CALENDAR = china_2026()


def due_policy(**changes: object) -> Policy:
    return a_policy(issued_on=date(2018, 6, 1), paid_to=DUE, annual_premium=money(9_600), **changes)


def balanced(policy: Policy, entries: tuple[object, ...]) -> Journal:
    return Journal(
        id="J", value_date=DUE, text="", policy_no=policy.policy_no, case_id=None,
        entries=entries,  # type: ignore[arg-type]
    )  # fmt: skip


def quarterly(premium: int, **changes: object) -> PaymentInstruction:
    instruction = PaymentInstruction(
        id="PI", party_id="PT", account_id="AC", frequency="QUARTERLY", premium=money(premium),
        limit=money(premium), authorised_on=DUE, since=DUE,
    )  # fmt: skip
    return replace(instruction, **changes)  # type: ignore[arg-type]


def test_reminders_stand_30_15_and_3_days_ahead_on_working_days():
    found, after = [], None
    while (day := next_reminder(DUE, RULE, CALENDAR, after)) is not None:
        found.append(day.isoformat())
        after = day

    assert found == ["2026-04-30", "2026-05-15", "2026-05-29"], "2 May is a holiday, 17 a Sunday"


def test_an_account_is_debited_three_times():
    days = [next_debit(DUE, RULE, tried) for tried in range(4)]

    assert days == [DUE, date(2026, 6, 3), date(2026, 6, 8), None]


@pytest.mark.parametrize(
    ("issued", "frequency", "due", "following"),
    [
        ("2018-06-01", "ANNUAL", "2026-06-01", "2027-06-01"),
        ("2020-02-29", "ANNUAL", "2027-02-28", "2028-02-29"),
        ("2018-08-31", "QUARTERLY", "2026-02-28", "2026-05-31"),
        ("2018-08-31", "MONTHLY", "2026-05-10", "2026-06-10"),
    ],
)
def test_due_dates_follow_the_day_of_issue(issued: str, frequency: str, due: str, following: str):
    policy = a_policy(
        issued_on=date.fromisoformat(issued),
        instructions=(quarterly(100, frequency=frequency),),
    )

    assert following_due(policy, date.fromisoformat(due)).isoformat() == following


def test_what_falls_due_is_the_instruction_of_that_day():
    later = quarterly(2_592, since=date(2027, 6, 1))
    now = quarterly(5_000, until=date(2027, 6, 1))
    policy = due_policy(instructions=(now, later))

    assert premium_of(policy, DUE) == money(5_000)
    assert premium_of(policy, date(2027, 6, 1)) == money(2_592)
    assert premium_of(due_policy(), DUE) == money(9_600)


@pytest.mark.parametrize(
    ("changes", "open_"),
    [
        ({}, True),
        ({"state": "LAPSED"}, False),
        ({"state": "TERMINATED"}, False),
        ({"state": "REDUCED_PAID_UP"}, False),
    ],
)
def test_only_the_next_premium_of_a_contract_in_force_is_open(
    changes: dict[str, object], open_: bool
):
    assert is_open(due_policy(**changes), DUE) is open_
    assert not is_open(due_policy(**changes), date(2027, 6, 1))


def test_a_premium_paid_leaves_what_is_more_in_suspense():
    policy = fallen_due(due_policy(suspense_premium=money(100)), DUE)
    use = pay(policy, DUE, money("9700.50"))

    assert (use.policy.paid_to, use.policy.unpaid_premium) == (date(2027, 6, 1), money(0))
    assert (use.policy.suspense_premium, use.amount) == (money("100.50"), money(9_600))
    assert use.policy.premiums_paid == money(21_600)
    assert balanced(policy, use.entries)
    with pytest.raises(ShortPremium):
        pay(policy, DUE, money("9599.99"))


def test_a_waived_premium_is_borne_as_a_benefit():
    use = waive(fallen_due(due_policy(), DUE), DUE)

    assert [(each.account, each.side) for each in use.entries] == [("6402", "DR"), ("6001", "CR")]
    assert use.policy.paid_to == date(2027, 6, 1)


@given(held=st.integers(0, 959_999), partly=st.integers(1, 960_000))
def test_a_premium_lent_never_loses_a_cent(held: int, partly: int):
    policy = fallen_due(due_policy(suspense_premium=Money(held)), DUE)
    missing = short_of(policy, DUE)
    lent = min(Money(partly), missing)
    loan = new_premium_loan("LN", a_product(), lent, date(2026, 8, 1))
    use = lend_premium(policy, DUE, loan)

    assert balanced(policy, use.entries)
    assert use.policy.open_loans == (loan,)
    assert use.policy.flags == ("APL",)
    if lent == missing:
        assert (use.amount, use.policy.suspense_premium) == (money(9_600), money(0))
        assert use.policy.paid_to == date(2027, 6, 1)
    else:
        assert owed_on(use.policy, DUE) == money(9_600) - lent
        assert (use.policy.paid_to, use.policy.suspense_premium) == (DUE, Money(held))


def test_part_of_a_premium_covers_its_part_of_the_year():
    assert covered_days(due_policy(), DUE, money(4_800)) == 182


def test_the_value_of_the_handbook_buys_36_771_yuan_paid_up():
    assert paid_up_sum(money("21415.62"), Decimal("0.58240")) == money(36_771)
    assert paid_up_sum(money("21415.62"), None) == money(0)
    assert paid_up_sum(money(0), Decimal("0.58240")) == money(0)


def test_the_rate_is_that_of_the_age_reached():
    rule = RenewalRule(
        paid_up=(PaidUpRate(age=50, rate=Decimal("0.5")), PaidUpRate(age=30, rate=Decimal("0.3")))
    )

    assert [rule.paid_up_rate(age) for age in (29, 30, 49, 50, 90)] == [
        None, Decimal("0.3"), Decimal("0.3"), Decimal("0.5"), Decimal("0.5"),
    ]  # fmt: skip


def test_paid_up_cover_ends_riders_and_sets_debts_off():
    old: Loan = a_loan("2000.00", "0.055", date(2025, 10, 25), term_months=12)
    rider = Coverage(
        id="C2", code="R", kind="RIDER", sum_assured=money(10_000), premium=money(300),
        term_years=10,
    )  # fmt: skip
    policy = due_policy(loans=(old,), flags=("LOAN", "ORPHAN"), other_debts=money(10))
    policy = replace(policy, coverages=(*policy.coverages, rider))
    after = paid_up(policy, money(36_771), date(2026, 8, 1))
    entries = tuple(set_off(policy, date(2026, 8, 1)))

    assert (after.state, after.sum_assured, after.annual_premium) == (
        "REDUCED_PAID_UP", money(36_771), money(0),
    )  # fmt: skip
    assert [cover.status for cover in after.coverages] == ["ACTIVE", "ENDED"]
    assert (after.open_loans, after.flags) == ((), ("ORPHAN",))
    assert [(each.account, str(each.amount)) for each in entries] == [
        ("6401", "2094.38"), ("1221", "2000.00"), ("6011", "84.38"), ("1122", "10.00"),
    ]  # fmt: skip
    assert balanced(policy, entries)
    assert tuple(set_off(due_policy(), DUE)) == ()


LAPSED = replace(lapsed(due_policy(), date(2026, 8, 1)), unpaid_premium=money(9_600))


def test_a_lapse_forgets_nothing_that_is_owed():
    assert (LAPSED.state, LAPSED.lapsed_on, LAPSED.unpaid_premium) == (
        "LAPSED", date(2026, 8, 1), money(9_600),
    )  # fmt: skip
    assert grace_ends(DUE, RULE) == date(2026, 7, 31)


def test_every_premium_in_arrears_bears_its_own_interest():
    arrears = arrears_on(LAPSED, RULE, date(2027, 6, 11))

    assert [(one.due_on.isoformat(), str(one.interest)) for one in arrears.each] == [
        ("2026-06-01", "493.15"), ("2027-06-01", "13.15"),
    ]  # fmt: skip
    assert arrears.amount == money("19706.30")
    assert daily_interest(arrears, RULE) == money("2.63")


def test_a_contract_comes_back_from_the_day_it_is_paid():
    arrears = arrears_on(LAPSED, RULE, date(2026, 9, 21))
    after = reinstated(LAPSED, arrears, arrears.amount + money(1), date(2026, 9, 21))

    assert (after.state, after.lapsed_on, after.paid_to) == ("IN_FORCE", None, date(2027, 6, 1))
    assert (after.suicide_clause_from, after.suspense_premium) == (date(2026, 9, 21), money(1))
    assert balanced(LAPSED, reinstatement_entries(arrears))
    with pytest.raises(ValueError, match="Expected"):
        reinstated(LAPSED, arrears, arrears.amount - Money(1), date(2026, 9, 21))


def test_nothing_in_arrears_posts_nothing():
    ahead = replace(LAPSED, paid_to=date(2027, 6, 1), unpaid_premium=money(0))
    arrears = arrears_on(ahead, RULE, date(2026, 9, 21))

    assert reinstatement_entries(arrears) == ()
    assert reinstated(ahead, arrears, money(0), DUE).paid_to == date(2028, 6, 1)


def test_two_years_end_on_their_day_and_no_rest_day_moves_it():
    assert window_ends(date(2026, 3, 12), RULE) == date(2028, 3, 12), "a Sunday"

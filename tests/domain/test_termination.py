"""Quotes of cooling-off, surrender and partial surrender, and what their commits post."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.policies import a_loan, a_policy, a_product
from workflows.domain.bases import quote
from workflows.domain.ledger import Journal
from workflows.domain.money import Money, money
from workflows.domain.policy import Policy
from workflows.domain.quote import Basis, NotQuotable, Quote, Valuation, debts_on
from workflows.domain.termination import policy_after
from workflows.domain.termination_postings import commit_entries

S3_ARRIVAL = datetime(2026, 10, 12, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def valued(policy: Policy, basis: Basis, cash_value: str = "0.00", **more: Any) -> Quote:
    valuation = Valuation(
        policy=policy,
        product=more.pop("product", a_product()),
        cash_value=money(cash_value),
        basis=basis,
        as_of=more.pop("as_of", S3_ARRIVAL),
        **more,
    )
    return quote(valuation)


def s3_policy() -> Policy:
    loan = a_loan(
        "30000.00",
        "0.05",
        date(2026, 3, 20),
        balance=money("30756.16"),
        balance_since=date(2026, 9, 20),
    )
    return a_policy(accumulated_dividends=money("1250.30"), flags=("LOAN",), loans=(loan,))


def posted(made: Quote) -> list[tuple[str, list[str]]]:
    return [
        (purpose, [f"{entry.side} {entry.account} {entry.amount}" for entry in entries])
        for purpose, entries in commit_entries(made)
    ]


def test_cooling_off_refunds_premiums_less_the_fee() -> None:
    made = valued(a_policy(), "COOLING_OFF")

    assert (str(made.gross), str(made.deductions), str(made.net)) == (
        "12000.00",
        "10.00",
        "11990.00",
    )


def test_cooling_off_posts_the_fee_with_the_obligation() -> None:
    made = valued(a_policy(), "COOLING_OFF")

    assert posted(made) == [("commit", ["DR 6001 12000.00", "CR 2202 11990.00", "CR 6051 10.00"])]


def test_a_surrender_pays_value_and_dividends_less_debts() -> None:
    made = valued(s3_policy(), "SURRENDER", "86400.00")

    assert [f"{line.sign}{line.amount} {line.code}" for line in made.lines] == [
        "+86400.00 CASH_VALUE",
        "+1250.30 DIVIDENDS",
        "-30756.16 LOAN_PRINCIPAL",
        "-92.69 LOAN_INTEREST",
    ]
    assert str(made.net) == "56801.45"


def test_a_surrender_posts_the_obligation_then_sets_debts_off() -> None:
    made = valued(s3_policy(), "SURRENDER", "86400.00")

    assert posted(made) == [
        ("commit", ["DR 6401 86400.00", "DR 2211 1250.30", "CR 2202 87650.30"]),
        ("offset", ["DR 2202 30848.85", "CR 1221 30756.16", "CR 6011 92.69"]),
    ]


def test_interest_the_book_has_not_capitalised_is_posted_first() -> None:
    loan = a_loan("30000.00", "0.05", date(2026, 3, 20))

    made = valued(a_policy(loans=(loan,)), "SURRENDER", "86400.00")

    assert posted(made)[0] == ("capitalise", ["DR 1221 756.16", "CR 6011 756.16"])


def test_debts_above_the_value_pay_nothing_but_are_written_off() -> None:
    loan = a_loan("5000.00", "0.05", date(2026, 10, 12))

    made = valued(a_policy(loans=(loan,)), "SURRENDER", "3240.00")

    assert str(made.net) == "0.00"
    assert posted(made)[1] == (
        "offset",
        ["DR 2202 3240.00", "DR 6701 1760.00", "CR 1221 5000.00"],
    )


@pytest.mark.parametrize("value", ["0.00", "0.01", "3240.00", "86400.00"])
@pytest.mark.parametrize("basis", ["COOLING_OFF", "SURRENDER"])
def test_whatever_is_posted_balances(basis: Basis, value: str) -> None:
    policy = replace(
        s3_policy(),
        terminal_dividend=money("11.11"),
        unearned_premium=money("22.22"),
        suspense_premium=money("33.33"),
        undrawn_benefits=money("44.44"),
        unpaid_premium=money("55.55"),
        other_debts=money("66.66"),
    )

    made = valued(policy, basis, value, product=a_product(deduct_unpaid_premium=True))

    journals = [
        Journal(
            id=purpose,
            value_date=date(2026, 10, 12),
            text=purpose,
            policy_no="P1",
            case_id=None,
            entries=entries,
        )
        for purpose, entries in commit_entries(made)
    ]
    payable = sum(
        entry.amount.minor * (1 if entry.side == "CR" else -1)
        for journal in journals
        for entry in journal.entries
        if entry.account == "2202"
    )
    assert payable == made.net.minor


def test_unpaid_premium_is_deducted_only_when_the_contract_says_so() -> None:
    policy = a_policy(unpaid_premium=money(100))

    plain = valued(policy, "SURRENDER", "1000.00")
    agreed = valued(policy, "SURRENDER", "1000.00", product=a_product(deduct_unpaid_premium=True))

    assert (str(plain.net), str(agreed.net)) == ("1000.00", "900.00")


def test_an_ex_gratia_surrender_pays_what_is_demanded_above_value_and_debts() -> None:
    plain = valued(a_policy(), "EX_GRATIA", "31200.00", amount=money(60_000))
    indebted = valued(s3_policy(), "EX_GRATIA", "86400.00", amount=money(60_000))

    assert (str(plain.net), posted(plain)) == (
        "60000.00",
        [("commit", ["DR 6401 31200.00", "DR 6711 28800.00", "CR 2202 60000.00"])],
    )
    assert str(indebted.net) == "60000.00"


def test_a_demand_within_the_contract_adds_nothing() -> None:
    made = valued(a_policy(), "EX_GRATIA", "31200.00", amount=money(30_000))

    assert ([line.code for line in made.lines], str(made.net)) == (["CASH_VALUE"], "31200.00")


def test_an_ex_gratia_surrender_ends_the_contract_as_negotiated() -> None:
    policy = a_policy()

    after = policy_after(policy, valued(policy, "EX_GRATIA", "31200.00", amount=money(60_000)))

    assert (after.state, after.termination_reason) == ("TERMINATED", "NEGOTIATED")


def test_a_partial_surrender_pays_its_share_of_the_value() -> None:
    made = valued(a_policy(), "PARTIAL", "86400.00", new_sum_assured=money(350_000))

    assert (str(made.net), posted(made)) == (
        "25920.00",
        [("commit", ["DR 6401 25920.00", "CR 2202 25920.00"])],
    )


def test_a_partial_surrender_scales_cover_and_premium() -> None:
    policy = a_policy()
    made = valued(policy, "PARTIAL", "86400.00", new_sum_assured=money(350_000))

    after = policy_after(policy, made)

    assert (str(after.sum_assured), str(after.annual_premium), after.state) == (
        "350000.00",
        "8400.00",
        "IN_FORCE",
    )


@pytest.mark.parametrize(
    ("kept", "code"),
    [(None, "SUM_ASSURED"), ("500000", "SUM_ASSURED"), ("0", "SUM_ASSURED"),
     ("49999", "MIN_SUM_ASSURED")],
)  # fmt: skip
def test_a_reduction_the_product_does_not_allow_is_refused(kept: str | None, code: str) -> None:
    with pytest.raises(NotQuotable) as refused:
        valued(a_policy(), "PARTIAL", "1.00", new_sum_assured=None if kept is None else money(kept))

    assert refused.value.code == code


def test_debts_must_be_cleared_before_a_reduction() -> None:
    with pytest.raises(NotQuotable) as refused:
        valued(s3_policy(), "PARTIAL", "1.00", new_sum_assured=money(350_000))

    assert refused.value.code == "DEBTS"


def test_a_reduction_below_the_least_premium_is_refused() -> None:
    product = a_product(min_premium=money(11_000))

    with pytest.raises(NotQuotable) as refused:
        valued(a_policy(), "PARTIAL", "1.00", product=product, new_sum_assured=money(350_000))

    assert refused.value.code == "MIN_PREMIUM"


def test_a_terminated_policy_owes_and_is_owed_nothing() -> None:
    policy = s3_policy()

    after = policy_after(policy, valued(policy, "SURRENDER", "86400.00"))

    assert (after.state, after.termination_reason, after.ended_on) == (
        "TERMINATED",
        "SURRENDER",
        date(2026, 10, 12),
    )
    assert (after.flags, str(after.accumulated_dividends), after.open_loans) == ((), "0.00", ())


def test_debts_of_a_policy_are_principal_and_interest() -> None:
    assert str(debts_on(s3_policy(), date(2026, 10, 12))) == "30848.85"


def test_a_quote_of_another_version_has_another_hash() -> None:
    first = valued(a_policy(version=1), "SURRENDER", "1.00")
    second = valued(a_policy(version=2), "SURRENDER", "1.00")

    assert first.hash != second.hash


def test_the_same_quote_made_again_has_the_same_hash() -> None:
    quotes = [valued(s3_policy(), "SURRENDER", "86400.00") for _ in range(2)]

    assert quotes[0].hash == quotes[1].hash


def test_debts_repaid_are_no_loss() -> None:
    policy = replace(s3_policy(), premiums_paid=money("87650.30"))

    assert valued(policy, "SURRENDER", "86400.00").loss_ratio == 0


def test_premium_in_suspense_goes_back_with_a_contract_taken_back() -> None:
    made = valued(a_policy(suspense_premium=money("250.00")), "COOLING_OFF")

    assert made.net == money("12240.00")
    assert posted(made)[0][1] == [
        "DR 6001 12000.00",
        "DR 2203 250.00",
        "CR 2202 12240.00",
        "CR 6051 10.00",
    ]


def test_a_fee_is_never_more_than_what_is_refunded() -> None:
    made = valued(a_policy(premiums_paid=money("4.00")), "COOLING_OFF")

    assert made.net == money(0)
    assert posted(made) == [("commit", ["DR 6001 4.00", "CR 6051 4.00"])]
    Journal(
        id="J",
        value_date=date(2026, 10, 12),
        text="",
        policy_no="P1",
        case_id=None,
        entries=commit_entries(made)[0][1],
    )


def test_a_notice_before_the_policy_was_issued_cannot_be_valued() -> None:
    with pytest.raises(NotQuotable) as caught:
        valued(a_policy(issued_on=date(2026, 10, 13)), "COOLING_OFF")

    assert caught.value.code == "BEFORE_ISSUE"


@pytest.mark.parametrize("basis", ["COOLING_OFF", "SURRENDER", "PARTIAL"])
def test_a_day_before_the_balance_of_a_loan_cannot_be_valued(basis: Basis) -> None:
    early = datetime(2026, 9, 19, tzinfo=S3_ARRIVAL.tzinfo)

    with pytest.raises(NotQuotable) as caught:
        valued(s3_policy(), basis, "86400.00", as_of=early, new_sum_assured=money(400_000))

    assert caught.value.code == "BEFORE_BALANCE"


AMOUNTS = st.fixed_dictionaries({
    "cash": st.integers(0, 10**12),
    "dividends": st.integers(0, 10**9),
    "suspense": st.integers(0, 10**7),
    "debt": st.integers(1, 10**12),
    "paid": st.integers(0, 10**12),
    "fee": st.integers(0, 10**4),
})  # fmt: skip


@given(
    minor=AMOUNTS,
    day=st.dates(date(2026, 3, 20), date(2031, 1, 1)),
    basis=st.sampled_from(["COOLING_OFF", "SURRENDER"]),
)
@settings(deadline=None)
def test_whatever_the_amounts_nothing_is_lost_or_made(
    minor: dict[str, int], day: date, basis: Basis
) -> None:
    debt = str(Money(minor["debt"]))
    policy = a_policy(
        premiums_paid=Money(minor["paid"]),
        accumulated_dividends=Money(minor["dividends"]),
        suspense_premium=Money(minor["suspense"]),
        loans=(a_loan(debt, "0.055", date(2026, 3, 20)),),
    )
    rule = replace(a_product().cooling_off, policy_fee=Money(minor["fee"]))
    made = valued(
        policy,
        basis,
        str(Money(minor["cash"])),
        as_of=datetime.combine(day, S3_ARRIVAL.timetz()),
        product=replace(a_product(), cooling_off=rule),
    )

    # A journal that does not balance cannot be made.
    journals = [
        Journal(id=name, value_date=day, text="", policy_no="P1", case_id=None, entries=entries)
        for name, entries in commit_entries(made)
    ]

    payable = sum(
        entry.amount.minor * (1 if entry.side == "CR" else -1)
        for journal in journals
        for entry in journal.entries
        if entry.account == "2202"
    )
    assert payable == made.net.minor == max((made.gross - made.deductions).minor, 0)

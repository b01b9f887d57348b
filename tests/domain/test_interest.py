"""Interest is simple on 365 days, rounded per line, capitalised when a term ends."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest

from tests.domain.policies import a_loan
from workflows.domain.interest import add_months, debt_on, simple_interest, terms
from workflows.domain.money import Money, money


def test_a_loan_is_capitalised_when_its_term_ends() -> None:
    loan = a_loan("30000.00", "0.05", date(2026, 3, 20))

    debt = debt_on(loan, date(2026, 10, 12))

    assert (str(debt.principal), str(debt.capitalised), str(debt.interest)) == (
        "30756.16",
        "756.16",
        "92.69",
    )


def test_what_the_book_has_capitalised_is_not_capitalised_again() -> None:
    loan = a_loan(
        "30000.00",
        "0.05",
        date(2026, 3, 20),
        balance=money("30756.16"),
        balance_since=date(2026, 9, 20),
    )

    debt = debt_on(loan, date(2026, 10, 12))

    assert (str(debt.principal), str(debt.capitalised)) == ("30756.16", "0.00")


def test_a_loan_owes_no_interest_on_the_day_it_is_made() -> None:
    loan = a_loan("30000.00", "0.05", date(2026, 3, 20))

    assert str(debt_on(loan, date(2026, 3, 20)).interest) == "0.00"


def test_two_ended_terms_are_capitalised_twice() -> None:
    debt = debt_on(a_loan("10000.00", "0.06", date(2025, 1, 31)), date(2026, 1, 31))

    first = simple_interest(money(10_000), Decimal("0.06"), 181)
    second = simple_interest(money(10_000) + first, Decimal("0.06"), 184)
    assert debt.capitalised == first + second


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-03-20", 6, "2026-09-20"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-12-01", 1, "2027-01-01"),
        ("2023-08-29", 6, "2024-02-29"),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_last(start: str, months: int, end: str) -> None:
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(end)


def test_interest_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="zero or more days"):
        simple_interest(money(1), Decimal("0.05"), -1)


def test_half_a_cent_is_rounded_up_although_a_year_has_365_days() -> None:
    assert simple_interest(Money(240_173_650), Decimal("0.05"), 125).minor == 4_112_563


@pytest.mark.parametrize("days", range(1, 400, 7))
@pytest.mark.parametrize("rate", ["0.05", "0.055", "0.0365", "0.073"])
def test_interest_is_the_exact_fraction_rounded_half_up(days: int, rate: str) -> None:
    for minor in (1, 36_500, 239_545_850, 344_184_050, 999_999_999_999):
        exact = Fraction(minor) * Fraction(rate) * days / 365

        found = simple_interest(Money(minor), Decimal(rate), days)

        assert found.minor == floor(exact + Fraction(1, 2))


def test_a_loan_over_years_is_capitalised_at_every_term_and_leap_day() -> None:
    loan = a_loan("10000.00", "0.05", date(2023, 8, 31))

    debt = debt_on(loan, date(2024, 8, 30))

    # 2023-08-31 .. 2024-02-29 are 182 days: 249.32; then 183 days on 10,249.32: 256.94.
    assert terms(loan, date(2024, 8, 31)) == [date(2024, 2, 29), date(2024, 8, 31)]
    assert (str(debt.principal), str(debt.interest)) == ("10249.32", "256.94")


def test_a_term_without_length_is_no_term() -> None:
    with pytest.raises(ValueError, match="term"):
        a_loan("10000.00", "0.05", date(2026, 1, 1), term_months=0)

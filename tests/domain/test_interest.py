"""Interest is simple on 365 days, rounded per line, capitalised when a term ends."""

from datetime import date
from decimal import Decimal

import pytest

from tests.domain.policies import a_loan
from workflows.domain.interest import add_months, debt_on, simple_interest
from workflows.domain.money import money


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

"""Interest on policy debts: simple, ACT/365, half up per posted line, capitalised each term."""

import calendar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workflows.domain.money import Money
from workflows.domain.policy import Loan

YEAR = 365
_MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanDebt:
    """What a loan stands at on a day."""

    principal: Money
    """With everything capitalised up to the day."""
    capitalised: Money
    """The part of it that the book does not show yet: terms that ended since."""
    interest: Money
    """Accrued since the last capitalisation."""


def simple_interest(principal: Money, rate: Decimal, days: int) -> Money:
    """``principal × rate × days / 365``, rounded half up."""
    if days < 0:
        raise ValueError(f"Expected zero or more days, but got {days}")
    return principal.times(rate * days, per=YEAR)


def add_months(day: date, months: int) -> date:
    """The corresponding day of a later month, else that month's last day (Civil Code 202)."""
    years, month = divmod(day.month - 1 + months, _MONTHS)
    year = day.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def debt_on(loan: Loan, on: date) -> LoanDebt:
    """What is owed on a day: at each term's end unpaid interest becomes principal."""
    balance, since = loan.balance, loan.balance_since
    for ends in terms(loan, on):
        balance = balance + simple_interest(balance, loan.rate, (ends - since).days)
        since = ends
    return LoanDebt(
        principal=balance,
        capitalised=balance - loan.balance,
        interest=simple_interest(balance, loan.rate, (on - since).days),
    )


def terms(loan: Loan, on: date) -> list[date]:
    """Ends of terms after the balance was struck, up to a day; counted from the start."""
    ends, months = [], loan.term_months
    while (end := add_months(loan.started_on, months)) <= on:
        if end > loan.balance_since:
            ends.append(end)
        months += loan.term_months
    return ends

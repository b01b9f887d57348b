"""The life of a policy loan: its terms, repayment, warnings, and when debts use the value up.

Interest is simple within a term; at the term's end what is unpaid becomes principal and is deemed
lent again. A repayment pays interest first, then principal.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from workflows.domain.interest import add_months, debt_on, terms
from workflows.domain.ledger import Entry, credit, debit
from workflows.domain.money import Money, zero
from workflows.domain.policy import Loan, LoanKind, Policy
from workflows.domain.quote import debts_on

ACCOUNTS: dict[LoanKind, str] = {"LOAN": "1221", "APL": "1222"}
SUSPENSE, INTEREST_INCOME = "2203", "6011"
REMINDED = (30, 7)
"""Days before a term ends on which the borrower is reminded."""
WARNED_AT = (80, 90, 95)
"""Percent of the cash value that debts have reached when the policyholder is warned [CFG]."""
EXHAUSTED_AT = 100
LOOKS_EVERY = timedelta(days=31)
"""However quiet a loan is, the book is read again after so long."""
_DAY = timedelta(days=1)
LOAN_CHANGED = "loan.changed"
"""The message to who watches a loan: the book has changed; its key: the loan."""
StepKind = Literal["REMIND", "WARN", "MATURE", "EXHAUST", "LOOK"]
CashValue = Callable[[date], Money]


@dataclass(frozen=True, slots=True, kw_only=True)
class Maturity:
    """The end of a term: the interest of that term, and all that is owed with it."""

    on: date
    interest: Money
    due: Money


def maturity(loan: Loan, after: date) -> Maturity:
    """The first end of a term after a day."""
    months = loan.term_months
    while (ends := add_months(loan.started_on, months)) <= max(after, loan.balance_since):
        months += loan.term_months
    due, before = debt_on(loan, ends).principal, debt_on(loan, ends - _DAY).principal
    return Maturity(on=ends, interest=due - before, due=due)


def struck(loan: Loan, on: date) -> tuple[Loan, Money]:
    """The loan with its balance struck at the last end of a term, and the interest added."""
    ended = terms(loan, on)
    if not ended:
        return loan, zero(loan.balance.currency)
    debt = debt_on(loan, on)
    return replace(loan, balance=debt.principal, balance_since=ended[-1]), debt.capitalised


def capitalisation(loan: Loan, added: Money) -> tuple[Entry, ...]:
    """Interest that became principal."""
    return (debit(ACCOUNTS[loan.kind], added), credit(INTEREST_INCOME, added))


@dataclass(frozen=True, slots=True, kw_only=True)
class Repayment:
    """An amount received, as it is used."""

    loan: Loan
    """Afterwards."""
    capitalised: Money
    """Interest of ended terms that the book did not show yet."""
    interest: Money
    principal: Money
    excess: Money
    """More than was owed: it stays in suspense for the policyholder."""

    def entries(self) -> Iterator[Entry]:
        """What is taken out of suspense, and for what."""
        used = self.interest + self.principal
        yield debit(SUSPENSE, used)
        if self.interest.is_positive:
            yield credit(INTEREST_INCOME, self.interest)
        if self.principal.is_positive:
            yield credit(ACCOUNTS[self.loan.kind], self.principal)


class BelowInterest(Exception):
    """An amount that does not even pay the interest: nothing could be struck."""


def repay(loan: Loan, amount: Money, on: date) -> Repayment:
    """Use an amount received on a day: interest first, then principal; the day is not counted."""
    standing, added = struck(loan, on)
    debt = debt_on(standing, on)
    if amount < debt.interest or not amount.is_positive:
        raise BelowInterest(f"Expected {debt.interest} or more, but got {amount}")
    used = min(amount, debt.principal + debt.interest)
    principal = used - debt.interest
    left = debt.principal - principal
    return Repayment(
        loan=replace(
            standing,
            balance=left,
            balance_since=on,
            settled_on=None if left.is_positive else on,
        ),
        capitalised=added,
        interest=debt.interest,
        principal=principal,
        excess=amount - used,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TermStep:
    """What a loan waits for next, and the day on which it comes."""

    kind: StepKind
    on: date
    percent: int = 0
    """Of the cash value, for a warning and the exhaustion."""


def next_step(
    policy: Policy, loan: Loan, cash_value: CashValue, after: date, warned: int
) -> TermStep:
    """The first thing to come after a day, when it was last warned of ``warned`` percent.

    A share of the value that is reached already is warned of at once.
    """
    ends = maturity(loan, after).on
    quiet = [TermStep(kind="MATURE", on=ends), TermStep(kind="LOOK", on=after + LOOKS_EVERY)]
    reminders = (ends - timedelta(days=days) for days in REMINDED)
    quiet += [TermStep(kind="REMIND", on=day) for day in reminders if day > after]
    first = min(quiet, key=lambda step: step.on)
    return _crossing(policy, cash_value, (after, first.on), warned) or first


def _crossing(
    policy: Policy, cash_value: CashValue, within: tuple[date, date], warned: int
) -> TermStep | None:
    percent = next((each for each in WARNED_AT if each > warned), EXHAUSTED_AT)
    day, last = within
    while day < last:
        if reaches(debts_on(policy, day), cash_value(day), percent):
            return TermStep(
                kind="EXHAUST" if percent == EXHAUSTED_AT else "WARN", on=day, percent=percent
            )
        day += _DAY
    return None


def reaches(debts: Money, value: Money, percent: int) -> bool:
    """Whether debts are so many percent of a value, or more."""
    return debts.is_positive and debts.minor * EXHAUSTED_AT >= value.minor * percent

"""A quote 试算: what a request is worth on its basis, line by line, and what it is made from."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from workflows.domain.canonical import content_hash
from workflows.domain.interest import debt_on
from workflows.domain.money import Money, total
from workflows.domain.policy import Policy, Product

Basis = Literal[
    "COOLING_OFF", "SURRENDER", "PARTIAL", "EX_GRATIA", "LOAN",
    "BENEFIT_SURVIVAL", "BENEFIT_ANNUITY", "BENEFIT_MATURITY", "BENEFIT_DIVIDEND",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLine:
    """One line of a quote: added or taken off."""

    code: str
    label: str
    amount: Money
    sign: Literal["+", "-"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Valuation:
    """What a quote is made from."""

    policy: Policy
    product: Product
    cash_value: Money
    """On the day of ``as_of``; not looked at in cooling-off."""
    basis: Basis
    as_of: datetime
    """When the notice arrived, in the deployment's zone: its day is the valuation day."""
    new_sum_assured: Money | None = None
    """PARTIAL only: of the main cover."""
    amount: Money | None = None
    """LOAN: what is to be lent. EX_GRATIA: what is demanded in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What would be paid, line by line."""

    basis: Basis
    as_of: datetime
    lines: tuple[QuoteLine, ...]
    gross: Money
    deductions: Money
    net: Money
    """Never below zero: what debts exceed is written off."""
    premiums_paid: Money
    loss_ratio: Decimal
    """1 - gross / premiums paid: debts repaid are no loss."""
    policy_no: str
    policy_version: int
    capitalised: tuple[tuple[str, Money], ...] = ()
    """Interest of ended loan terms that the ledger does not show yet, by loan account."""
    new_sum_assured: Money | None = None

    @property
    def hash(self) -> str:
        """What an approval and a reservation are bound to."""
        return content_hash(self)


class NotQuotable(Exception):
    """The request cannot be valued; ``code`` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def debts_on(policy: Policy, on: date) -> Money:
    """Everything the policyholder owes under the policy on a day: loans, premium loans, others.

    NotQuotable when a balance was struck after that day.
    """
    expect_struck(policy, on)
    debts = [debt_on(loan, on) for loan in policy.open_loans]
    return total(
        (*(debt.principal + debt.interest for debt in debts), policy.other_debts),
        policy.currency,
    )


def expect_struck(policy: Policy, on: date) -> None:
    """The book knows what a loan stands at from its last balance on, and no earlier."""
    later = [loan.id for loan in policy.open_loans if loan.balance_since > on]
    if later:
        raise NotQuotable("BEFORE_BALANCE", f"Expected a day from the balance of {later} on")


def plus(code: str, label: str, amount: Money) -> QuoteLine:
    """What is given."""
    return QuoteLine(code=code, label=label, amount=amount, sign="+")


def minus(code: str, label: str, amount: Money) -> QuoteLine:
    """What is kept."""
    return QuoteLine(code=code, label=label, amount=amount, sign="-")

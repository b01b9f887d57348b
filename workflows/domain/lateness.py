"""Money that came after its limit of law: for how many days, and what interest it earns."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Final

from workflows.domain.clocks import Deadline
from workflows.domain.interest import simple_interest
from workflows.domain.money import Money

PAYING_LIMITS: Final = frozenset(("K-SUR", "K-PAY"))
"""Limits of law by which money must have come; those of service owe a notice, no interest."""
LATE_RATE: Final = "late.rate"
"""The yearly rate in the pack of the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """So many days after its strict limit an amount was paid, and what that is worth."""

    NO_RATE: ClassVar[Decimal] = Decimal(0)
    """Where the law of the case names none, nothing is owed for the delay."""

    rule_id: str
    due_on: date
    paid_on: date
    days: int
    rate: Decimal
    interest: Money


def lateness(amount: Money, rate: Decimal, limit: Deadline, paid_at: datetime) -> Lateness | None:
    """Simple interest from the last day of the limit, which counts, to the day of payment.

    None where it was in time, or where the interest is less than a cent.
    """
    days = (paid_at.date() - limit.due_on).days
    interest = simple_interest(amount, rate, max(days, 0))
    if not interest.is_positive:
        return None
    return Lateness(
        rule_id=limit.rule_id,
        due_on=limit.due_on,
        paid_on=paid_at.date(),
        days=days,
        rate=rate,
        interest=interest,
    )

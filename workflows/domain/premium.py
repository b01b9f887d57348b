"""Premium by mode of payment, and the instruction that says from where and how often it comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from workflows.domain.money import Money

Frequency = Literal["ANNUAL", "HALF_YEARLY", "QUARTERLY", "MONTHLY"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiumRule:
    """What a product asks of a premium that is not paid once a year [CFG]."""

    half_yearly: Decimal = Decimal("0.52")
    quarterly: Decimal = Decimal("0.27")
    monthly: Decimal = Decimal("0.09")
    changes_on_anniversary: bool = False
    """Whether the frequency changes on a policy anniversary only."""

    @property
    def factors(self) -> Mapping[Frequency, Decimal]:
        """What part of the annual premium falls due each time."""
        return MappingProxyType({
            "ANNUAL": Decimal(1),
            "HALF_YEARLY": self.half_yearly,
            "QUARTERLY": self.quarterly,
            "MONTHLY": self.monthly,
        })  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentInstruction:
    """Premiums of one mode, collected from one account, from a due date on."""

    id: str
    party_id: str
    """Whose account it is."""
    account_id: str
    frequency: Frequency
    premium: Money
    """What falls due each time."""
    limit: Money
    """The most that the account holder lets be collected each time (4号令 art. 13)."""
    authorised_on: date
    since: date
    """The first due date it is for."""
    until: date | None = None


def modal_premium(annual: Money, rule: PremiumRule, frequency: Frequency) -> Money:
    """What falls due each time, to the cent: the annual premium times the factor of the mode."""
    return annual.times(rule.factors[frequency])


def is_anniversary(issued_on: date, day: date) -> bool:
    """Whether a day is an anniversary of the policy; one of 29 February is 28 February as well."""
    if (issued_on.month, issued_on.day) == (day.month, day.day):
        return True
    leap_day = (issued_on.month, issued_on.day) == (2, 29)
    return leap_day and (day.month, day.day) == (2, 28) and day.year % 4 != 0

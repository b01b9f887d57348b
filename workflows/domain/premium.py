"""Premium by mode of payment, and the instruction that says from where and how often it comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from workflows.domain.money import Money, money

Frequency = Literal["ANNUAL", "HALF_YEARLY", "QUARTERLY", "MONTHLY"]
MONTHS: Mapping[Frequency, int] = MappingProxyType(
    {"ANNUAL": 12, "HALF_YEARLY": 6, "QUARTERLY": 3, "MONTHLY": 1}
)
"""Between two due dates."""
_LEAST_PAID_UP = money(10_000)


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
class PaidUpRate:
    """What one yuan of cover for the rest of the term costs at once, from an age on."""

    age: int
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalRule:
    """What a product says of premiums that fall due: before, in grace, and after a lapse."""

    reminded: tuple[int, ...] = (30, 15, 3)
    """Days ahead on which who asked for it is reminded (4号令 art. 21) [CFG]."""
    debited: tuple[int, ...] = (0, 2, 7)
    """Days from the due date on which the account is debited [CFG]."""
    grace_days: int = 60
    """Natural days after the due date (保险法 art. 36)."""
    partial_loan: bool = False
    """Whether a value below the premium is lent for a shorter time."""
    paid_up: tuple[PaidUpRate, ...] = ()
    """None: the product knows no reduced paid-up cover."""
    min_paid_up: Money = _LEAST_PAID_UP
    window_months: int = 24
    """In which a lapsed contract may be reinstated (保险法 art. 37)."""
    arrears_rate: Decimal = Decimal("0.05")
    """Yearly, on premiums in arrears when a contract is reinstated (解释三 art. 8)."""
    offer_days: int = 30
    """For how long an offer to reinstate stands [CFG]."""
    simplified_days: int = 60
    """Up to so long after the lapse a clean declaration needs no underwriter [CFG]."""

    def paid_up_rate(self, age: int) -> Decimal | None:
        """What cover costs at an age; None: not known."""
        known = [each for each in self.paid_up if each.age <= age]
        return max(known, key=lambda each: each.age).rate if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyRate:
    """What one yuan of cover more costs a year, from an age on."""

    age: int
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class IncreaseRule:
    """What a product says of a higher sum assured [product]."""

    rates: tuple[YearlyRate, ...] = ()
    """None: the product knows no increase."""
    up_to_age: int = 60
    """The last age of the insured at which it is sold."""

    def rate(self, age: int) -> Decimal | None:
        """What a yuan more costs a year at an age; None: it is not sold."""
        known = [each for each in self.rates if each.age <= age <= self.up_to_age]
        return max(known, key=lambda each: each.age).rate if known else None


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

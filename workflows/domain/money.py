"""Money: a whole number of minor units with its currency; rounding is always half up."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, DecimalException

CNY = "CNY"
_MINOR_DIGITS = {CNY: 2, "HKD": 2, "USD": 2, "JPY": 0}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount. Amounts of two currencies never meet."""

    minor: int
    currency: str = CNY

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, with all its minor digits."""
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    @property
    def is_positive(self) -> bool:
        """More than nothing."""
        return self.minor > 0

    def __str__(self) -> str:
        return format(self.decimal, "f")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other).minor

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other).minor

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other).minor

    def times(self, factor: Decimal, per: int = 1) -> "Money":
        """The amount times ``factor`` / ``per``, rounded half up to minor units.

        Divided last and once: a factor that was divided before is not exact, and loses halves.
        """
        exact = Decimal(self.minor) * factor / per
        return Money(int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)), self.currency)

    def share(self, part: int, whole: int) -> "Money":
        """``part`` of ``whole`` of the amount, exactly, rounded half up to minor units."""
        if whole <= 0 or part < 0 or self.minor < 0:
            raise ValueError(f"Expected a share of an amount, but got {part} of {whole}")
        return Money((2 * self.minor * part + whole) // (2 * whole), self.currency)

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"Expected an amount in {self.currency}, but got {other.currency}")
        return other


NOTHING = Money(0)
"""No money, in yuan."""


def minor_digits(currency: str) -> int:
    """How many decimal places a currency has."""
    try:
        return _MINOR_DIGITS[currency]
    except KeyError:
        raise ValueError(f"Expected a known currency, but got {currency!r}") from None


def money(amount: Decimal | int | str, currency: str = CNY) -> Money:
    """An amount given in major units, rounded half up to minor units."""
    digits = minor_digits(currency)
    try:
        exact = Decimal(amount)
        if not exact.is_finite():
            raise ValueError(f"Expected a finite amount, but got {amount!r}")
        scaled = exact.scaleb(digits).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    except DecimalException:
        raise ValueError(f"Expected an amount, but got {amount!r}") from None
    return Money(int(scaled), currency)


def parse_money(text: str, currency: str = CNY) -> Money:
    """An amount as people write it (``56,801.45``), with no more decimals than the currency has."""
    result = money(text.replace(",", ""), currency)
    if result.decimal != Decimal(text.replace(",", "")):
        raise ValueError(f"Expected at most {minor_digits(currency)} decimals, but got {text!r}")
    return result


def format_money(amount: Money) -> str:
    """An amount as people read it: ``56,801.45``."""
    return format(amount.decimal, f",.{minor_digits(amount.currency)}f")


def zero(currency: str = CNY) -> Money:
    """No money."""
    return Money(0, currency)


def total(amounts: Iterable[Money], currency: str = CNY) -> Money:
    """The sum of amounts of one currency."""
    result = zero(currency)
    for amount in amounts:
        result = result + amount
    return result

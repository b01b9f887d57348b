"""Populations 群体: what many cases show together and no single one does.

What is counted is told here, what is too much says the table (``dt_5_population``). Source:
domain.md section 4, DT-5; 投诉办法 art. 29.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal

LineKind = Literal["SURRENDERS", "COMPLAINANTS", "ACCOUNT_HOLDERS", "DEVICE_HOLDERS"]
Grouping = Literal["AGENT", "BRANCH", "PRODUCT", "HOUSE", "COMPLAINT", "ACCOUNT", "DEVICE"]
AlertOutcome = Literal["CONFIRMED", "FALSE_ALARM"]
USUAL_DAYS: Final = 30
"""A day is held against as many days before it, and what is shared is looked for as far back."""
_PLACES: Final = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One group of one day: how many, and how many are usual."""

    kind: LineKind
    grouping: Grouping
    key: str
    """The id of the agent, branch, product, complaint or account; a device by its hash."""
    day: date
    count: int
    mean: Decimal = Decimal(0)
    sigma: Decimal = Decimal(0)
    """The standard deviation of the days before."""
    channel: str = ""
    """By which a complaint came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationAlert:
    """What a rule of the table says of a line, until somebody has looked into it."""

    id: str
    case_id: str
    """The watch that saw it first."""
    rule: str
    severity: str
    owner: str
    """The group that looks into it."""
    kind: LineKind
    grouping: Grouping
    key: str
    day: date
    """The day that it was seen of last."""
    count: int
    mean: Decimal
    sigma: Decimal
    raised_at: datetime
    due_on: date | None
    closed_by: str | None = None
    closed_at: datetime | None = None
    outcome: AlertOutcome | None = None
    reason: str = ""

    @property
    def status(self) -> Literal["OPEN", "CLOSED"]:
        """Whether somebody has dealt with it."""
        return "OPEN" if self.closed_at is None else "CLOSED"


def usual(counts: Sequence[int]) -> tuple[Decimal, Decimal]:
    """Mean and standard deviation of what happened on some days."""
    if not counts:
        return Decimal(0), Decimal(0)
    mean = Decimal(sum(counts)) / len(counts)
    variance = sum((count - mean) ** 2 for count in counts) / len(counts)
    return mean.quantize(_PLACES), Decimal(variance).sqrt().quantize(_PLACES)


def is_daily(line: Line) -> bool:
    """Whether every day is counted by itself."""
    return line.kind == "SURRENDERS"


def is_news(known: PopulationAlert | None, line: Line) -> bool:
    """Whether a line needs an alert beside the last one about the same group (and day).

    An open alert is seen again; what is shared comes back after it was closed when more share it.
    """
    if known is None:
        return True
    return known.status == "CLOSED" and not is_daily(line) and line.count > known.count

"""Emergency grants 应急授权 (break-glass): a level for hours, by two persons, then reviewed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from workflows.domain.money import Money

LONGEST_HOURS: Final = 24
ORDERED_FROM_LEVEL: Final = 3
"""From this level on somebody may order a grant."""
Finding = Literal["JUSTIFIED", "NOT_JUSTIFIED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyGrant:
    """Somebody decides for a few hours as if of a higher level; all else is judged as ever."""

    id: str
    given_to: str
    level: int
    items: tuple[str, ...]
    since: datetime
    until: datetime
    reason: str
    ordered_by: str
    agreed_by: str
    review_due_on: date
    ended_at: datetime | None = None
    """Before its time: by its review."""
    reviewed_at: datetime | None = None
    reviewed_by: str | None = None
    finding: Finding | None = None
    note: str | None = None

    @property
    def maximum(self) -> Money | None:
        """None: as far as the limit of the level goes."""
        return None

    @property
    def hands(self) -> frozenset[str]:
        """Everybody who has a part in it: none of them reviews it."""
        return frozenset((self.given_to, self.ordered_by, self.agreed_by))

    def covers(self, item: str, at: datetime) -> bool:
        """Whether it is in force for an item at an instant."""
        ended = self.ended_at is not None and self.ended_at <= at
        return item in self.items and self.since <= at < self.until and not ended

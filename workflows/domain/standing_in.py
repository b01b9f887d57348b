"""Who acts for whom: authority that is delegated 转授权, absences with a substitute 代班."""

from dataclasses import dataclass
from datetime import datetime

from workflows.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """Own authority lent to somebody else for a time, for some items; never lent further."""

    id: str
    given_by: str
    given_to: str
    items: tuple[str, ...]
    maximum_minor: int | None
    """Up to how much; None: as far as the lender's own limit goes."""
    currency: str
    since: datetime
    until: datetime
    reason: str
    made_at: datetime
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    revoked_reason: str | None = None

    @property
    def maximum(self) -> Money | None:
        """Up to how much a decision may go."""
        return None if self.maximum_minor is None else Money(self.maximum_minor, self.currency)

    def covers(self, item: str, at: datetime) -> bool:
        """Whether it is in force for an item at an instant."""
        revoked = self.revoked_at is not None and self.revoked_at <= at
        return item in self.items and self.since <= at < self.until and not revoked


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Somebody is away; work in hand is for the substitute and the group, until the return."""

    id: str
    operator_id: str
    substitute_id: str | None
    since: datetime
    until: datetime
    reason: str
    told_by: str
    told_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
    ended_reason: str | None = None

    def holds(self, at: datetime) -> bool:
        """Whether the person is away at an instant."""
        over = self.ended_at is not None and self.ended_at <= at
        return self.since <= at < self.until and not over

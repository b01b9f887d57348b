"""Emergency grants: a level for hours, by two persons, reviewed the next day."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from api.schemas.shapes import WHOLE, Moment, Reason, Seen, Sent
from workflows.domain.emergency import LONGEST_HOURS
from workflows.domain.items import Item

Raised = Annotated[int, Field(ge=2, le=6), WHOLE]


class EmergencyGranted(Sent):
    """To which level somebody is raised, for which items, for how many hours, and why."""

    level: Raised
    items: Annotated[list[Item], Field(min_length=1, max_length=60)]
    hours: Annotated[int, Field(ge=1, le=LONGEST_HOURS), WHOLE]
    reason: Reason


class EmergencyReviewed(Sent):
    """What the review of a grant found."""

    finding: Literal["JUSTIFIED", "NOT_JUSTIFIED"]
    reason: Reason


class EmergencyGrantSeen(Seen):
    """A grant, who gave it, and what its review found."""

    grant_id: str
    given_to: str
    level: int
    items: list[str]
    since: Moment
    until: Moment
    reason: str
    ordered_by: str
    agreed_by: str
    review_due_on: date
    is_overdue: bool
    """Its review is due and has not been."""
    ended_at: Moment | None
    """By its review, where that came before its time was up."""
    reviewed_at: Moment | None
    reviewed_by: str | None
    finding: str | None
    note: str | None


class EmergencyGrantsSeen(Seen):
    """Grants that wait for their review, the newest first."""

    grants: list[EmergencyGrantSeen]

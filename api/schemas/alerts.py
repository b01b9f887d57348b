"""Population alerts as the risk desk sees and closes them."""

from datetime import date
from typing import Literal

from api.schemas.shapes import Identifier, Moment, Page, PageQuery, Reason, Seen, Sent
from workflows.domain.population import AlertOutcome


class AlertQuery(PageQuery):
    """Which alerts to list."""

    closed: bool = False
    """Those that were closed, too."""


class AlertSeen(Seen):
    """Many cases together show what none of them does: a group that somebody has to look into."""

    alert_id: str
    case_id: str
    """The watch that saw it first."""
    rule: str
    severity: str
    owner: str
    """The group whose members close it."""
    status: Literal["OPEN", "CLOSED"]
    grouping: str
    key: Identifier
    """The agent, branch, product, complaint or account; a device by its hash."""
    day: date
    """The day that it was last seen of."""
    count: int
    usual: float
    """The mean of the thirty days before, where days are counted."""
    deviation: float
    """Their standard deviation."""
    raised_at: Moment
    due_on: date | None
    """By when somebody has looked into it."""
    closed_by: str | None
    closed_at: Moment | None
    outcome: AlertOutcome | None
    reason: str


class AlertPage(Page):
    """A page of alerts, the newest first."""

    alerts: list[AlertSeen]


class AlertClose(Sent):
    """Close an alert: it was what it looked like, or it was not."""

    outcome: AlertOutcome
    reason: Reason

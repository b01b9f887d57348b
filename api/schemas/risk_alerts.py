"""Risk alerts as the risk desk sees and lifts them."""

from api.schemas.shapes import Identifier, Moment, Page, PageQuery, Reason, Seen, Sent


class RiskAlertQuery(PageQuery):
    """Which alerts to list."""

    party_id: Identifier | None = None
    lifted: bool = False
    """Those that were lifted, too."""


class RiskAlertSeen(Seen):
    """Somebody acted in a person's name: until it is lifted only the counter serves the person."""

    alert_id: str
    case_id: str
    """The case that raised it."""
    party_id: str
    reason: str
    raised_at: Moment
    lifted_at: Moment | None


class RiskAlertPage(Page):
    """A page of alerts, the newest first."""

    alerts: list[RiskAlertSeen]


class RiskAlertLift(Sent):
    """Lift an alert: the person is served on every channel again."""

    reason: Reason

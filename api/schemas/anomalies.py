"""Anomalies: one inbox over all cases, and what is reported from outside."""

from datetime import date
from typing import Literal

from api.schemas.shapes import Day, Identifier, Moment, Page, PageQuery, Reason, Seen, Sent
from workflows.domain.findings import AnomalyClass


class AnomalyQuery(PageQuery):
    """Which anomalies to list."""

    anomaly_class: AnomalyClass | None = None
    queue: Identifier | None = None
    """Whose: ``applicant``, ``manual-verification``, ``consent-desk``, ``risk-desk``, ``finance``,
    ``ops``, ``case-owner``, ``legal``, ``supervisor``."""
    case_id: Identifier | None = None
    closed: bool = False
    """Those that were dealt with, too."""


class AnomalySeen(Seen):
    """An anomaly of a case: in whose queue it is, by when, and how it may end."""

    anomaly_id: str
    case_id: str
    anomaly_class: str
    reason: str
    queue: str
    opened_at: Moment
    due_on: date | None
    """Null: no limit of its own."""
    outcomes: list[str]
    outcome: str | None
    closed_at: Moment | None


class AnomalyPage(Page):
    """A page of anomalies, the newest first."""

    anomalies: list[AnomalySeen]


class AnomalyClosed(Sent):
    """How it was dealt with: one of its ``outcomes``, and in words."""

    outcome: Identifier
    reason: Reason


class DeathReported(Sent):
    """The applicant has died."""

    died_on: Day
    reason: Reason
    """By whom and how it was told."""


class DeathNoted(Seen):
    """It is an anomaly of the case; ``stopped`` where nothing was committed yet."""

    case_id: str
    anomaly_id: str
    outcome: Literal["stopped", "noted"]
    """``stopped``: the case ends, what it held is released. ``noted``: the change stands, or the
    case is past it; its owner deals with the heirs."""

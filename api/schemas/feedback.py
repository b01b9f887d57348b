"""Feedback: complaints, recoveries, reasons of what goes wrong, improvement items."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from pydantic import StringConstraints as Text

from api.schemas.shapes import (
    WHOLE,
    Asking,
    Day,
    Identifier,
    Instant,
    Moment,
    Page,
    PageQuery,
    ProcessId,
    Reason,
    Seen,
    Sent,
    Version,
)
from workflows.domain.complaint import ComplaintCause, ComplaintOutcome, Extension
from workflows.domain.improvement import DefectSource

ReasonCode = Annotated[str, Text(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]


class ComplaintRegistered(Sent):
    """A complaint about a case; its cause is a code, no text of the customer's."""

    case_id: Identifier
    cause: ComplaintCause
    channel: Identifier
    received_at: Instant | None = None
    """Now, where nothing is said."""
    complainants: Annotated[int, Field(ge=1, le=100_000), WHOLE] = 1
    """How many complain together: twenty who come in person are a major complaint."""


class ComplaintDecided(Sent):
    """How a complaint is decided, and why."""

    outcome: ComplaintOutcome
    reason: Reason
    """For the file."""
    facts: Reason
    """What was found: the letter says so."""
    basis: Reason
    """The law or the contract that it rests on."""


class ComplaintExtended(Sent):
    """A longer limit, and why: the customer is told."""

    extension: Extension
    """COMPLEX; after it EXTENDED, which a senior approves."""
    reason: Reason


class ReviewAsked(Sent):
    """The customer wants the decision reviewed."""

    reason: Reason


class ComplaintSeen(Seen):
    """A complaint; to be decided by the end of ``dueOn``, promised for ``promisedOn``."""

    complaint_id: str
    case_id: str
    cause: str
    channel: str
    received_at: Moment
    registered_by: str
    due_on: date
    promised_on: date
    """The stricter of the limits in calendar and in working days, unless it was extended."""
    target_on: date | None
    """The last working day within what was promised; null: registered before there was one."""
    service_due_on: date | None
    """The limit in working days, where the law has one."""
    extension: str | None
    is_late: bool
    """It was, or is by now, past its last day."""
    outcome: str | None
    decided_by: str | None
    decided_at: Moment | None
    reason: str
    """Why it was decided so."""
    complainants: int
    review_until: date | None
    """The last day to ask for a review; null: nothing is decided."""
    review_due_on: date | None
    review_outcome: str | None


class ComplaintQuery(PageQuery):
    """Which complaints to list."""

    decided: bool = False
    """Those that were decided, too."""


class ComplaintPage(Page):
    """A page of complaints, those due first at the head."""

    complaints: list[ComplaintSeen]


class RecoverySeen(Seen):
    """A dissatisfied customer to be called by the end of ``dueOn``."""

    recovery_id: str
    case_id: str
    survey_id: str
    opened_at: Moment
    due_on: date
    closed_at: Moment | None
    outcome: str | None
    """What came of it, in words."""


class RecoveryQuery(PageQuery):
    """Which recoveries to list."""

    closed: bool = False
    """Those that were closed, too."""


class RecoveryPage(Page):
    """A page of recoveries, those due first at the head."""

    recoveries: list[RecoverySeen]


class RecoveryClosed(Sent):
    """What came of it."""

    reason: Reason


class DefectQuery(Asking):
    """Which days, both included; this month up to today where nothing is said."""

    since: Day | None = None
    until: Day | None = None


class DefectSeen(Seen):
    """A reason, and how many cases of a version of a model have it."""

    source: str
    """complaint, survey, anomaly or decision."""
    reason: str
    process_id: str
    version: int
    cases: int


class DefectsSeen(Seen):
    """What goes wrong, the most frequent first."""

    since: date
    until: date
    defects: list[DefectSeen]


class ImprovementOpened(Sent):
    """An item for a reason that stands among the defects of a version of a model."""

    source: DefectSource
    reason: ReasonCode
    process_id: ProcessId
    version: Version
    problem: Reason
    """What is wrong and what is to change."""


class ImprovementClosed(Sent):
    """Done in a deployed version, a later one than it was found in; or, without one, dropped."""

    version: Version | None = None
    reason: Reason


class ImprovementSeen(Seen):
    """An improvement item."""

    improvement_id: str
    source: str
    reason: str
    process_id: str
    version: int
    problem: str
    state: Literal["OPEN", "DONE", "DROPPED"]
    opened_by: str
    opened_at: Moment
    done_version: int | None
    closed_by: str | None
    closed_at: Moment | None
    closing_reason: str | None


class CohortSeen(Seen):
    """The cases of a version, and how many of them have the item's reason."""

    version: int
    cases: int
    with_reason: int


class ImprovementRead(Seen):
    """An item with the cases before it, and after it where it is done."""

    improvement: ImprovementSeen
    before: CohortSeen
    after: CohortSeen | None


class ImprovementQuery(PageQuery):
    """Which items to list."""

    closed: bool = False
    """Those that are done or dropped, too."""


class ImprovementPage(Page):
    """A page of items, the newest first."""

    improvements: list[ImprovementSeen]

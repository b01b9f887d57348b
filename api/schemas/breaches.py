"""The register of breaches: personal data that leaked, was altered or lost; limits missed."""

from typing import Annotated

from pydantic import Field

from api.schemas.shapes import (
    WHOLE,
    Identifier,
    Instant,
    Moment,
    Page,
    PageQuery,
    Reason,
    Seen,
    Sent,
)
from workflows.domain.breach import BreachKind, DataKind, Severity, StepKind


class BreachReported(Sent):
    """What happened; kinds of data, never data."""

    kind: BreachKind
    severity: Severity
    known_at: Instant | None = None
    """Since when it is known in the house; now, where nothing is said."""
    data: Annotated[list[DataKind], Field(default_factory=list, max_length=20)]
    people: Annotated[int, Field(ge=0, le=100_000_000), WHOLE] = 0
    """How many persons it is about, as far as known."""
    case_id: Identifier | None = None
    description: Reason
    exposure: Reason | None = None
    """What penalty it may draw, and by which article."""


class BreachStepTaken(Sent):
    """What was done about a breach."""

    step: StepKind
    note: Reason
    """What was done; of who was told, by which letter; of who was spared, why."""


class BreachStepSeen(Seen):
    """Something that was done."""

    step: str
    note: str
    by: str
    at: Moment


class BreachSeen(Seen):
    """A breach, and to whom it has to be told by when."""

    breach_id: str
    kind: str
    severity: str
    data: list[str]
    people: int
    case_id: str | None
    description: str
    exposure: str
    known_at: Moment
    reported_by: str
    reported_at: Moment
    pack: str
    """Whose limits its duties go by."""
    authority_due_at: Moment | None
    """null: nobody has to be told."""
    authority_told_at: Moment | None
    subjects_due_at: Moment | None
    subjects_told_at: Moment | None
    """When the persons were told, or it was decided that they need not be."""
    is_late: bool
    """One of the two was, or is by now, past its end."""
    closed_at: Moment | None
    steps: list[BreachStepSeen]


class BreachQuery(PageQuery):
    """Which breaches to list."""

    closed: bool = False
    """Those that are closed, too."""


class BreachPage(Page):
    """A page of breaches, those known longest at the head."""

    breaches: list[BreachSeen]

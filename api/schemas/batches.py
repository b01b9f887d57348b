"""Batches as operations order, watch and steer them."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.schemas.migrations import ElementId, PlanSent
from api.schemas.repairs import ForecastSeen, InstructionSent
from api.schemas.shapes import (
    WHOLE,
    Identifier,
    Instant,
    Moment,
    Page,
    PageQuery,
    ProcessId,
    Reason,
    Seen,
    Sent,
    Variables,
    Version,
)
from workflows.contracts.batch import BatchState, Do

MOST_NAMED = 5_000
MOST_INSTRUCTIONS = 20
Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,59}$")]


class FilterSent(Sent):
    """Which cases, or incidents, are meant; everything that is named has to be so."""

    case_ids: Annotated[list[Identifier], Field(max_length=MOST_NAMED)] = Field(
        default_factory=list
    )
    process: ProcessId | None = None
    version: Version | None = None
    element: ElementId | None = None
    """Where it is stuck or waits."""
    cause: Word | None = None
    """The code of an open incident, or a cause by its short name as incidents are grouped."""
    since: Instant | None = None
    """Of the incident, or of the case's acceptance."""
    until: Instant | None = None
    policy_no: Identifier | None = None
    product: Word | None = None
    """Product code of the case's policy."""
    outcome: Word | None = None
    """Cases that have ended so; otherwise only open ones are meant."""


class BatchSent(Sent):
    """One act on many cases, at a rate."""

    do: Do
    filter: FilterSent
    reason: Reason
    rate: Annotated[float, Field(ge=0.1, le=200)] = 10.0
    """Cases a second."""
    failure_share: Annotated[float, Field(ge=0, le=1)] = 0.2
    """Of those answered; more, and the batch stops until it is resumed."""
    variables: Variables = Field(default_factory=dict)
    """retry, skip, throw, replay: the same for each; a replay then takes two people."""
    retries: Annotated[int, Field(ge=1, le=100), WHOLE] = 1
    """retry."""
    queue: Word | None = None
    """retry: another task queue, this once."""
    code: Word | None = None
    """throw: of the error."""
    moves: Annotated[dict[ElementId, ElementId], Field(max_length=MOST_INSTRUCTIONS)] = Field(
        default_factory=dict
    )
    """modify: element to element."""
    instructions: Annotated[list[InstructionSent], Field(max_length=MOST_INSTRUCTIONS)] = Field(
        default_factory=list
    )
    """modify: by element, without keys."""
    to: Word | None = None
    """replay: ``last-good-point``, or an element."""
    undo: bool | None = None
    """replay: undo what was done after the point, and make it anew; takes two people. migrate: take
    the newest migration of each back."""
    to_version: Version | None = None
    """migrate: the newest when absent."""
    plan: PlanSent | None = None
    """migrate: from the version that the filter names; otherwise plans are proposed."""
    dry_run: bool = False


class ItemForecastSeen(Seen):
    """One that is meant, and what would come of it."""

    case_id: str
    instance_id: str
    incident: int | None
    forecast: ForecastSeen | None
    """Of the first few."""


class BatchSeen(Seen):
    """A batch and how far it is."""

    batch_id: str
    do: str
    state: BatchState
    why: str
    reason: str
    ordered_by: str
    proposed_by: str | None
    ordered_at: Moment
    finished_at: Moment | None
    rate: float
    failure_share: float
    selected: bool
    """Which cases are meant is written down; what comes later is not part of it."""
    total: int
    done: int
    failed: int
    left: int


class BatchMade(Seen):
    """What was, or would be, begun."""

    dry_run: bool
    total: int
    wants_two: bool
    """It could move money, or passes over a decision: two people have to order it."""
    items: list[ItemForecastSeen]
    """With the dry run, the first hundred."""
    batch: BatchSeen | None = None


class BatchPage(Page):
    """A page of batches, the newest first."""

    batches: list[BatchSeen]


class ResultQuery(PageQuery):
    """Which results."""

    state: Literal["PENDING", "DONE", "FAILED"] | None = None


class ResultSeen(Seen):
    """What came of one."""

    no: int
    case_id: str
    instance_id: str
    incident: int | None
    state: str
    problem: str | None
    detail: str
    attempts: int
    at: Moment | None


class ResultPage(Page):
    """A page of results, in the order in which they are worked off."""

    results: list[ResultSeen]


class SteeringSent(Sent):
    """Pause, resume or cancel a batch."""

    reason: Reason
    dry_run: bool = False


class SteeringSeen(Seen):
    """In which state it is now, or would be."""

    batch_id: str
    dry_run: bool = False
    state: BatchState

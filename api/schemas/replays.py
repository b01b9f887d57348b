"""Replays as callers order and see them."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.shapes import (
    WHOLE,
    Identifier,
    Moment,
    ProcessId,
    Reason,
    Seen,
    Sent,
    Variables,
)


class ReplayOrder(Sent):
    """Take a case up again from an earlier point; what was done for good stays done."""

    to: Literal["last-good-point"] | Annotated[int, Field(ge=1, le=2**31), WHOLE] | ProcessId = (
        "last-good-point"
    )
    """The last good point, an event of Temporal's history, or an element of the case's model."""
    reason: Reason
    variables: Variables = Field(default_factory=dict)
    """Of the process, corrected before anything is done again; takes a second person."""
    undo: bool | None = None
    """Undo what was done after the point, the newest first, and make it anew; false: keep it.
    It has to be said where variables are corrected and there is something to undo."""
    dry_run: bool = False
    """Only say what would happen."""
    run_id: Identifier | None = None
    """The run that was looked at; when the case has gone on in another by now, 409."""


class ReplayPoint(Seen):
    """From where the case goes on."""

    run_id: str
    event_id: int
    """The workflow task, by its completion, that is done again with everything after it."""
    element: str | None
    why: str
    at: Moment
    """Business time."""


class ReopenedSeen(Seen):
    """Something that stands open again."""

    waits_for: str
    element: str | None
    name: str | None


class EffectSeen(Seen):
    """An effect made after the point; it is found again, never made again."""

    element: str
    kind: str
    at: Moment


class UndoneSeen(Seen):
    """An effect made after the point, and what undoes it before the case goes on."""

    element: str
    kind: str
    at: Moment
    by: str
    """The compensation handler drawn for it, or the activity type declared for its own."""


class DecisionSeen(Seen):
    """A decision made after the point; it is asked for again."""

    element: str
    by: str
    outcome: str | None
    at: Moment


class ReplaySeen(Seen):
    """What a replay does, or would do."""

    case_id: str
    dry_run: bool
    point: ReplayPoint
    status: str
    """Of the case at the point."""
    superseded: int
    """Entries of the trail after the point; they are kept as history."""
    reopened: list[ReopenedSeen]
    effects_kept: list[EffectSeen]
    effects_remade: list[EffectSeen] = Field(default_factory=list)
    """Made after the point, and undone by compensation since: they are made anew."""
    effects_undone: list[UndoneSeen] = Field(default_factory=list)
    """In the order in which they are undone, before the case goes on; then they are made anew."""
    effects_fixed: list[EffectSeen] = Field(default_factory=list)
    """Those that nobody can undo: with one of them, a replay that undoes is refused."""
    effects_before: int
    decisions_again: list[DecisionSeen]
    corrects: list[str] = Field(default_factory=list)
    """Names of the variables that are written before anything is done again."""
    replay_id: str | None = None
    new_run_id: str | None = None

"""Suspending and resuming a case, as callers order and see it."""

from typing import Literal

from pydantic import Field

from api.schemas.cases import ClockSeen
from api.schemas.shapes import Moment, Reason, Seen, Sent


class SuspensionOrder(Sent):
    """Make a case stand still, or go on."""

    reason: Reason
    dry_run: bool = False
    """Only say what would happen."""


class StillWaiting(Seen):
    """Something of a case that a suspension touches."""

    waits_for: str
    """job or child: under way, ends, and its result is kept. timer: fires when the case goes on.
    message: heard meanwhile, and applied when the case goes on."""
    instance_id: str
    element: str | None
    name: str | None
    due: Moment | None
    is_due: bool
    """The timer's time has come; it fires as soon as the case goes on."""


class SuspensionSeen(Seen):
    """What standing still, or going on, means for the case."""

    case_id: str
    dry_run: bool
    act: Literal["suspend", "resume"]
    instances: list[str]
    """The case and the processes it called: all of them stand still, or go on."""
    waits: list[StillWaiting]
    open_tasks: int
    """They can be worked on; what is decided is kept and applied when the case goes on."""
    clocks: list[ClockSeen]
    """Clocks of law that run on while the case stands still."""
    still_suspended_by: list[str] = Field(default_factory=list)
    """After a resumption: what keeps the case standing still all the same."""
    at: Moment | None = None

"""Start, updates, signals and queries of a case."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Caller(_Message):
    """The call activity that started a called process."""

    instance_id: str
    key: int
    depth: int
    """How many processes deep the called one stands; at most 20."""
    catches: tuple[str | None, ...] = ()
    """Error codes the caller catches (None: all); an error nobody catches inside ends the called
    process with one of these instead of an incident (S17)."""
    escalations: tuple[tuple[str | None, bool], ...] = ()
    """Escalation codes the caller catches, nearest first, and whether that interrupts (S18)."""


class Escalation(_Message):
    """An escalation that a called process throws and its caller catches (S18)."""

    key: int
    """The call activity instance of the caller."""
    code: str
    variables: dict[str, Any] = {}


class Limits(_Message):
    """When a run of the workflow continues as a new one, always at rest."""

    events: int = 2_000
    size: int = 2 * 1024 * 1024
    """Bytes of history."""
    updates: int = 1_500


class CaseInput(_Message):
    """The one argument of ServicingCase: names the program by hash, never carries it."""

    case_id: str
    """Workflow id of the root case."""
    process_id: str
    version: int
    program_hash: str
    variables: dict[str, Any] = {}
    """Wire-encoded FEEL values by name."""
    started_by: str = "system"
    """Operator id (the JWT subject) of who asked for the case."""
    start: str | None = None
    """The start event, or what else it waited for, that began it; None: it begins by itself."""
    caller: Caller | None = None
    clock_offset: float = 0.0
    """Seconds that business time is ahead of the server's time; 0 in production."""
    zone: str = "Asia/Shanghai"
    """The zone in which models' times without an offset are read."""
    limits: Limits = Limits()
    carried: dict[str, Any] | None = None
    """After continue-as-new: the state and what the host carries with it."""


class CaseResult(_Message):
    """How a case ended."""

    outcome: str
    """completed | terminated | threw."""
    variables: dict[str, Any] = {}
    error_code: str | None = None
    """For a called process that ended with an uncaught BPMN error (see design: S17, S22)."""
    error_message: str | None = None


class Cancellation(_Message):
    """End the case; what is alive is terminated, nothing is compensated."""

    request_id: str
    actor: str
    reason: str
    role: str = ""
    """The role that let the actor do it; written down, never judged by."""


class IncidentResolution(_Message):
    """Try the failed element again, first writing ``variables``."""

    request_id: str
    actor: str
    reason: str
    incident: int
    variables: dict[str, Any] = {}
    retries: int = 1
    role: str = ""
    queue: str = ""
    """Another task queue for remote work, this once; empty: its own."""
    proposed_by: str = ""
    """The first person, where two have to order it."""


class UndoStep(_Message):
    """One effect to be undone, under a key of its own."""

    effect_key: str
    instance_id: str
    element: str
    type: str
    """The activity type that undoes it."""
    handler: str = ""
    """The compensation handler that is drawn for it; empty: declared for its type."""
    headers: dict[str, str] = {}
    variables: dict[str, Any] = {}
    """What was known at the element, wire-encoded."""
    undoes: tuple[str, ...]
    """Keys of the effects that are none any more then."""


class UndoOrder(_Message):
    """What a replay undoes before anything else is done."""

    steps: tuple[UndoStep, ...] = ()
    """In the order in which they are done: the newest effect first."""
    anew: tuple[str, ...] = ()
    """Keys of effects that only have to be made anew."""


class ReplayNote(_Message):
    """Tell a run that it took over from another, in the middle of that one's history."""

    request_id: str
    actor: str
    role: str
    reason: str
    point: dict[str, Any]
    """From which run, event and element on."""
    variables: dict[str, Any] = {}
    """Corrected before anything is done again; wire-encoded."""
    proposed_by: str = ""
    """The first person, where two have to order it."""
    undo: UndoOrder | None = None
    """What is undone before anything else is done; None: effects are found and kept."""


class ReplayAsked(_Message):
    """What a run that was reset asks: by whose order."""

    case_id: str
    run_id: str


class UndoneAsked(_Message):
    """What a run tells that had its effects undone: these are none any more."""

    case_id: str
    replay_id: str
    keys: tuple[str, ...]
    at: datetime


class ReplayAnswer(_Message):
    """Who it was; None: nobody of us, somebody reset the run in Temporal."""

    note: ReplayNote | None = None


class Receipt(_Message):
    """An accepted act, journaled by the time it is answered."""

    instance_id: str
    request_id: str
    at: datetime
    detail: dict[str, Any] = {}

"""What happened, as the host reports it. Every occurrence bears its time; the core has no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from workflows.bpmn.interpreter.instructions import Instruction
from workflows.feel import Value

Variables = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The instance begins: at its none start event, at event ``start``, or at ``begin_at``."""

    kind: Literal["started"] = "started"
    at: datetime
    variables: Variables = field(default_factory=dict)
    start: str | None = None
    begin_at: tuple[str, ...] = ()
    catches: tuple[str | None, ...] = ()
    """For a called process: error codes that its caller catches (None: all), from StartChild."""
    escalations: tuple[tuple[str | None, bool], ...] = ()
    """Likewise escalation codes, and whether catching them interrupts the caller."""
    seed: str = ""
    """What makes the chance of this instance its own, such as the case id: without it two
    instances draw the same random numbers and UUIDs."""
    zone: str | None = None
    """The zone in which times without an offset are read; UTC when None (S26)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCompleted:
    """The work of element instance ``key`` is done: a job, a human task or a publication."""

    kind: Literal["taskCompleted"] = "taskCompleted"
    at: datetime
    key: int
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentAsked:
    """Somebody wants the human task of ``key`` to be somebody's, or nobody's."""

    kind: Literal["assignmentAsked"] = "assignmentAsked"
    at: datetime
    key: int
    assignee: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFailed:
    """The work of ``key`` failed; with no ``retries`` left it becomes an incident (S33)."""

    kind: Literal["taskFailed"] = "taskFailed"
    at: datetime
    key: int
    message: str
    code: str = "job-failed"
    """The incident's kind."""
    retries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorThrown:
    """The work of ``key`` threw a BPMN error (S17)."""

    kind: Literal["errorThrown"] = "errorThrown"
    at: datetime
    key: int
    code: str
    message: str = ""
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationThrown:
    """The work of ``key``, a job or a called process, threw an escalation; it goes on (S18)."""

    kind: Literal["escalationThrown"] = "escalationThrown"
    at: datetime
    key: int
    code: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired:
    """The timer of wait ``wait`` fell due."""

    kind: Literal["timerFired"] = "timerFired"
    at: datetime
    wait: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageArrived:
    """A message correlated to the subscription of wait ``wait``."""

    kind: Literal["messageArrived"] = "messageArrived"
    at: datetime
    wait: int
    message_id: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalArrived:
    """A signal was broadcast; whatever listened for it here at that moment hears it (S25)."""

    kind: Literal["signalArrived"] = "signalArrived"
    at: datetime
    signal: str
    signal_id: str = ""
    waits: tuple[int, ...] | None = None
    """The waits that were open when it was broadcast; None: those that are open now."""
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivitiesChosen:
    """Somebody took up the offer of an ad-hoc sub-process (S29)."""

    kind: Literal["activitiesChosen"] = "activitiesChosen"
    at: datetime
    wait: int
    activities: tuple[tuple[str, Variables], ...] = ()
    """Element ids, each with variables of its own."""
    is_last: bool = False
    """Nothing more is to be begun: it is over with what is active."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildCompleted:
    """The called process of call activity instance ``key`` completed with these root variables."""

    kind: Literal["childCompleted"] = "childCompleted"
    at: datetime
    key: int
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentResolved:
    """Try again: the failed lifecycle command is re-issued, first writing ``variables`` (S33)."""

    kind: Literal["incidentResolved"] = "incidentResolved"
    at: datetime
    incident: int
    variables: Variables = field(default_factory=dict)
    retries: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSkipped:
    """Take the stuck element for done; ``variables`` are what its work would have brought."""

    kind: Literal["incidentSkipped"] = "incidentSkipped"
    at: datetime
    incident: int
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRaised:
    """Let the stuck element throw a BPMN error instead of trying again (S17)."""

    kind: Literal["errorRaised"] = "errorRaised"
    at: datetime
    incident: int
    code: str
    message: str = ""
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class VariablesSet:
    """Somebody wrote variables into the scope of element instance ``key`` (0: the root)."""

    kind: Literal["variablesSet"] = "variablesSet"
    at: datetime
    variables: Variables
    key: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Modified:
    """An operator moved tokens: ends first, then variables, then beginnings."""

    kind: Literal["modified"] = "modified"
    at: datetime
    terminate: tuple[str, ...] = ()
    activate: tuple[str, ...] = ()
    instructions: tuple[Instruction, ...] = ()
    """What cannot be said by element ids alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """The instance is to end: everything alive is terminated, no compensation."""

    kind: Literal["cancelled"] = "cancelled"
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """Go on after the step budget made the last turn yield (S36)."""

    kind: Literal["resumed"] = "resumed"
    at: datetime


Occurrence = (
    Started | TaskCompleted | AssignmentAsked | TaskFailed | ErrorThrown | EscalationThrown
    | TimerFired | MessageArrived | SignalArrived | ActivitiesChosen | ChildCompleted
    | IncidentResolved | IncidentSkipped | ErrorRaised
    | VariablesSet | Modified | Cancelled | Resumed
)  # fmt: skip

"""Where a run stands: element instances, join counters, waits, incidents, what is still to do.

One tree of element instances, and tokens apart. An element instance is a token that stays
somewhere, a scope of variables and the owner of its subscriptions; a token that waits at a join is
no instance but a count in its scope's ``taken``. Finished instances leave nothing behind.
Everything is reachable by key, and keys come from a counter, so equal histories give equal states.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from workflows.bpmn.interpreter.lifecycle import Phase
from workflows.feel import Value

Op = Literal[
    "activate", "enter", "complete", "leave", "terminate", "work", "throw", "loop", "watch", "pass"
]
"""The lifecycle commands of the agenda; an incident re-issues the one that failed (S33)."""

Item = tuple[Op, int]
"""One lifecycle command for one element instance key."""

WorkKind = Literal["", "job", "userTask", "message", "signal", "escalation", "child"]

ROOT: Final = 1
"""The key of the process instance."""

NOTHING: Final = -1
"""No node follows the end of the children."""
COMPLETION: Final = -2
"""The scope completes once its children are gone."""
CANCELLATION: Final = -3
"""The transaction is compensated once its children are gone (S21)."""

WAITING_FOR_START: Final = "waitingForStart"
"""What a complex gateway's conditions see: False while it resets (S6)."""

Variables = dict[str, Value]


@dataclass(slots=True)
class Loop:
    """The body of a multi-instance activity: its kept collection and the results so far (S11)."""

    items: list[Value]
    outputs: list[Value]
    started: int = 0
    completed: int = 0
    terminated: int = 0


@dataclass(slots=True)
class Entry:
    """Something completed that may be compensated, with what was known then (S20)."""

    number: int
    """Orders completions."""
    node: int
    handler: int
    """Its handler, or event sub-process for compensation; NOTHING where only ``inner`` count."""
    locals: Variables | None = None
    inner: list["Entry"] = field(default_factory=list)
    """What had completed inside."""


@dataclass(slots=True)
class Undoing:
    """One compensation under way: handlers run "one after the other" (S20)."""

    thrower: int
    """Key of the event or transaction that waits for the last handler; 0 where none does."""
    steps: list["Undo"]
    """What is still to be undone, the oldest first: the next is taken from the end."""


@dataclass(slots=True)
class Undo:
    """One run of a handler."""

    scope: int
    """Key of the scope it runs in: the nearest one that is alive."""
    handler: int
    memory: tuple[Variables, ...]
    """The variables of the scopes that have ended, innermost first."""
    inner: list[Entry]
    """What an event sub-process for compensation may compensate itself."""


TaskEvent = Literal["creating", "assigning", "updating", "completing", "canceling"]


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a human task is offered with: who may do it, until when, how urgent it is."""

    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    due: datetime | None
    follow_up: datetime | None
    priority: int


@dataclass(slots=True)
class Passing:
    """A step in the life of a human task that its listeners decide about."""

    event: TaskEvent
    task: Assignment
    """The task as it will be, with what listeners have corrected."""
    values: Variables = field(default_factory=dict)
    """The variables that come with it."""
    begun: int = 0
    """Listeners that have begun."""
    corrected: tuple[str, ...] = ()
    """What listeners have corrected."""
    is_denied: bool = False
    reason: str = ""
    """Why it was denied."""


class Instance:
    """One element instance: a token at a node, with what belongs to it."""

    __slots__ = (
        "__dict__",
        "attempt",
        "begin",
        "children",
        "error",
        "incident",
        "index",
        "interrupted",
        "isolated",
        "key",
        "locals",
        "loop",
        "node",
        "parent",
        "payload",
        "phase",
        "taken",
        "then",
        "waits",
        "work",
        "work_name",
    )

    # What few instances have stands in their __dict__; the others share these.
    part: int = 0
    """For throwing events: which of what it throws is thrown now (S28)."""
    listened: int = 0
    """Execution listeners that have begun, in this phase (S34)."""
    chosen: int = 0
    """Which of its input sets the element has begun with (S31)."""
    begun_with: tuple[str, ...] = ()
    """For called processes inside: names of the variables that the call itself was given (S22)."""
    read: Variables | None = None
    """What was read from data stores, by variable, until the inputs are filled (S31)."""
    task: Assignment | None = None
    """For human tasks with listeners: what the task is offered with."""
    passing: Passing | None = None
    """For human tasks with listeners: the step that is being decided about."""
    heard: "dict[int, Heard] | None" = None
    """What parallel multiple events of this owner have heard so far, by node (S28)."""
    gates: dict[int, tuple[int, ...]] | None = None
    """Complex gateways that wait for reset: the flows consumed at their start (S6)."""
    entries: list[Entry] | None = None
    """For scopes: what has completed inside and may be compensated, the oldest first (S20)."""
    memory: tuple[Variables, ...] | None = None
    """For compensation handlers: variables of scopes that have ended; they are only read."""
    undoing: Undoing | None = None
    """For compensation handlers: the compensation they are part of."""
    gathered: Variables | None = None
    """For ad-hoc sub-processes that were interrupted: the outputs until then (S29)."""

    def __init__(self, key: int, node: int, parent: "Instance | None") -> None:
        self.key = key
        self.node = node
        self.parent = parent
        self.phase: Phase = "created"
        self.locals: dict[str, Value] | None = None
        self.payload: dict[str, Value] | None = None
        """What a job, message, child or error brought, until the completion puts it in place."""
        self.children: dict[int, Instance] | None = None
        self.taken: dict[int, int] | None = None
        """Tokens that wait at joins of this scope, by flow (S3)."""
        self.waits: list[int] | None = None
        self.incident = 0
        self.loop: Loop | None = None
        self.index = NOTHING
        """The number of an inner instance of a multi-instance body, from 0."""
        self.begin: tuple[int, ...] | None = None
        """For scopes: the nodes to begin at instead of the start events."""
        self.then = NOTHING
        """What follows when the last child is gone: a catching event's node, or COMPLETION."""
        self.interrupted = False
        """An interrupting event sub-process has taken this scope over (S15)."""
        self.isolated = False
        """A called process inside: nothing outside is visible (S22)."""
        self.work: WorkKind = ""
        """What the host was asked for and has not answered."""
        self.work_name = ""
        self.attempt = 0
        self.error: tuple[str, str] | None = None
        """Code and message of a thrown error that nobody caught."""


@dataclass(slots=True)
class Heard:
    """What one parallel multiple event has heard: how often each, and what came along (S28)."""

    counts: list[int]
    payload: Variables = field(default_factory=dict)


WaitKind = Literal["timer", "message", "signal", "condition", "offer"]


@dataclass(slots=True)
class Wait:
    """An open subscription: a timer, a message, a signal, a condition or an offer."""

    id: int
    kind: WaitKind
    owner: int
    """Key of the instance whose end closes the subscription."""
    node: int
    """The catching node."""
    name: str
    """The name of the message or signal, or the text of the timer or condition."""
    key: str = ""
    """The message's correlation key."""
    due: datetime | None = None
    anchor: datetime | None = None
    """For cycles: when the series began."""
    left: int = 0
    """For cycles: executions still to come after this one; -1 without end."""
    part: int = 0
    """Which of the catching node's definitions it is."""
    held: bool = False
    """For conditions: it was true when it was last tested (S27)."""
    is_stirred: bool = False
    """For conditions: it has to be tested."""


@dataclass(slots=True)
class Incident:
    """Something stuck: the lifecycle command that failed, and why."""

    id: int
    item: Item
    node: int
    """The node to be shown: where it is stuck."""
    code: str
    message: str


@dataclass(slots=True)
class State:
    """A run, whole; ``step`` is the only one to change it."""

    next_key: int = 1
    seed: str = ""
    """Makes the chance of this instance its own."""
    evaluations: int = 0
    """With the seed, what the random functions of each expression start from."""
    quiet: int = 0
    """Activations without a wait state since the last outside occurrence (S36)."""
    busy: int = 0
    """Instances whose work is out with the host."""
    outcome: Literal["", "completed", "terminated", "error"] = ""
    catches: tuple[str | None, ...] = ()
    """Error codes the caller of this process catches; None is every code (S17, S22)."""
    escalations: tuple[tuple[str | None, bool], ...] = ()
    """Escalation codes the caller catches, nearest first, and whether that interrupts (S18)."""
    zone: str | None = None
    """The zone of local times, as configured for the deployment (S26)."""
    root: Instance | None = None
    instances: dict[int, Instance] = field(default_factory=dict)
    waits: dict[int, Wait] = field(default_factory=dict)
    incidents: dict[int, Incident] = field(default_factory=dict)
    agenda: deque[Item] = field(default_factory=deque)
    joining: dict[int, None] = field(default_factory=dict)
    """Keys of the scopes in which tokens wait at joins."""
    watching: dict[int, None] = field(default_factory=dict)
    """Ids of the waits that are conditions."""

    @property
    def is_final(self) -> bool:
        """Tell whether the instance has ended; nothing can happen to it any more."""
        return self.outcome != ""

    @property
    def is_started(self) -> bool:
        """Tell whether the instance has begun."""
        return self.next_key > 1


def new_state() -> State:
    """Return the state of an instance that has not begun."""
    return State()

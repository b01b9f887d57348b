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

Op = Literal["activate", "enter", "complete", "leave", "terminate", "work", "throw", "loop"]
"""The lifecycle commands of the agenda; an incident re-issues the one that failed (S33)."""

Item = tuple[Op, int]
"""One lifecycle command for one element instance key."""

WorkKind = Literal["", "job", "userTask", "message", "child"]

ROOT: Final = 1
"""The key of the process instance."""

NOTHING: Final = -1
"""No node follows the end of the children."""
COMPLETION: Final = -2
"""The scope completes once its children are gone."""


@dataclass(slots=True)
class Loop:
    """The body of a multi-instance activity: its kept collection and the results so far (S11)."""

    items: list[Value]
    outputs: list[Value]
    started: int = 0
    completed: int = 0
    terminated: int = 0


class Instance:
    """One element instance: a token at a node, with what belongs to it."""

    __slots__ = (
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
class Wait:
    """An open subscription: a timer or a message."""

    id: int
    kind: Literal["timer", "message"]
    owner: int
    """Key of the instance whose end closes the subscription."""
    node: int
    """The catching node."""
    name: str
    """The message's name, or the timer's text."""
    key: str = ""
    """The message's correlation key."""
    due: datetime | None = None
    anchor: datetime | None = None
    """For cycles: when the series began."""
    left: int = 0
    """For cycles: executions still to come after this one; -1 without end."""


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
    zone: str | None = None
    """The zone of local times, as configured for the deployment (S26)."""
    root: Instance | None = None
    instances: dict[int, Instance] = field(default_factory=dict)
    waits: dict[int, Wait] = field(default_factory=dict)
    incidents: dict[int, Incident] = field(default_factory=dict)
    agenda: deque[Item] = field(default_factory=deque)
    joining: dict[int, None] = field(default_factory=dict)
    """Keys of the scopes in which tokens wait at joins."""

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

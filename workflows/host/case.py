"""A running case as the host holds it: the interpreter's state, and what is out in the world.

Everything here is plain data in one place. Handlers put occurrences into the inbox and nothing
else; the loop alone changes the rest.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from temporalio import workflow

from workflows.bpmn.interpreter import load, new_state
from workflows.bpmn.interpreter.commands import Command, Finish, RunTask, StartChild
from workflows.bpmn.interpreter.occurrences import Occurrence
from workflows.contracts.case import CaseInput
from workflows.contracts.human_task import TaskAct
from workflows.contracts.journal import EntryKind
from workflows.contracts.repair import RepairOrder, Standstill
from workflows.feel import Value
from workflows.feel.wire import Tagged, decode, encode
from workflows.host.journal import Journal
from workflows.host.programs import program
from workflows.host.requests import Reply, Requests
from workflows.host.undo_work import Undoing, Undone


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """An occurrence on its way to the interpreter, and who waits for its consequences."""

    occurrence: Occurrence
    request_id: str | None = None
    reply: Reply | None = None
    told: Mapping[str, Any] | None = None
    """What an operator did, for the journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a person wants done with a human task; the registry judges it first."""

    act: TaskAct
    reply: Reply
    by_signal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What an operator did to the case from outside, for the journal alone."""

    told: Mapping[str, Any]
    request_id: str
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """What operations, or the caller, want of the case as a whole."""

    order: RepairOrder | Standstill
    told: Mapping[str, Any] = field(default_factory=dict)
    """For the journal."""
    reply: Reply | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """A reason to stand still."""

    no: int
    source: str
    by: str
    role: str
    reason: str
    since: datetime

    def carry(self) -> dict[str, Any]:
        """Give what the next run must know, as plain JSON."""
        return asdict(self) | {"since": self.since.isoformat()}

    @classmethod
    def read(cls, carried: Mapping[str, Any]) -> "Suspension":
        """Take over from the run before."""
        return cls(**{**carried, "since": datetime.fromisoformat(carried["since"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """A human task that people see."""

    key: int
    element: str
    name: str
    act: str
    """The header ``act``: decision, work, or nothing."""
    content_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A timer that the model waits for, in business time."""

    wait: int
    element: str
    name: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """A message subscription."""

    wait: int
    element: str
    message: str
    correlation_key: str
    once: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """A signal subscription."""

    wait: int
    element: str
    signal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Activities of an ad-hoc sub-process that may be begun."""

    wait: int
    element: str


Runs = Literal["local", "remote", "child", "held"]
"""Held: short work that waits, for called processes to end or for operations."""


@dataclass(eq=False, slots=True, kw_only=True)
class Job:
    """Work under way: an activity, a publication or a called process."""

    key: int
    element: str
    name: str
    runs: Runs
    unwanted: bool = False
    """It was cancelled; its answer is dropped."""
    task: asyncio.Task[Occurrence | None] | None = None
    child: workflow.ChildWorkflowHandle[Any, Any] | None = None
    """The called process, once it has begun."""


class Encodings:
    """Values on their way to the wire, each encoded once; those of the last turn are kept.

    A value never changes once made, and one turn tells the same value to the journal, to a job and
    to a person.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[Value, Tagged]] = {}

    def all(self, variables: Mapping[str, Value]) -> dict[str, Any]:
        """Encode variables; what is returned is shared, so nobody may change it."""
        return {name: self._one(value) for name, value in variables.items()}

    def forget(self) -> None:
        """Begin another turn."""
        self._known.clear()

    def _one(self, value: Value) -> Tagged:
        if type(value) is not dict and type(value) is not list:
            return encode(value)
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = (value, encode(value))
        return known[1]


def decode_all(variables: Mapping[str, Any]) -> dict[str, Value]:
    """Decode variables from the wire."""
    return {name: decode(value) for name, value in variables.items()}


def moment(text: str | None) -> datetime | None:
    """Read what was carried as text, where there is one."""
    return None if text is None else datetime.fromisoformat(text)


def is_readable(variables: Mapping[str, Any]) -> bool:
    """Tell whether every variable is a wire-encoded value."""
    try:
        decode_all(variables)
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError):
        return False
    return True


@dataclass(slots=True)
class Waits:
    """What the model waits for, as far as the host answers it."""

    tasks: dict[int, OpenTask] = field(default_factory=dict)
    timers: dict[int, Timer] = field(default_factory=dict)
    messages: dict[int, Listening] = field(default_factory=dict)
    signals: dict[int, Hearing] = field(default_factory=dict)
    offers: dict[int, Offer] = field(default_factory=dict)
    detours: dict[int, str] = field(default_factory=dict)
    """Task queues named by operators for work that is tried again at once; by key."""
    put_off: deque[tuple[int, int]] = field(default_factory=deque)
    """Work that the run before has left to this one: keys, with the retries they have."""

    def carry(self) -> dict[str, Any]:
        """Give what the next run must know, as plain JSON."""
        return {
            "tasks": [asdict(task) for task in self.tasks.values()],
            "timers": [asdict(one) | {"due": one.due.isoformat()} for one in self.timers.values()],
            "messages": [asdict(one) for one in self.messages.values()],
            "signals": [asdict(one) for one in self.signals.values()],
            "offers": [asdict(one) for one in self.offers.values()],
        }

    @classmethod
    def read(cls, carried: Mapping[str, Any]) -> "Waits":
        """Take over from the run before."""
        tasks = [OpenTask(**one) for one in carried.get("tasks", ())]
        timers = [
            Timer(**{**one, "due": datetime.fromisoformat(one["due"])})
            for one in carried.get("timers", ())
        ]
        messages = [Listening(**one) for one in carried.get("messages", ())]
        signals = [Hearing(**one) for one in carried.get("signals", ())]
        offers = [Offer(**one) for one in carried.get("offers", ())]
        return cls(
            put_off=deque((key, retries) for key, retries in carried.get("put_off", ())),
            detours={int(key): queue for key, queue in carried.get("detours", {}).items()},
            tasks={task.key: task for task in tasks},
            timers={timer.wait: timer for timer in timers},
            messages={message.wait: message for message in messages},
            signals={signal.wait: signal for signal in signals},
            offers={offer.wait: offer for offer in offers},
        )


def _journal(info: workflow.Info, given: CaseInput) -> Journal:
    carried = given.carried or {}
    return Journal(
        instance_id=info.workflow_id,
        case_id=given.case_id,
        run_id=info.run_id,
        written=carried.get("written", 0),
        written_at=moment(carried.get("written_at")),
    )


@dataclass(slots=True)
class Stillness:
    """Why a case stands still, and what it makes up for when it goes on."""

    reasons: dict[str, Suspension] = field(default_factory=dict)
    """By source; none: it does not stand still."""
    count: int = 0
    callers_word: int = 0
    """Number of the caller's newest word about standing still."""
    held: deque[Posted] = field(default_factory=deque)
    """What happened meanwhile."""
    deferred: list[Command] = field(default_factory=list)
    """What a repair began meanwhile."""
    tellings: set[asyncio.Task[None]] = field(default_factory=set)
    """Called processes being told."""
    undoing: Undoing | None = None
    """What a replay has undone before anything else."""


class Case:
    """One instance: a root case or a called process."""

    def __init__(self, given: CaseInput) -> None:  # noqa: PLR0915 - one line for each fact
        info = workflow.info()
        carried = given.carried or {}
        self.input = given
        self.instance_id = info.workflow_id
        self.program = program(given.program_hash, given.process_id)
        self.state = load(carried["state"]) if carried else new_state()
        self.encodings = Encodings()
        self.journal = _journal(info, given)
        self.inbox: deque[Posted | Act | Noted | Ordered | Undone] = deque()
        self.waits = Waits.read(carried.get("waits", {}))
        self.jobs: dict[int, Job] = {}
        self.ending: set[int] = set()
        """Called processes that were told to end, and have not yet."""
        self.backlog: dict[int, RunTask | StartChild] = {}
        """Work that waits until other work of the case is done, by key, in order."""
        self.requests = Requests(carried.get("requests", {}))
        self.incidents: dict[int, tuple[str, str]] = {
            int(key): (element, name)
            for key, (element, name) in carried.get("incidents", {}).items()
        }
        """Open incidents: id to their element and its name."""
        self.heard: dict[str, int] = dict(carried.get("heard", {}))
        """Of each signal name the last one taken up: they come in order (S25)."""
        self.shows_incident: bool = carried.get("shows_incident", False)
        """What the search attribute says now."""
        self.finish: Finish | None = None
        self.fault: BaseException | None = None
        """A bug of ours in work under way: it fails the workflow task."""
        self.is_out_of_breath = False
        """The step budget of the last turn was spent (S36)."""
        self.has_rung = False
        """A timer fell due."""
        self.turns, self.updates, self.hands_over = 0, 0, False
        """Occurrences applied, and updates, in this run; and whether it leaves work to the next."""
        self.still = Stillness()
        self.is_reborn = False
        """The run was reset, and has not asked yet by whom."""
        self.origins: dict[int, str] = {
            int(key): element for key, element in carried.get("origins", {}).items()
        }
        """Elements at which live instances began, where a migration has renamed them; by key."""
        self.standing: frozenset[str] = frozenset()
        """What operations let stand still, as the last receipt said."""
        self.held: dict[int, str] = {}
        """Work that stands still, by key: what it waits for to go on."""

    def now(self) -> datetime:
        """Return business time."""
        return workflow.now() + timedelta(seconds=self.input.clock_offset)

    def server_time(self, moment: datetime) -> datetime:
        """Translate business time into the server's."""
        return moment - timedelta(seconds=self.input.clock_offset)

    def post(self, occurrence: Occurrence) -> None:
        """Put what happened into the inbox."""
        self.inbox.append(Posted(occurrence=occurrence))

    def note(
        self,
        kind: EntryKind,
        place: tuple[str | None, str | None, int | None] = (None, None, None),
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Write an entry into the journal; ``place`` is element, name and key."""
        self.journal.write(kind, self.now(), place, data)

    def effect_key(self, element: str, key: int) -> str:
        """Return the key of an element instance's effects: the same for every attempt."""
        return f"{self.instance_id}/{self.origins.get(key, element)}/{key}"

    def name_of(self, element: str) -> str:
        """Return an element's name, or its id where the drawing gives none."""
        return self.program.nodes[self.program.ids[element]].name or element

    async def journaled(self, seq: int) -> None:
        """Wait until the journal is in the database up to an entry; the loop flushes for it."""
        if self.journal.acknowledged >= seq:
            return
        self.journal.waiters += 1
        try:
            await workflow.wait_condition(lambda: self.journal.acknowledged >= seq)
        finally:
            self.journal.waiters -= 1

    async def until_there(self, is_there: Callable[[], bool]) -> None:
        """Wait for what somebody already saw: a case that is on its way may come to it yet.

        The journal of a workflow task can be read before the server has taken the task. When the
        server refuses it, the case tells the same once more from the last task that was taken.
        """
        if self.is_on_its_way and not is_there():
            await workflow.wait_condition(lambda: is_there() or not self.is_on_its_way)

    @property
    def is_on_its_way(self) -> bool:
        """Tell whether the case comes further by itself, without anything from outside."""
        is_begun = self.state.is_started and not self.waits.put_off
        return not is_begun or self.runs_locally

    @property
    def is_suspended(self) -> bool:
        """Tell whether the case stands still."""
        return bool(self.still.reasons)

    @property
    def has_news(self) -> bool:
        """Tell whether the loop has something to do."""
        return bool(self.inbox) or self.has_rung or self.is_reborn or self.fault is not None

    @property
    def runs_locally(self) -> bool:
        """Tell whether a local activity is under way; what it brings comes at once."""
        return any(job.runs == "local" for job in self.jobs.values())

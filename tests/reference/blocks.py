"""A process as a tree of blocks: what random models are made of before they are drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Literal, TypeVar

# --- the little expressions that both sides can evaluate ---------------------------------------


@dataclass(frozen=True, slots=True)
class Sum:
    """``=name + plus``."""

    name: str
    plus: int = 0

    @property
    def feel(self) -> str:
        return f"={self.name} + {self.plus}" if self.plus else f"={self.name}"

    def of(self, scope: Mapping[str, Any]) -> Any:
        value = scope.get(self.name)
        if not self.plus:
            return value
        return None if value is None else value + self.plus


@dataclass(frozen=True, slots=True)
class Test:
    """``=name > over``."""

    name: str
    over: int

    __test__ = False

    @property
    def feel(self) -> str:
        return f"={self.name} > {self.over}"

    def of(self, scope: Mapping[str, Any]) -> bool:
        return bool(scope[self.name] > self.over)


Mapped = tuple[tuple[str, Sum], ...]
"""Input mappings: target and source, in order."""

# --- what surrounds an activity ----------------------------------------------------------------

Heard = Literal["message", "timer", "signal", "condition"]
"""What comes from outside, or turns true."""

Coded = Literal["error", "escalation"]
"""What is thrown from inside, with a code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the things that a catching event catches."""

    kind: Heard | Coded = "timer"
    test: Test = Test("v0", 2)
    """Of a condition."""
    code: str | None = None
    """Of an error or escalation; None catches every one."""


Caught = Heard | Coded | Literal["cancel", "multiple"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What a boundary event or an event sub-process waits for."""

    id: str = ""
    kind: Caught = "timer"
    interrupting: bool = True
    code: str | None = None
    """Of an error or escalation; None catches every one."""
    rounds: int = 1
    """Of a timer that does not interrupt: how often it fires."""
    test: Test = Test("v0", 2)
    """Of a condition."""
    parts: tuple[Part, ...] = ()
    """Of a multiple event."""
    every: bool = False
    """Of a multiple event: all of them must have happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """A boundary event and the path from it; a path that exits comes back behind its host."""

    trigger: Trigger
    path: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Each:
    """Multi-instance: over the numbers 1 to ``size``, collecting ``r`` into ``collected``."""

    size: int
    sequential: bool = False
    until: int = 0
    """Complete after so many instances; 0 is all."""
    collects: bool = True
    behavior: Literal["All", "None", "One", "Complex"] = "All"
    """When the escalation ``code`` is thrown: never, at every completion, at the first, at one."""
    at: int = 1
    """Of behavior Complex: at which completion."""
    code: str = "E1"

    def throws(self, completed: int) -> bool:
        """Tell whether a completion throws, which is the so-manieth."""
        when = {"All": False, "None": True, "One": completed == 1, "Complex": completed == self.at}
        return when[self.behavior]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """A standard loop: as long as the test holds, and no more rounds than ``most``."""

    test: Test | None = None
    before: bool = False
    most: int = 1
    collects: bool = False
    until: int = 0
    behavior: Literal["All"] = "All"

    @property
    def size(self) -> int:
        """How many rounds there surely are."""
        return 0 if self.before else 1


# --- blocks ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Work that somebody outside does; its result is written to ``writes``."""

    id: str = ""
    kind: Literal["service", "user", "receive", "child"] = "service"
    writes: str = "v0"
    inputs: Mapped = ()
    outputs: tuple[Sum, ...] = ()
    """Sources; each goes to a variable of its own (``output_of``)."""
    boundaries: tuple[Boundary, ...] = ()
    each: Each | Rounds | None = None
    undo: Task | None = None
    """What compensates it: a service task outside the flow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that is over at once: a script when it has a ``value``, else it does nothing."""

    id: str = ""
    kind: Literal["manual", "task", "throw", "script"] = "manual"
    value: Sum | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Catch:
    """An intermediate catch event."""

    id: str = ""
    kind: Heard | Literal["multiple"] = "timer"
    test: Test = Test("v0", 2)
    parts: tuple[Part, ...] = ()
    every: bool = False


Said = Literal["message", "signal"]
"""What the host says to everybody; who throws it waits until that is done."""

ThrownKind = Said | Coded | Literal["compensation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thrown:
    """One of the things that an event throws."""

    kind: ThrownKind = "escalation"
    code: str = "E1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Throw:
    """An intermediate throw event that something hears, or undoes something."""

    id: str = ""
    kind: Said | Literal["escalation", "compensation", "multiple"] = "escalation"
    code: str = "E1"
    parts: tuple[Thrown, ...] = ()
    """Of a multiple event: all of them are thrown, one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """What follows when one event of a race is the first."""

    catch: Catch
    path: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """An event-based gateway."""

    id: str = ""
    arms: tuple[Arm, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A branch with its condition."""

    test: Test
    path: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An exclusive gateway, or an inclusive one with its join."""

    id: str = ""
    kind: Literal["exclusive", "inclusive"] = "exclusive"
    cases: tuple[Case, ...]
    default: Block | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """A parallel gateway with its join."""

    id: str = ""
    branches: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gather:
    """A parallel gateway whose branches meet at a complex one, which starts when enough are there.

    Those that come later are taken in when it resets. It stands alone in its scope.
    """

    id: str = ""
    branches: tuple[Block, ...]
    need: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A loop over an exclusive gateway: ``body`` again as long as the test holds."""

    id: str = ""
    body: Block
    again: Test


@dataclass(frozen=True, slots=True, kw_only=True)
class Seq:
    """One block after the other; none is a plain flow."""

    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """An end event in the middle of things."""

    id: str = ""
    kind: Literal["none", "terminate", "cancel", "multiple"] | ThrownKind = "none"
    code: str = "E1"
    parts: tuple[Thrown, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What stands in a scope."""

    main: Block
    handlers: tuple[Handler, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """An event sub-process."""

    id: str = ""
    trigger: Trigger
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Freely:
    """What an ad-hoc sub-process has: chains of activities, of which some begin."""

    chains: tuple[Seq, ...]
    begins: tuple[int, ...] = (0,)
    """Where they are named: which."""
    how: Literal["named", "offered", "plain", "steered"] = "named"
    """Who says what begins: an expression, somebody, nobody but for what a person does, a job."""
    sequential: bool = False
    until: Test | None = None
    """True when an activity completes: the sub-process is over."""
    cancels: bool = True
    """Being over, it cancels what remains; else it waits for it."""
    collects: bool = False
    """Gather ``v0`` as each completing activity sees it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sub:
    """A sub-process, a transaction, a called process inside its caller, an ad-hoc sub-process."""

    id: str = ""
    kind: Literal["embedded", "called", "transaction", "adhoc"] = "embedded"
    content: Content
    inputs: Mapped = ()
    outputs: tuple[Sum, ...] = ()
    boundaries: tuple[Boundary, ...] = ()
    each: Each | Rounds | None = None
    undo: Task | None = None


Block = (
    Task | Step | Catch | Throw | Race | Choice | Fork | Gather | Repeat | Seq | Stop | Sub | Freely
)
Activity = Task | Sub


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A whole process with the variables it is started with."""

    content: Content
    variables: tuple[tuple[str, int], ...] = ()
    id: str = "process"


def output_of(block: Activity, number: int) -> str:
    """The variable an output mapping writes: nobody else writes or reads it."""
    return f"{block.id}_o{number}"


def result_of(step: Step) -> str:
    return f"{step.id}_is"


def collected_by(block: Activity) -> str:
    return f"{block.id}_all"


EMPTY = Seq()
VARIABLES = ("v0", "v1", "v2", "v3")
BLOCKS = (Task, Step, Catch, Throw, Race, Choice, Fork, Gather, Repeat, Seq, Stop, Sub, Freely)


def offered(freely: Freely) -> tuple[int, ...]:
    """The chains that somebody may begin; in plain BPMN those that begin with a person's work."""
    chains = enumerate(freely.chains)
    match freely.how:
        case "offered":
            return tuple(number for number, _ in chains)
        case "plain":
            return tuple(number for number, one in chains if _is_personal(one))
        case _:
            return ()


def begun(freely: Freely) -> tuple[int, ...]:
    """The chains that begin at once."""
    match freely.how:
        case "named":
            return freely.begins
        case "plain":
            rest = set(range(len(freely.chains))) - set(offered(freely))
            return tuple(sorted(rest))
        case _:
            return ()


def _is_personal(chain: Seq) -> bool:
    first = chain.blocks[0]
    return isinstance(first, Task) and first.kind in ("user", "receive")


def thrown_by(block: Throw | Stop) -> tuple[Thrown, ...]:
    """What an event throws, in order."""
    if block.kind == "multiple":
        return block.parts
    return (Thrown(kind=block.kind, code=block.code),)  # type: ignore[arg-type]


def caught_by(trigger: Trigger) -> tuple[tuple[str, str | None], ...]:
    """What an event catches that is thrown, by kind and code."""
    parts: tuple[Trigger | Part, ...] = trigger.parts if trigger.kind == "multiple" else (trigger,)
    return tuple((one.kind, one.code) for one in parts if one.kind in ("error", "escalation"))


def heard_by(catcher: Trigger | Catch) -> tuple[tuple[str, Part], ...]:
    """What a catching event hears, by a name for each; errors and the like it does not hear."""
    if catcher.kind == "multiple":
        parts = ((f"{catcher.id}.{n}", part) for n, part in enumerate(catcher.parts))
        return tuple(
            (name, part) for name, part in parts if part.kind not in ("error", "escalation")
        )
    if catcher.kind in ("error", "escalation", "cancel"):
        return ()
    part = Part(kind=catcher.kind, test=catcher.test)  # type: ignore[arg-type]
    return ((catcher.id, part),)


def is_certain(catcher: Trigger | Catch) -> bool:
    """Tell whether it surely waits for something from outside: a condition may be true already."""
    heard = [part.kind != "condition" for _, part in heard_by(catcher)]
    return any(heard) if catcher.every else all(heard)


# --- over every kind of block alike ------------------------------------------------------------

N = TypeVar("N")


def inside(node: Any) -> Iterator[Any]:
    """Every part of a tree that is a dataclass, itself first, in the order of drawing."""
    yield node
    for child in children(node):
        yield from inside(child)


def children(node: Any) -> Iterator[Any]:
    for field in fields(node):
        value = getattr(node, field.name)
        if is_dataclass(value):
            yield value
        elif isinstance(value, tuple):
            yield from (one for one in value if is_dataclass(one))


def everywhere(node: Any, change: Callable[[Any], Any]) -> Any:
    """Change every part of a tree, the inner ones first."""
    changes: dict[str, Any] = {}
    for field in fields(node):
        value = getattr(node, field.name)
        if is_dataclass(value):
            changes[field.name] = everywhere(value, change)
        elif isinstance(value, tuple):
            changes[field.name] = tuple(
                everywhere(one, change) if is_dataclass(one) else one for one in value
            )
    return change(replace(node, **changes) if changes else node)


def size_of(model: Any) -> int:
    """How many drawn elements a tree has, gateways once for each block."""
    drawn = (
        Task,
        Step,
        Catch,
        Throw,
        Race,
        Choice,
        Fork,
        Gather,
        Repeat,
        Stop,
        Sub,
        Handler,
        Trigger,
    )
    return sum(isinstance(node, drawn) for node in inside(model))


def relabelled(model: Model) -> Model:
    """Give every element an id of its own, by kind and number, after everything is drawn."""
    return _relabel(model, [0])


def _relabel(node: N, numbers: list[int]) -> N:
    changes: dict[str, Any] = {}
    for field in fields(node):  # type: ignore[arg-type]
        value = getattr(node, field.name)
        if field.name == "id" and not isinstance(node, Model):
            numbers[0] += 1
            changes["id"] = f"{_STEMS[type(node)]}{numbers[0]}"
        elif is_dataclass(value):
            changes[field.name] = _relabel(value, numbers)
        elif isinstance(value, tuple):
            changes[field.name] = tuple(
                _relabel(one, numbers) if is_dataclass(one) else one for one in value
            )
    return replace(node, **changes)  # type: ignore[type-var]


_STEMS: dict[type, str] = {
    Task: "t", Step: "p", Catch: "c", Throw: "y", Race: "g", Choice: "x", Fork: "f",
    Gather: "k", Repeat: "l", Stop: "e", Handler: "h", Sub: "s", Trigger: "w",
}  # fmt: skip

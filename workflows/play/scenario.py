"""A scenario as written: read strictly, every fault told with its step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal

from workflows.feel import DaysTime
from workflows.feel.temporal import Duration
from workflows.play.fields import Fields, ScenarioError, Variables

DEFAULT_CLOCK: Final = datetime(2026, 1, 1, tzinfo=UTC)
DEFAULT_LIMIT: Final = 100_000

# --- steps ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StartStep:
    """Create an instance; ``*`` starts every process with a none start event."""

    kind: Literal["start"] = "start"
    process: str
    variables: Variables = field(default_factory=dict)
    at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkStep:
    """Answer waiting work of a type, or at an element."""

    kind: Literal["complete", "throwError", "throwEscalation", "fail"]
    type: str
    element: str | None = None
    count: int = 1
    variables: Variables = field(default_factory=dict)
    code: str = ""
    message: str = ""
    retries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishStep:
    """Publish a message."""

    kind: Literal["publish"] = "publish"
    message: str
    key: str = ""
    time_to_live: Duration = field(default_factory=lambda: DaysTime(0))
    variables: Variables = field(default_factory=dict)
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastStep:
    """Broadcast a signal."""

    kind: Literal["broadcast"] = "broadcast"
    signal: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStep:
    """Set variables at the root, or in the scope of an element."""

    kind: Literal["set"] = "set"
    variables: Variables
    element: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignStep:
    """Ask that a human task be somebody's; nobody's where the name is empty."""

    kind: Literal["assign"] = "assign"
    assignee: str
    element: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceStep:
    """Move the clock."""

    kind: Literal["advance"] = "advance"
    duration: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveStep:
    """Resolve the incident at an element."""

    kind: Literal["resolve"] = "resolve"
    element: str
    retries: int = 1
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifyStep:
    """Move tokens of the newest instance."""

    kind: Literal["modify"] = "modify"
    activate: str | None = None
    terminate: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelStep:
    """Cancel the newest active instance of a process."""

    kind: Literal["cancel"] = "cancel"
    process: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotStep:
    """Write every state to JSON and go on from what was read back."""

    kind: Literal["snapshot"] = "snapshot"


Step = (
    StartStep | WorkStep | PublishStep | BroadcastStep | SetStep | AssignStep | AdvanceStep
    | ResolveStep | ModifyStep | CancelStep | SnapshotStep
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What to play."""

    models: tuple[str, ...]
    clock: datetime = DEFAULT_CLOCK
    workers: Mapping[str, WorkStep] = field(default_factory=dict)
    """By job type: the answer every job of the type gets; ``*`` answers every other type."""
    steps: tuple[Step, ...] = ()
    limit: int = DEFAULT_LIMIT


# --- reading ----------------------------------------------------------------------------------


def read_scenario(document: object) -> Scenario:
    """Read a scenario from plain JSON data; raises ScenarioError."""
    given = Fields(document, "The scenario")
    models = given.texts("models", required=True)
    clock = given.maybe("clock")
    workers = given.mapping("workers")
    steps = given.list("steps")
    limit = given.whole("limit", DEFAULT_LIMIT)
    given.close()
    return Scenario(
        models=models,
        clock=DEFAULT_CLOCK if clock is None else _read_clock(clock),
        workers={name: _read_worker(name, answer) for name, answer in workers.items()},
        steps=tuple(_read_numbered(number, step) for number, step in enumerate(steps)),
        limit=limit,
    )


def _read_clock(text: str) -> datetime:
    try:
        clock = datetime.fromisoformat(text)
        if clock.utcoffset() is None:
            raise ScenarioError(f"'clock' needs an offset, such as Z: '{text[:80]}'.")
        return clock.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ScenarioError(f"'clock' is no ISO 8601 date-time: '{text[:80]}'.") from None


def _read_worker(job_type: str, document: object) -> WorkStep:
    """Read a worker's answer; the words are those of the steps."""
    given = Fields(document, f"The worker '{job_type}'")
    kinds = [name for name in ("complete", "throwError", "fail") if given.has(name)]
    if len(kinds) != 1:
        raise given.fault("needs exactly one of complete, throwError, fail")
    match kinds[0]:
        case "complete":
            step = WorkStep(kind="complete", type=job_type, variables=given.variables("complete"))
        case "throwError":
            code = given.text("throwError")
            variables = given.variables("variables")
            step = WorkStep(kind="throwError", type=job_type, code=code, variables=variables)
        case _:
            message = given.text("fail")
            retries = given.whole("retries", 0)
            step = WorkStep(kind="fail", type=job_type, message=message, retries=retries)
    given.close()
    return step


def _read_numbered(number: int, document: object) -> Step:
    try:
        return _read_step(document)
    except ScenarioError as error:
        raise ScenarioError(error.message, number) from None


def _read_step(document: object) -> Step:
    given = Fields(document, "The step")
    kinds = [name for name in _READERS if given.has(name)]
    if not kinds:
        raise given.fault(f"says none of {', '.join(_READERS)}")
    if len(kinds) > 1:
        raise given.fault(f"says {' and '.join(kinds)}; one step does one thing")
    step = _READERS[kinds[0]](given)
    given.close()
    return step


def _read_start(given: Fields) -> Step:
    return StartStep(
        process=given.text("start"),
        variables=given.variables("variables"),
        at=given.texts("at"),
    )


def _read_work(
    kind: Literal["complete", "throwError", "throwEscalation"], code: str | None
) -> Callable[[Fields], Step]:
    def read(given: Fields) -> Step:
        return WorkStep(
            kind=kind,
            type=given.text(kind, empty=True),
            element=given.maybe("element"),
            count=given.whole("count", 1, lowest=1),
            variables=given.variables("variables"),
            code="" if code is None else given.text(code),
        )

    return read


def _read_fail(given: Fields) -> Step:
    return WorkStep(
        kind="fail",
        type=given.text("fail", empty=True),
        element=given.maybe("element"),
        count=given.whole("count", 1, lowest=1),
        retries=given.whole("retries", 0),
        message=given.maybe("message") or "The job failed.",
    )


def _read_publish(given: Fields) -> Step:
    time_to_live = given.maybe("ttl")
    return PublishStep(
        message=given.text("publish"),
        key=given.key("key"),
        time_to_live=DaysTime(0) if time_to_live is None else given.duration("ttl", time_to_live),
        variables=given.variables("variables"),
        id=given.maybe("id"),
    )


def _read_broadcast(given: Fields) -> Step:
    signal = given.text("broadcast")
    return BroadcastStep(signal=signal, variables=given.variables("variables"))


def _read_set(given: Fields) -> Step:
    return SetStep(variables=given.variables("set"), element=given.maybe("element"))


def _read_assign(given: Fields) -> Step:
    assignee = given.text("assign", empty=True)
    return AssignStep(assignee=assignee, element=given.text("element"))


def _read_advance(given: Fields) -> Step:
    text = given.text("advance")
    return AdvanceStep(duration=given.duration("advance", text))


def _read_resolve(given: Fields) -> Step:
    return ResolveStep(
        element=given.text("resolve"),
        retries=given.whole("retries", 1),
        variables=given.variables("variables"),
    )


def _read_activate(given: Fields) -> Step:
    return ModifyStep(activate=given.text("activate"))


def _read_terminate(given: Fields) -> Step:
    return ModifyStep(terminate=given.text("terminate"))


def _read_move(given: Fields) -> Step:
    ends = given.texts("move", required=True)
    if len(ends) != len(("from", "to")):
        raise given.fault('needs "move": ["from", "to"]')
    return ModifyStep(terminate=ends[0], activate=ends[1])


def _read_cancel(given: Fields) -> Step:
    return CancelStep(process=given.text("cancel"))


def _read_snapshot(given: Fields) -> Step:
    given.true("snapshot")
    return SnapshotStep()


_READERS: Final[Mapping[str, Callable[[Fields], Step]]] = {
    "start": _read_start,
    "complete": _read_work("complete", None),
    "throwError": _read_work("throwError", "errorCode"),
    "throwEscalation": _read_work("throwEscalation", "escalationCode"),
    "fail": _read_fail,
    "publish": _read_publish,
    "broadcast": _read_broadcast,
    "set": _read_set,
    "assign": _read_assign,
    "advance": _read_advance,
    "resolve": _read_resolve,
    "activate": _read_activate,
    "terminate": _read_terminate,
    "move": _read_move,
    "cancel": _read_cancel,
    "snapshot": _read_snapshot,
}

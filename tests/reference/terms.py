"""The reference: what is left to do of each block, as terms; no graph, no tokens, no joins.

``begin`` makes the residual term of a block and runs on until something waits; ``fire`` gives what
is left after an action; a term that is left unchanged did not hold what the action is about. Two
terms are final: DONE, whose token comes out behind the block, and ENDED, whose token has ended.
Errors and terminate end events go outward as exceptions of Python, along the nesting of terms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from tests.reference.blocks import (
    Activity,
    Block,
    Boundary,
    Catch,
    Choice,
    Content,
    Each,
    Fork,
    Handler,
    Model,
    Race,
    Repeat,
    Seq,
    Step,
    Stop,
    Sub,
    Task,
    Throw,
    Trigger,
    collected_by,
    output_of,
    result_of,
)
from tests.reference.frames import (
    CancelledTransaction,
    Caught,
    Clock,
    Entry,
    Frame,
    Place,
    Terminated,
)
from tests.reference.shaping import exits, paths_of

Values = Mapping[str, Any]


class Deed(NamedTuple):
    """Something done to a run from outside."""

    kind: Literal["complete", "fail", "retry", "throw", "escalate", "trigger", "resolve"]
    frame: Frame
    """Where it is done: the owner of the work, of the subscription or of the incident."""
    node: str = ""
    """Of a trigger: the catching event."""
    values: Values = MappingProxyType({})
    code: str = ""


class Enabled(NamedTuple):
    """Something that may be done next."""

    kind: Literal["job", "userTask", "child", "message", "timer", "signal", "incident"]
    frame: Frame
    node: str
    """The catching event; for work and incidents the element itself."""


class Term:
    """What is left of a block."""

    __slots__ = ()

    def fire(self, deed: Deed, place: Place) -> Term:  # noqa: ARG002 - final terms change no more
        return self

    def parts(self) -> Iterator[Term]:
        """The terms inside."""
        return iter(())

    def enabled(self) -> Iterator[Enabled]:
        for part in self.parts():
            yield from part.enabled()

    def frames(self) -> Iterator[tuple[Frame, str]]:
        """What is alive, with the code of its incident."""
        for part in self.parts():
            yield from part.frames()

    def joins(self) -> Iterator[tuple[str, int]]:
        """How many branches have come out of what waits for others."""
        for part in self.parts():
            yield from part.joins()

    def can_exit(self) -> bool:
        """Tell whether a token inside can still come out behind."""
        return True


class _Final(Term):
    __slots__ = ()


DONE: Final = _Final()
ENDED: Final = _Final()
CANCELLED: Final = _Final()
"""A transaction that has been undone, and is to be left by its cancel boundary event."""


# --- begin -------------------------------------------------------------------------------------


def begin(block: Block, place: Place) -> Term:  # noqa: PLR0911 - one case for each kind
    """Run a block as far as it goes by itself."""
    match block:
        case Seq():
            return _on(block.blocks, 0, DONE, place)
        case Step():
            return _pass(block, place)
        case Stop():
            return _stop(block, place)
        case Choice():
            return _choose(block, place, place.new(block.id))
        case Fork():
            return Together(block.id, tuple(begin(one, place) for one in block.branches), True)._on(
                place
            )
        case Repeat():
            return Again(block, begin(block.body, place))._on(place)
        case Race():
            return Racing(block, place.new(block.id))
        case Catch():
            return Waiting(block, place.new(block.id))
        case Throw():
            return _throw(block, place, DONE)
        case Task() | Sub():
            return _activity(block, place)


def _pass(step: Step, place: Place) -> Term:
    if step.value is not None:
        place.frame.write_up({result_of(step): step.value.of(place.frame.visible())})
    place.clock.completed.append(step.id)
    return DONE


def _stop(stop: Stop, place: Place) -> Term:
    match stop.kind:
        case "terminate":
            raise Terminated
        case "cancel":
            raise CancelledTransaction
        case "error":
            place.throw(stop.code, {})
            return Stuck(place.new(stop.id), "unhandled-error", stop)
        case "escalation" | "compensation":
            return _throw(stop, place, ENDED)
        case _:
            return ENDED


def _throw(block: Throw | Stop, place: Place, after: Term) -> Term:
    if block.kind == "escalation":
        place.escalate(block.code, {})
        if isinstance(block, Throw):
            place.clock.completed.append(block.id)
        return after
    return Undoing(block, place.new(block.id), tuple(place.undone()), DONE, after)._on(place)


def _choose(choice: Choice, place: Place, frame: Frame) -> Term:
    seen = place.frame.visible()
    held = [case.path for case in choice.cases if case.test.of(seen)]
    if not held and choice.default is None:
        return Stuck(frame, "no-flow-taken", choice)
    if not held and choice.default is not None:
        held = [choice.default]
    if choice.kind == "exclusive":
        return begin(held[0], place)
    return Together(choice.id, tuple(begin(one, place) for one in held), False)._on(place)


def _activity(block: Activity, place: Place) -> Term:
    inner = place.around(block)
    frame = place.new(block.id)
    if block.each is None:
        term = _instance(block, inner, frame)
    else:
        term = Many(block, block.each, frame, (None,) * block.each.size)._on(inner)
    if term is DONE or not block.boundaries:
        return term
    left = tuple((one, one.trigger.rounds) for one in block.boundaries)
    return Hosting(block, frame, term, left)


def _instance(block: Activity, place: Place, frame: Frame) -> Term:
    """One run of an activity: all of it, or one of its multi-instances."""
    frame.take_inputs(block.inputs)
    if isinstance(block, Task):
        return Waiting(block, frame)
    if block.kind == "called":
        frame.values.update(frame.visible())
        frame.isolated = True
    return Scope.begun(block, block.content, frame, place)


# --- sequences, branches, loops ----------------------------------------------------------------


def _on(blocks: tuple[Block, ...], at: int, term: Term, place: Place) -> Term:
    while term is DONE and at < len(blocks):
        term = begin(blocks[at], place)
        at += 1
    if isinstance(term, _Final) or at == len(blocks):
        return term
    return Then(term, blocks, at)


@dataclass(frozen=True, slots=True, eq=False)
class Then(Term):
    """The current block of a sequence, and what comes after."""

    now: Term
    blocks: tuple[Block, ...]
    at: int

    def fire(self, deed: Deed, place: Place) -> Term:
        now = self.now.fire(deed, place)
        return self if now is self.now else _on(self.blocks, self.at, now, place)

    def parts(self) -> Iterator[Term]:
        yield self.now

    def can_exit(self) -> bool:
        return self.now.can_exit() and all(exits(one) for one in self.blocks[self.at :])


@dataclass(frozen=True, slots=True, eq=False)
class Together(Term):
    """Branches side by side: all of them must come out, or all that still can."""

    id: str
    branches: tuple[Term, ...]
    every: bool

    def fire(self, deed: Deed, place: Place) -> Term:
        for number, branch in enumerate(self.branches):
            now = branch.fire(deed, place)
            if now is not branch:
                branches = (*self.branches[:number], now, *self.branches[number + 1 :])
                return replace(self, branches=branches)._on(place)
        return self

    def _on(self, place: Place) -> Term:
        if self.every:
            return DONE if all(one is DONE for one in self.branches) else self
        live = [one for one in self.branches if not isinstance(one, _Final)]
        if any(one.can_exit() for one in live):
            return self
        if any(one is DONE for one in self.branches):
            place.strays.extend(live)
            return DONE
        return self if live else ENDED

    def parts(self) -> Iterator[Term]:
        return iter(self.branches)

    def joins(self) -> Iterator[tuple[str, int]]:
        done = sum(one is DONE for one in self.branches)
        if done:
            yield self.id, done
        for part in self.branches:
            yield from part.joins()

    def can_exit(self) -> bool:
        return any(one is not ENDED and one.can_exit() for one in self.branches)


@dataclass(frozen=True, slots=True, eq=False)
class Again(Term):
    """One round of a loop."""

    block: Repeat
    body: Term

    def fire(self, deed: Deed, place: Place) -> Term:
        body = self.body.fire(deed, place)
        return self if body is self.body else Again(self.block, body)._on(place)

    def _on(self, place: Place) -> Term:
        body = self.body
        while body is DONE and self.block.again.of(place.frame.visible()):
            body = begin(self.block.body, place)
        return body if isinstance(body, _Final) else Again(self.block, body)

    def parts(self) -> Iterator[Term]:
        yield self.body

    def can_exit(self) -> bool:
        return self.body.can_exit()


# --- waits -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Waiting(Term):
    """A task or a catch event."""

    block: Task | Catch
    frame: Frame
    incident: str = ""
    code: str = ""
    """Of an error that nobody caught."""

    def fire(self, deed: Deed, place: Place) -> Term:
        if deed.frame is not self.frame:
            return self
        match deed.kind:
            case "fail":
                return replace(self, incident="job-failed")
            case "retry":
                return self
            case "throw":
                place.throw(deed.code, deed.values)
                return replace(self, incident="unhandled-error", code=deed.code)
            case "escalate":
                place.escalate(deed.code, deed.values)
                return self
            case "resolve":
                self.frame.write_up(deed.values)
                return self if self.code else replace(self, incident="")
            case _:
                _settle(self.block, self.frame, deed.values)
                place.clock.tell(self.block.id, self.frame)
                if isinstance(self.block, Task) and self.block.each is None:
                    place.remember(self.block.undo, self.frame)
                return DONE

    def enabled(self) -> Iterator[Enabled]:
        kind = "incident" if self.incident else _WAITS_FOR[self.block.kind]
        yield Enabled(kind, self.frame, self.block.id)

    def frames(self) -> Iterator[tuple[Frame, str]]:
        yield self.frame, self.incident


_WAITS_FOR: Final[Mapping[str, Literal["job", "userTask", "child", "message", "timer", "signal"]]] = {
    "service": "job", "user": "userTask", "child": "child",
    "receive": "message", "message": "message", "timer": "timer", "signal": "signal",
}  # fmt: skip


def _settle(block: Task | Catch | Sub, frame: Frame, values: Values) -> None:
    """Put a result in place: by output mappings where there are any, else merged outward."""
    if isinstance(block, Catch) or not block.outputs:
        frame.write_up(values)
        return
    frame.values.update(values)
    goal = frame if block.each is not None else frame.outer
    seen = frame.visible()
    if goal is not None:
        results = {output_of(block, n): one.of(seen) for n, one in enumerate(block.outputs)}
        goal.write_up(results)


@dataclass(frozen=True, slots=True, eq=False)
class Racing(Term):
    """An event-based gateway that has not been decided."""

    block: Race
    frame: Frame

    def fire(self, deed: Deed, place: Place) -> Term:
        if deed.frame is not self.frame:
            return self
        arm = next(arm for arm in self.block.arms if arm.catch.id == deed.node)
        place.frame.write_up(deed.values)
        place.clock.completed.append(arm.catch.id)
        return begin(arm.path, place)

    def enabled(self) -> Iterator[Enabled]:
        for arm in self.block.arms:
            yield Enabled(arm.catch.kind, self.frame, arm.catch.id)

    def frames(self) -> Iterator[tuple[Frame, str]]:
        yield self.frame, ""

    def can_exit(self) -> bool:
        return exits(self.block)


@dataclass(frozen=True, slots=True, eq=False)
class Stuck(Term):
    """A gateway without a way, or an error that nobody caught."""

    frame: Frame
    incident: str
    block: Choice | Stop

    def fire(self, deed: Deed, place: Place) -> Term:
        if deed.frame is not self.frame:
            return self
        self.frame.write_up(deed.values)
        if isinstance(self.block, Stop):
            return self
        now = _choose(self.block, place, self.frame)
        return self if isinstance(now, Stuck) and now.frame is self.frame else now

    def enabled(self) -> Iterator[Enabled]:
        yield Enabled("incident", self.frame, self.block.id)

    def frames(self) -> Iterator[tuple[Frame, str]]:
        yield self.frame, self.incident

    def can_exit(self) -> bool:
        return isinstance(self.block, Choice) and any(map(exits, paths_of(self.block)))


# --- activities --------------------------------------------------------------------------------


def _open(trigger: Trigger, frame: Frame) -> Enabled:
    return Enabled(_WAITS_FOR[trigger.kind], frame, trigger.id)


def _is_heard(trigger: Trigger) -> bool:
    """Tell whether a catcher waits for something from outside."""
    return trigger.kind in ("message", "timer", "signal")


def _left_after(left: tuple[tuple[Any, int], ...], used: Any) -> tuple[tuple[Any, int], ...]:
    """A timer fires as often as it was drawn, everything else goes on being heard."""
    if used.trigger.kind != "timer":
        return left
    counted = ((one, rounds - (one is used)) for one, rounds in left)
    return tuple((one, rounds) for one, rounds in counted if rounds)


@dataclass(frozen=True, slots=True, eq=False)
class Hosting(Term):
    """An activity with boundary events."""

    block: Activity
    frame: Frame
    inner: Term
    left: tuple[tuple[Boundary, int], ...]

    def fire(self, deed: Deed, place: Place) -> Term:
        if deed.kind == "trigger" and deed.frame is self.frame:
            for boundary, _ in self.left:
                if boundary.trigger.id == deed.node:
                    return self._triggered(boundary, deed.values, place)
        around = place.around(self.block)
        try:
            inner = self.inner.fire(deed, around)
        except Caught as caught:
            if caught.place is not around:
                raise
            return _leave_by(caught.catcher, caught.values, place)
        place.strays.extend(_leave_by(one, values, place) for one, values in around.heard)
        if inner is self.inner:
            return self
        if inner is CANCELLED:
            ways = (one for one in self.block.boundaries if one.trigger.kind == "cancel")
            return _leave_by(next(ways), {}, place)
        is_cancelled = isinstance(inner, Scope) and inner.is_cancelled
        return DONE if inner is DONE else self._with(inner, () if is_cancelled else self.left)

    def _with(self, inner: Term, left: tuple[tuple[Boundary, int], ...]) -> Hosting:
        return replace(self, inner=inner, left=left)

    def _triggered(self, boundary: Boundary, values: Values, place: Place) -> Term:
        path = _leave_by(boundary, values, place)
        if boundary.trigger.interrupting:
            return path
        place.strays.append(path)
        return replace(self, left=_left_after(self.left, boundary))

    def parts(self) -> Iterator[Term]:
        yield self.inner

    def enabled(self) -> Iterator[Enabled]:
        yield from self.inner.enabled()
        for boundary, _ in self.left:
            if _is_heard(boundary.trigger):
                yield _open(boundary.trigger, self.frame)


def _leave_by(boundary: Boundary, values: Values, place: Place) -> Term:
    place.frame.write_up(values)
    place.clock.completed.append(boundary.trigger.id)
    return begin(boundary.path, place)


@dataclass(frozen=True, slots=True, eq=False)
class Many(Term):
    """A multi-instance activity: ``None`` is an instance that has not begun."""

    block: Activity
    each: Each
    frame: Frame
    instances: tuple[Term | None, ...]
    inner: Mapping[int, Frame] = field(default_factory=dict)
    outputs: Mapping[int, Any] = field(default_factory=dict)
    """What each finished instance gave."""
    entries: tuple[Entry, ...] = ()

    def fire(self, deed: Deed, outside: Place) -> Term:
        place = Place(
            outside.clock, outside.frame, outside, strays=outside.strays, entries=list(self.entries)
        )
        for number, instance in enumerate(self.instances):
            if instance is not None and number not in self.outputs:
                now = instance.fire(deed, place)
                if now is not instance:
                    many = replace(self, entries=tuple(place.entries))
                    return many._with(number, now)._on(outside)
        return self

    def _with(self, number: int, term: Term) -> Many:
        before, after = self.instances[:number], self.instances[number + 1 :]
        return replace(self, instances=(*before, term, *after))

    def _on(self, place: Place) -> Term:
        """Take in what is done and begin what may begin, until every instance waits."""
        many = self
        while len(many.outputs) < self.each.size:
            done = [n for n, one in enumerate(many.instances) if one is DONE]
            fresh = [n for n in done if n not in many.outputs]
            unborn = [n for n, one in enumerate(many.instances) if one is None]
            if fresh:
                many = many._finished(fresh[0], place)
                if self.each.until and len(many.outputs) >= self.each.until:
                    break
            elif unborn and (not self.each.sequential or len(many.outputs) == unborn[0]):
                many = many._begun(unborn[0], place)
            else:
                return many
        return many._complete(place)

    def _begun(self, number: int, place: Place) -> Many:
        frame = place.new(self.block.id, self.frame, number)
        frame.values.update({"loopCounter": number + 1, "item": number + 1})
        if self.each.collects:
            frame.values["r"] = None
        begun = self._with(number, _instance(self.block, place, frame))
        return replace(begun, inner={**self.inner, number: frame})

    def _finished(self, number: int, place: Place) -> Many:
        place.clock.completed.append(f"{self.block.id}#")
        result = self.inner[number].visible().get("r")
        return replace(self, outputs={**self.outputs, number: result})

    def _complete(self, place: Place) -> Term:
        if self.each.collects and self.frame.outer is not None:
            results = [self.outputs.get(number) for number in range(self.each.size)]
            self.frame.outer.write_up({collected_by(self.block): results})
        place.clock.completed.append(self.block.id)
        place.remember(self.block.undo, self.frame, self.entries)
        return DONE

    def parts(self) -> Iterator[Term]:
        return (one for one in self.instances if one is not None)

    def frames(self) -> Iterator[tuple[Frame, str]]:
        yield self.frame, ""
        for part in self.parts():
            yield from part.frames()


# --- scopes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Scope(Term):
    """A process, sub-process, transaction, called process or event sub-process."""

    block: Sub | Handler | None
    frame: Frame
    main: Term
    beside: tuple[Term, ...] = ()
    """Paths of boundary events that did not interrupt, and running event sub-processes."""
    left: tuple[tuple[Handler, int], ...] = ()
    handlers: tuple[Handler, ...] = ()
    """Event sub-processes that may still begin; none after an interruption."""
    entries: tuple[Entry, ...] = ()
    """What has completed inside and may be compensated."""
    is_cancelled: bool = False

    @staticmethod
    def begun(block: Sub | Handler | None, content: Content, frame: Frame, place: Place) -> Term:
        left = tuple((one, one.trigger.rounds) for one in content.handlers)
        scope = Scope(block, frame, DONE, (), left, content.handlers)
        inside = scope._inside(place)
        return replace(scope, main=begin(content.main, inside))._on(inside, place)

    def fire(self, deed: Deed, place: Place) -> Term:
        inside = self._inside(place)
        if deed.kind == "trigger" and deed.frame is self.frame:
            for handler, _ in self.left:
                if handler.trigger.id == deed.node:
                    return self._triggered(handler, deed.values, inside)._on(inside, place)
        try:
            main = self.main.fire(deed, inside)
            beside = tuple(one.fire(deed, inside) for one in self.beside)
        except Terminated:
            return self._complete(inside, place)
        except CancelledTransaction:
            return self._undone(inside, place)
        except Caught as caught:
            if caught.place is not inside:
                raise
            return self._triggered(caught.catcher, caught.values, inside)._on(inside, place)
        if main is self.main and beside == self.beside and not (inside.strays or inside.heard):
            return self
        scope = replace(self, main=main, beside=beside)
        for handler, values in inside.heard:
            scope = scope._triggered(handler, values, inside)
        return scope._on(inside, place)

    def _inside(self, place: Place) -> Place:
        entries = list(self.entries)
        return Place(place.clock, self.frame, place, self.handlers, self.block, entries=entries)

    def _on(self, inside: Place, place: Place) -> Term:
        live = (one for one in (*self.beside, *inside.strays) if not isinstance(one, _Final))
        beside = tuple(live)
        if self.main is CANCELLED:
            return CANCELLED
        if isinstance(self.main, _Final) and not beside:
            return self._complete(inside, place)
        return replace(self, beside=beside, entries=tuple(inside.entries))

    def _triggered(self, handler: Handler, values: Values, inside: Place) -> Scope:
        frame = inside.new(handler.id)
        frame.write_up(values)
        if handler.trigger.interrupting:
            inside.catchers = ()
            inside.strays.clear()
            started = Scope.begun(handler, handler.content, frame, inside)
            return Scope(self.block, self.frame, started)
        started = Scope.begun(handler, handler.content, frame, inside)
        left = _left_after(self.left, handler)
        return replace(self, beside=(*self.beside, started), left=left)

    def _undone(self, inside: Place, place: Place) -> Term:
        """A transaction was cancelled: what has completed is undone, then it is left."""
        if not (isinstance(self.block, Sub) and self.block.kind == "transaction"):
            raise CancelledTransaction
        inside.catchers = ()
        inside.strays.clear()
        undoing = Undoing(None, self.frame, tuple(inside.undone()), DONE, CANCELLED)._on(inside)
        return Scope(self.block, self.frame, undoing, is_cancelled=True)._on(inside, place)

    def _complete(self, inside: Place, place: Place) -> Term:
        block = self.block
        if block is not None:
            place.clock.tell(block.id, self.frame)
        if isinstance(block, Sub):
            _settle_scope(block, self.frame)
        entries = inside.entries
        if isinstance(block, Handler):
            place.remember(None, self.frame, entries)
        elif block is not None:
            inner = [] if block.kind == "called" else entries
            place.remember(block.undo if block.each is None else None, self.frame, inner)
        return DONE

    def parts(self) -> Iterator[Term]:
        yield self.main
        yield from self.beside

    def enabled(self) -> Iterator[Enabled]:
        for part in self.parts():
            yield from part.enabled()
        for handler, _ in self.left:
            if _is_heard(handler.trigger):
                yield _open(handler.trigger, self.frame)

    def frames(self) -> Iterator[tuple[Frame, str]]:
        yield self.frame, ""
        for part in self.parts():
            yield from part.frames()


@dataclass(frozen=True, slots=True, eq=False)
class Undoing(Term):
    """Compensation: the handlers of what has completed, one after the other, the latest first."""

    block: Throw | Stop | None
    """The event that waits for the last handler; None is a transaction being cancelled."""
    frame: Frame
    steps: tuple[tuple[int, Task, tuple[Values, ...]], ...]
    now: Term
    after: Term

    def fire(self, deed: Deed, place: Place) -> Term:
        now = self.now.fire(deed, place)
        return self if now is self.now else replace(self, now=now)._on(place)

    def _on(self, place: Place) -> Term:
        if self.now is not DONE:
            return self
        if not self.steps:
            if isinstance(self.block, Throw):
                place.clock.completed.append(self.block.id)
            return self.after
        *steps, (_, handler, memory) = self.steps
        frame = place.new(handler.id)
        frame.memory = memory
        return replace(self, steps=tuple(steps), now=_instance(handler, place, frame))

    def parts(self) -> Iterator[Term]:
        yield self.now

    def frames(self) -> Iterator[tuple[Frame, str]]:
        if self.block is not None:
            yield self.frame, ""
        yield from self.now.frames()

    def can_exit(self) -> bool:
        return isinstance(self.block, Throw)


def _settle_scope(block: Sub, frame: Frame) -> None:
    """Output mappings; a called process without them gives back all it has."""
    frame.isolated = False
    if block.outputs or block.kind == "embedded":
        _settle(block, frame, {})
        return
    given = {name for name, _ in block.inputs}
    if block.each is not None:
        given |= {"loopCounter", "item"} | ({"r"} if block.each.collects else set())
    brought = {name: value for name, value in frame.values.items() if name not in given}
    if frame.outer is not None:
        frame.outer.write_up(brought)


# --- a run -------------------------------------------------------------------------------------


class Reference:
    """A run of a model."""

    def __init__(self, model: Model) -> None:
        self.clock = Clock()
        self.frame = Frame((model.id, -1, 0), None)
        self.frame.values.update(model.variables)
        self.place = Place(self.clock, self.frame)
        self.term = Scope.begun(None, model.content, self.frame, self.place)

    @property
    def is_over(self) -> bool:
        return self.term is DONE

    def fire(self, deed: Deed) -> None:
        self.clock.turn += 1
        self.clock.completed.clear()
        self.term = self.term.fire(deed, self.place)

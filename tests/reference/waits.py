"""Terms that wait: tasks and catch events, event-based gateways, compensation under way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from tests.reference.blocks import Catch, Race, Stop, Sub, Task, Throw, output_of
from tests.reference.frames import Frame, Place
from tests.reference.shaping import exits
from tests.reference.terms import DONE, Deed, Enabled, Term, Values, WaitsFor, begin, begins


@begins(Catch)
def _catch(catch: Catch, place: Place) -> Term:
    return Waiting(catch, place.new(catch.id))


@begins(Race)
def _race(race: Race, place: Place) -> Term:
    return Racing(race, place.new(race.id))


@dataclass(frozen=True, slots=True, eq=False)
class Waiting(Term):
    """A task or a catch event."""

    block: Task | Catch
    frame: Frame
    incident: str = ""
    code: str = ""
    """Of an error that nobody caught."""

    def fire(self, deed: Deed, place: Place) -> Term:  # noqa: PLR0911 - one case for each deed
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
                settle(self.block, self.frame, deed.values)
                place.clock.tell(self.block.id, self.frame)
                if isinstance(self.block, Task) and self.block.each is None:
                    place.remember(self.block.undo, self.frame)
                return DONE

    def enabled(self) -> Iterator[Enabled]:
        kind = "incident" if self.incident else WAITS_FOR[self.block.kind]
        yield Enabled(kind, self.frame, self.block.id, is_vain=bool(self.code))

    def frames(self) -> Iterator[tuple[Frame, str]]:
        yield self.frame, self.incident


WAITS_FOR: Final[Mapping[str, WaitsFor]] = {
    "service": "job", "user": "userTask", "child": "child",
    "receive": "message", "message": "message", "timer": "timer", "signal": "signal",
}  # fmt: skip


def settle(block: Task | Catch | Sub, frame: Frame, values: Values) -> None:
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
        frame.take_inputs(handler.inputs)
        return replace(self, steps=tuple(steps), now=Waiting(handler, frame))

    def parts(self) -> Iterator[Term]:
        yield self.now

    def frames(self) -> Iterator[tuple[Frame, str]]:
        if self.block is not None:
            yield self.frame, ""
        yield from self.now.frames()

    def can_exit(self) -> bool:
        return isinstance(self.block, Throw)

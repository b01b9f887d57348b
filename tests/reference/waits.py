"""Terms that wait: tasks and catch events, event-based gateways, compensation under way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from tests.reference.blocks import Catch, Race, Sub, Task, output_of
from tests.reference.ears import Ear, Values, event_of
from tests.reference.frames import Frame, Place
from tests.reference.shaping import exits
from tests.reference.terms import DONE, Deed, Enabled, Term, WaitsFor, begin, begins


@begins(Catch)
def _catch(catch: Catch, place: Place) -> Term:
    return Hearing(place.new(catch.id), Ear.of(catch, place.clock))


@begins(Race)
def _race(race: Race, place: Place) -> Term:
    ears = tuple(Ear.of(arm.catch, place.clock) for arm in race.arms)
    return Racing(race, place.new(race.id), ears)


@dataclass(frozen=True, slots=True, eq=False)
class Waiting(Term):
    """A task."""

    block: Task
    frame: Frame
    incident: str = ""
    code: str = ""
    """Of an error that nobody caught."""
    undoes: bool = False
    """It compensates something."""

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
                if self.block.each is None:
                    place.remember(self.block.undo, self.frame)
                    if not self.undoes:
                        place.completed(self.frame)
                return DONE

    def enabled(self) -> Iterator[Enabled]:
        kind = "incident" if self.incident else _WAITS_FOR[self.block.kind]
        yield Enabled(kind, self.frame, self.block.id, is_vain=bool(self.code))

    def frames(self) -> Iterator[tuple[Frame, str]]:
        yield self.frame, self.incident


_WAITS_FOR: Final[Mapping[str, WaitsFor]] = {
    "service": "job", "user": "userTask", "child": "child", "receive": "message",
}  # fmt: skip


def settle(block: Task | Sub, frame: Frame, values: Values) -> None:
    """Put a result in place: by output mappings where there are any, else merged outward."""
    if not block.outputs:
        frame.write_up(values)
        return
    frame.values.update(values)
    goal = frame if block.each is not None else frame.outer
    seen = frame.visible()
    if goal is not None:
        results = {output_of(block, n): one.of(seen) for n, one in enumerate(block.outputs)}
        goal.write_up(results)


def heard(ear: Ear, frame: Frame) -> Iterator[Enabled]:
    """What may be heard at a place."""
    for name, part in ear.open():
        yield Enabled(part.kind, frame, name, ear=ear)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, eq=False)
class Hearing(Term):
    """A catch event."""

    frame: Frame
    ear: Ear

    def fire(self, deed: Deed, place: Place) -> Term:
        if deed.frame is not self.frame:
            return self
        ear, values = self.ear.hear(deed.node, deed.values)
        if values is None:
            return replace(self, ear=ear)
        self.frame.write_up(values)
        place.clock.completed.append(event_of(ear.catcher).id)
        return DONE

    def enabled(self) -> Iterator[Enabled]:
        return heard(self.ear, self.frame)

    def frames(self) -> Iterator[tuple[Frame, str]]:
        yield self.frame, ""


@dataclass(frozen=True, slots=True, eq=False)
class Racing(Term):
    """An event-based gateway that has not been decided."""

    block: Race
    frame: Frame
    ears: tuple[Ear, ...]

    def fire(self, deed: Deed, place: Place) -> Term:
        if deed.frame is not self.frame:
            return self
        at = next(n for n, ear in enumerate(self.ears) if ear.hears(deed.node))
        ear, values = self.ears[at].hear(deed.node, deed.values)
        if values is None:
            return replace(self, ears=(*self.ears[:at], ear, *self.ears[at + 1 :]))
        place.frame.write_up(values)
        arm = self.block.arms[at]
        place.clock.completed.append(arm.catch.id)
        return begin(arm.path, place)

    def enabled(self) -> Iterator[Enabled]:
        for ear in self.ears:
            yield from heard(ear, self.frame)

    def frames(self) -> Iterator[tuple[Frame, str]]:
        yield self.frame, ""

    def can_exit(self) -> bool:
        return exits(self.block)


@dataclass(frozen=True, slots=True, eq=False)
class Undoing(Term):
    """Compensation: the handlers of what has completed, one after the other, the latest first."""

    steps: tuple[tuple[int, Task, tuple[Values, ...]], ...]
    after: Term
    now: Term = DONE

    def fire(self, deed: Deed, place: Place) -> Term:
        now = self.now.fire(deed, place)
        return self if now is self.now else replace(self, now=now)._on(place)

    def _on(self, place: Place) -> Term:
        if self.now is not DONE:
            return self
        if not self.steps:
            return self.after
        *steps, (_, handler, memory) = self.steps
        frame = place.new(handler.id)
        frame.memory = memory
        frame.take_inputs(handler.inputs)
        return replace(self, steps=tuple(steps), now=Waiting(handler, frame, undoes=True))

    def parts(self) -> Iterator[Term]:
        yield self.now

    def can_exit(self) -> bool:
        return False

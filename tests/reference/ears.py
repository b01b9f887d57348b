"""What a catching event hears: one thing or several, any of them or all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from tests.reference.blocks import Boundary, Catch, Handler, Part, Trigger, heard_by
from tests.reference.frames import Clock

Values = Mapping[str, Any]
_FOR_EVER: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class Ear:
    """A catching event that listens."""

    catcher: Boundary | Handler | Catch
    number: int
    """In the order of beginning to listen."""
    left: Mapping[str, int]
    """By name of what is heard: how often it still may be, or for ever."""
    held: dict[str, bool]
    """By name of a condition: whether it was true when it was last looked at."""
    counts: Mapping[str, int]
    """Of an event that waits for all: how often each was heard and not yet used up."""
    brought: Values
    """And what they brought."""

    @staticmethod
    def of(catcher: Boundary | Handler | Catch, clock: Clock) -> Ear:
        clock.ears += 1
        event = event_of(catcher)
        once = isinstance(event, Catch) or event.interrupting
        left, counts = {}, {}
        for name, part in heard_by(event):
            rounds = event.rounds if isinstance(event, Trigger) and event.kind == "timer" else 1
            left[name] = 1 if once else rounds if part.kind == "timer" else _FOR_EVER
            counts[name] = 0
        return Ear(catcher, clock.ears, left, dict.fromkeys(left, False), counts, {})

    def open(self) -> Iterable[tuple[str, Part]]:
        """What is still heard."""
        return ((name, part) for name, part in heard_by(event_of(self.catcher)) if self.left[name])

    def hears(self, name: str) -> bool:
        return bool(self.left.get(name))

    def hear(self, name: str, values: Values) -> tuple[Ear, Values | None]:
        """Go on after something was heard; with all that was brought, once that is enough."""
        rounds = self.left[name]
        left = {**self.left, name: rounds if rounds == _FOR_EVER else rounds - 1}
        if not event_of(self.catcher).every:
            return replace(self, left=left), values
        counts = {**self.counts, name: self.counts[name] + 1}
        brought = {**self.brought, **values}
        if not all(counts.values()):
            return replace(self, left=left, counts=counts, brought=brought), None
        counts = {one: count - 1 for one, count in counts.items()}
        return replace(self, left=left, counts=counts, brought={}), brought


def event_of(catcher: Boundary | Handler | Catch) -> Trigger | Catch:
    return catcher if isinstance(catcher, Catch) else catcher.trigger


def listening(catchers: Iterable[Boundary | Handler | Catch], clock: Clock) -> tuple[Ear, ...]:
    """Begin to listen, at every event that hears something."""
    return tuple(Ear.of(one, clock) for one in catchers if heard_by(event_of(one)))

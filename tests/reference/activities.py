"""Terms of activities: with their boundary events, and as many instances of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.reference.blocks import Activity, Boundary, Each, Rounds, Sub, Task, collected_by
from tests.reference.ears import Ear, Values, listening
from tests.reference.frames import Caught, Entry, Frame, Place
from tests.reference.scopes import Scope, told
from tests.reference.terms import CANCELLED, DONE, Deed, Enabled, Term, begin, begins
from tests.reference.waits import Waiting, heard


@begins(Task, Sub)
def _activity(block: Activity, place: Place) -> Term:
    inner = place.around(block)
    frame = place.new(block.id)
    frame.values.update(place.brought)
    place.brought = {}
    if block.each is None:
        term = instance_of(block, inner, frame)
        ears = listening(block.boundaries, place.clock)  # behind those of what is inside
        return Hosting(block, frame, term, ears) if _has_boundary(block, term) else term
    ears = listening(block.boundaries, place.clock)
    if isinstance(block.each, Rounds):
        term = Looping(block, block.each, frame)._on(inner)
    else:
        term = Many(block, block.each, frame, (None,) * block.each.size)._on(inner)
    return Hosting(block, frame, term, ears) if _has_boundary(block, term) else term


def _has_boundary(block: Activity, term: Term) -> bool:
    return term is not DONE and bool(block.boundaries)


def instance_of(block: Activity, place: Place, frame: Frame) -> Term:
    """One run of an activity: all of it, or one of its multi-instances."""
    frame.take_inputs(block.inputs)
    if isinstance(block, Task):
        return Waiting(block, frame)
    if block.kind == "called":
        frame.own = frozenset(frame.values)
        frame.values.update(frame.visible())
        frame.isolated = True
    return Scope.begun(block, block.content, frame, place)


@dataclass(frozen=True, slots=True, eq=False)
class Hosting(Term):
    """An activity with boundary events."""

    block: Activity
    frame: Frame
    inner: Term
    ears: tuple[Ear, ...]

    def fire(self, deed: Deed, place: Place) -> Term:
        if deed.kind == "trigger" and deed.frame is self.frame:
            found = told(self.ears, deed)
            if found is not None:
                return self._triggered(*found, place)
        around = place.around(self.block)
        try:
            inner = self.inner.fire(deed, around)
        except Caught as caught:
            if caught.place is not around:
                raise
            return leave_by(caught.catcher, caught.values, place)
        place.strays.extend(leave_by(one, values, place) for one, values in around.heard)
        if inner is self.inner:
            return self
        if inner is CANCELLED:
            ways = (one for one in self.block.boundaries if one.trigger.kind == "cancel")
            return leave_by(next(ways), {}, place)
        is_cancelled = isinstance(inner, Scope) and inner.is_cancelled
        if inner is DONE:
            return DONE
        return replace(self, inner=inner, ears=() if is_cancelled else self.ears)

    def _triggered(
        self, ears: tuple[Ear, ...], ear: Ear, values: Values | None, place: Place
    ) -> Term:
        hosting, boundary = replace(self, ears=ears), ear.catcher
        if values is None or not isinstance(boundary, Boundary):
            return hosting
        path = leave_by(boundary, values, place)
        if boundary.trigger.interrupting:
            return path
        place.strays.append(path)
        return hosting

    def parts(self) -> Iterator[Term]:
        yield self.inner

    def enabled(self) -> Iterator[Enabled]:
        yield from self.inner.enabled()
        for ear in self.ears:
            yield from heard(ear, self.frame)


def leave_by(boundary: Boundary, values: Values, place: Place) -> Term:
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
        begun = self._with(number, instance_of(self.block, place, frame))
        return replace(begun, inner={**self.inner, number: frame})

    def _finished(self, number: int, place: Place) -> Many:
        place.clock.completed.append(f"{self.block.id}#")
        result = self.inner[number].visible().get("r")
        many = replace(self, outputs={**self.outputs, number: result})
        if self.each.throws(len(many.outputs)):
            place.escalate(self.each.code, {})
            place.clock.completed.append("behavior1")
        return many

    def _complete(self, place: Place) -> Term:
        if self.each.collects and self.frame.outer is not None:
            results = [self.outputs.get(number) for number in range(self.each.size)]
            self.frame.outer.write_up({collected_by(self.block): results})
        place.clock.completed.append(self.block.id)
        place.remember(self.block.undo, self.frame, self.entries)
        place.completed(self.frame)
        return DONE

    def parts(self) -> Iterator[Term]:
        return (one for one in self.instances if one is not None)

    def frames(self) -> Iterator[tuple[Frame, str]]:
        yield self.frame, ""
        for part in self.parts():
            yield from part.frames()


@dataclass(frozen=True, slots=True, eq=False)
class Looping(Term):
    """A standard loop, in one of its rounds."""

    block: Activity
    loop: Rounds
    frame: Frame
    rounds: int = 0
    now: Term = DONE
    entries: tuple[Entry, ...] = ()

    def fire(self, deed: Deed, outside: Place) -> Term:
        place = Place(
            outside.clock, outside.frame, outside, strays=outside.strays, entries=list(self.entries)
        )
        now = self.now.fire(deed, place)
        if now is self.now:
            return self
        if now is DONE:
            place.clock.completed.append(f"{self.block.id}#")
        return replace(self, now=now, entries=tuple(place.entries))._on(outside)

    def _on(self, place: Place) -> Term:
        looping = self
        while looping.now is DONE:
            if not looping._goes_on():
                place.clock.completed.append(self.block.id)
                place.remember(self.block.undo, self.frame, looping.entries)
                place.completed(self.frame)
                return DONE
            looping = looping._begun(place)
        return looping

    def _goes_on(self) -> bool:
        if self.rounds >= self.loop.most:
            return False
        if self.loop.test is None or (self.rounds == 0 and not self.loop.before):
            return True
        return self.loop.test.of(self.frame.visible())

    def _begun(self, place: Place) -> Looping:
        """Begin a round; it surely waits, as it was shaped to."""
        frame = place.new(self.block.id, self.frame, self.rounds)
        frame.values["loopCounter"] = self.rounds + 1
        now = instance_of(self.block, place, frame)
        return replace(self, rounds=self.rounds + 1, now=now)

    def parts(self) -> Iterator[Term]:
        yield self.now

    def frames(self) -> Iterator[tuple[Frame, str]]:
        yield self.frame, ""
        yield from self.now.frames()

"""The term of a scope: its main path, what runs beside it, and its event sub-processes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.reference.blocks import Content, Freely, Handler, Sub, collected_by
from tests.reference.ears import Ear, Values, listening
from tests.reference.frames import (
    CancelledTransaction,
    Caught,
    Entry,
    Frame,
    Place,
    Terminated,
)
from tests.reference.roaming import Roaming
from tests.reference.terms import CANCELLED, DONE, Deed, Enabled, Settled, Term, begin
from tests.reference.waits import Undoing, heard, settle


def told(ears: tuple[Ear, ...], deed: Deed) -> tuple[tuple[Ear, ...], Ear, Values | None] | None:
    """Let those who listen at one place hear something; and who of them did, with what."""
    for at, ear in enumerate(ears):
        if ear.hears(deed.node):
            now, values = ear.hear(deed.node, deed.values)
            return (*ears[:at], now, *ears[at + 1 :]), now, values
    return None


@dataclass(frozen=True, slots=True, eq=False)
class Scope(Term):
    """A process, sub-process, transaction, called process or event sub-process."""

    block: Sub | Handler | None
    frame: Frame
    main: Term
    beside: tuple[Term, ...] = ()
    """Paths of boundary events that did not interrupt, and running event sub-processes."""
    ears: tuple[Ear, ...] = ()
    handlers: tuple[Handler, ...] = ()
    """Event sub-processes that may still begin; none after an interruption."""
    entries: tuple[Entry, ...] = ()
    """What has completed inside and may be compensated."""
    is_cancelled: bool = False

    @staticmethod
    def begun(block: Sub | Handler | None, content: Content, frame: Frame, place: Place) -> Term:
        ears = listening(content.handlers, place.clock)
        scope = Scope(block, frame, DONE, (), ears, content.handlers)
        inside = scope._inside(place)
        return replace(scope, main=begin(content.main, inside))._on(inside, place)

    def fire(self, deed: Deed, place: Place) -> Term:
        inside = self._inside(place)
        if deed.frame is self.frame:
            return self._told(deed, inside, place)
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
        freely = self.main.freely if isinstance(self.main, Roaming) else None
        return Place(
            place.clock, self.frame, place, self.handlers, self.block, [], entries, freely=freely
        )

    def _told(self, deed: Deed, inside: Place, place: Place) -> Term:
        """Hear something, or what begins, or that what was stuck may try again."""
        if deed.kind == "choose" and isinstance(self.main, Roaming):
            return replace(self, main=self.main.chosen(deed.choice, inside))._on(inside, place)
        if deed.kind == "resolve" and isinstance(self.main, Roaming):
            self.frame.write_up(deed.values)
            return replace(self, main=self.main.resolved(inside))._on(inside, place)
        found = told(self.ears, deed)
        if found is None:
            return self
        ears, ear, values = found
        scope = replace(self, ears=ears)
        if values is None or not isinstance(ear.catcher, Handler):
            return scope
        return scope._triggered(ear.catcher, values, inside)._on(inside, place)

    def _on(self, inside: Place, place: Place) -> Term:
        live = (one for one in (*self.beside, *inside.strays) if not isinstance(one, Settled))
        beside = tuple(live)
        if self.main is CANCELLED:
            return CANCELLED
        if isinstance(self.main, Roaming) and not beside:
            main = self.main.goes_on(inside)
            if main is not self.main:
                return replace(self, main=main)._on(inside, place)
        if isinstance(self.main, Settled) and not beside:
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
        return replace(self, beside=(*self.beside, started))

    def _undone(self, inside: Place, place: Place) -> Term:
        """A transaction was cancelled: what has completed is undone, then it is left."""
        if not (isinstance(self.block, Sub) and self.block.kind == "transaction"):
            raise CancelledTransaction
        inside.catchers = ()
        inside.strays.clear()
        undoing = Undoing(tuple(inside.undone()), CANCELLED)._on(inside)
        return Scope(self.block, self.frame, undoing, is_cancelled=True)._on(inside, place)

    def _complete(self, inside: Place, place: Place) -> Term:
        block = self.block
        if block is not None:
            place.clock.tell(block.id, self.frame)
        if isinstance(block, Sub):
            settle_scope(block, self.frame)
        entries = inside.entries
        if isinstance(block, Handler):
            place.remember(None, self.frame, entries)
        elif block is not None:
            inner = [] if block.kind == "called" else entries
            place.remember(block.undo if block.each is None else None, self.frame, inner)
            place.completed(self.frame)
        return DONE

    def parts(self) -> Iterator[Term]:
        yield self.main
        yield from self.beside

    def enabled(self) -> Iterator[Enabled]:
        for part in self.parts():
            yield from part.enabled()
        for ear in self.ears:
            yield from heard(ear, self.frame)
        if self._incident():
            yield Enabled("incident", self.frame, "")

    def _incident(self) -> str:
        return self.main.incident if isinstance(self.main, Roaming) else ""

    def frames(self) -> Iterator[tuple[Frame, str]]:
        yield self.frame, self._incident()
        for part in self.parts():
            yield from part.frames()


def settle_scope(block: Sub, frame: Frame) -> None:
    """Output mappings; a called process without them gives back all it has."""
    frame.isolated = False
    if block.kind == "adhoc":
        settle(block, frame, _gathered(block, frame))
        return
    if block.outputs or block.kind == "embedded":
        settle(block, frame, {})
        return
    given = {name for name, _ in block.inputs}
    if block.each is not None:
        given |= {"loopCounter", "item"} | ({"r"} if block.each.collects else set())
    given |= frame.own
    brought = {name: value for name, value in frame.values.items() if name not in given}
    if frame.outer is not None:
        frame.outer.write_up(brought)


def _gathered(block: Sub, frame: Frame) -> Values:
    freely = block.content.main
    collects = isinstance(freely, Freely) and freely.collects
    return {collected_by(block): frame.gathered} if collects else {}

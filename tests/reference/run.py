"""A run of a model in the reference."""

from __future__ import annotations

from tests.reference import activities, flows
from tests.reference.blocks import Model
from tests.reference.frames import Clock, Frame, Place
from tests.reference.scopes import Scope
from tests.reference.terms import DONE, Deed, Enabled

KINDS_OF_TERMS = (flows, activities)
"""Their import makes every kind of block known to ``begin``."""


class Reference:
    """A run of a model."""

    def __init__(self, model: Model) -> None:
        self.clock = Clock()
        self.frame = Frame(model.id, -1, 0, None)
        self.frame.values.update(model.variables)
        self.place = Place(self.clock, self.frame)
        self.term = Scope.begun(None, model.content, self.frame, self.place)
        self._rest()

    @property
    def is_over(self) -> bool:
        return self.term is DONE

    def fire(self, deed: Deed) -> None:
        self.clock.turn += 1
        self.clock.completed.clear()
        self.term = self.term.fire(deed, self.place)
        self._rest()

    def _rest(self) -> None:
        """Let conditions be heard that have become true, one by one, until there is none."""
        while (one := self._risen()) is not None:
            self.term = self.term.fire(Deed("trigger", one.frame, one.node), self.place)

    def _risen(self) -> Enabled | None:
        """Look at every condition, whatever was written: the outer ones first, then the older."""
        for one in sorted(self.term.enabled(), key=_order):
            if one.kind == "condition" and one.ear is not None:
                held = one.ear.held
                before, held[one.node] = held[one.node], _holds(one)
                if held[one.node] and not before:
                    return one
        return None


def _order(one: Enabled) -> tuple[int, int]:
    """By how many activities are around; one of many instances is no activity of its own."""
    depth = sum(index < 0 for _, index, *_ in one.frame.path)
    return depth, 0 if one.ear is None else one.ear.number


def _holds(one: Enabled) -> bool:
    if one.ear is None:
        return False
    (part,) = (part for name, part in one.ear.open() if name == one.node)
    return part.test.of(one.frame.visible())

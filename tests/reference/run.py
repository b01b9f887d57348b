"""A run of a model in the reference."""

from __future__ import annotations

from tests.reference import activities, flows
from tests.reference.blocks import Model
from tests.reference.frames import Clock, Frame, Place
from tests.reference.scopes import Scope
from tests.reference.terms import DONE, Deed

KINDS_OF_TERMS = (flows, activities)
"""Their import makes every kind of block known to ``begin``."""


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

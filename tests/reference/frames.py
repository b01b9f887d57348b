"""What the reference knows of a live place: its path from the process, and its variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.reference.blocks import Mapped

Step = tuple[str, int, int]
"""Element id, index among the instances of a multi-instance activity or -1, turn it began in."""

Path = tuple[Step, ...]


class Frame:
    """The variables of one live element, inside those of what surrounds it."""

    __slots__ = ("isolated", "outer", "path", "values")

    def __init__(self, name: Step, outer: Frame | None, *, isolated: bool = False) -> None:
        self.path: Path = (*outer.path, name) if outer is not None else (name,)
        self.outer = outer
        self.isolated = isolated
        self.values: dict[str, Any] = {}

    def visible(self) -> dict[str, Any]:
        """Everything seen from here, the nearest of each name."""
        if self.outer is None or self.isolated:
            return dict(self.values)
        return {**self.outer.visible(), **self.values}

    def write_up(self, values: Mapping[str, Any]) -> None:
        """Write each name where it is found, going outward; else at the process."""
        for name, value in values.items():
            self._owner(name).values[name] = value

    def _owner(self, name: str) -> Frame:
        frame = self
        while name not in frame.values and frame.outer is not None and not frame.isolated:
            frame = frame.outer
        return frame

    def take_inputs(self, inputs: Mapped) -> None:
        """Input mappings, each seeing the ones before."""
        for name, source in inputs:
            self.values[name] = source.of(self.visible())


class Thrown(Exception):
    """An error on its way outward, to somebody who is known to catch it."""

    def __init__(self, code: str, values: Mapping[str, Any]) -> None:
        self.code = code
        self.values = values
        super().__init__(code)


class Terminated(Exception):
    """A terminate end event was reached; the nearest scope completes."""


@dataclass(slots=True)
class Clock:
    """The number of the turn, and what completed in it."""

    turn: int = 0
    completed: list[str] = field(default_factory=list)

    def tell(self, element: str, frame: Frame) -> None:
        """Note a completion; that of one of many instances is told by these."""
        if frame.path[-1][1] < 0:
            self.completed.append(element)


@dataclass(slots=True)
class Place:
    """Where a term stands: the scope it is in, and who catches errors around it."""

    clock: Clock
    frame: Frame
    outer: Place | None = None
    codes: frozenset[str | None] = frozenset()
    """Error codes caught at this level; None is every code."""
    strays: list[Any] = field(default_factory=list)
    """Terms that live on beside the main path of the scope."""

    def catches(self, code: str) -> bool:
        place: Place | None = self
        while place is not None:
            if code in place.codes or None in place.codes:
                return True
            place = place.outer
        return False

    def around(self, codes: frozenset[str | None]) -> Place:
        """The same scope, one level of catchers further in."""
        return Place(self.clock, self.frame, self, codes, self.strays) if codes else self

    def new(self, element: str, outer: Frame | None = None, index: int = -1) -> Frame:
        """A frame for something that begins now."""
        return Frame((element, index, self.clock.turn), outer or self.frame)

"""What the reference knows of a live place: its path from the process, and its variables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.reference.blocks import Activity, Freely, Mapped, Sub, Task, caught_by

Step = tuple[str, int, int, int]
"""Element id, index among the instances of a multi-instance activity or -1, turn it began in, and
how often it had begun in that turn at the same place before."""

Path = tuple[Step, ...]

STEERING = "steering"
"""What the job is called that steers an ad-hoc sub-process."""


class Frame:
    """The variables of one live element, inside those of what surrounds it."""

    __slots__ = (
        "asked",
        "born",
        "gathered",
        "is_closing",
        "isolated",
        "memory",
        "outer",
        "own",
        "path",
        "values",
    )

    def __init__(self, element: str, index: int, turn: int, outer: Frame | None) -> None:
        self.path: Path = ((element, index, turn, 0),)
        self.born: Counter[tuple[str, int, int]] = Counter()
        if outer is not None:
            again = outer.born[element, index, turn]
            outer.born[element, index, turn] += 1
            self.path = (*outer.path, (element, index, turn, again))
        self.outer = outer
        self.isolated = False
        self.own: frozenset[str] = frozenset()
        """Of a called process: what the call itself was given, and nothing brings out."""
        self.values: dict[str, Any] = {}
        self.gathered: list[Any] = []
        """Of an ad-hoc sub-process: what its activities left, in the order they completed in."""
        self.is_closing = False
        """Of an ad-hoc sub-process that is over as soon as what remains has ended."""
        self.asked: Frame | None = None
        """Of one that a job steers: the job that is to be asked now."""
        self.memory: tuple[Mapping[str, Any], ...] = ()
        """Of a compensation handler: what ended scopes knew, the innermost first; only read."""

    def visible(self) -> dict[str, Any]:
        """Everything seen from here, the nearest of each name."""
        if self.outer is None or self.isolated:
            return dict(self.values)
        seen = self.outer.visible()
        for known in reversed(self.memory):
            seen.update(known)
        seen.update(self.values)
        return seen

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


class Caught(Exception):
    """An error or escalation on its way outward, to somebody who is known to catch it."""

    def __init__(self, place: Place, catcher: Any, values: Mapping[str, Any]) -> None:
        self.place = place
        self.catcher = catcher
        self.values = values
        super().__init__(catcher.trigger.id)


class Terminated(Exception):
    """A terminate end event was reached; the nearest scope completes."""


class CancelledTransaction(Exception):
    """A cancel end event was reached; the nearest transaction is compensated and left."""


class Entry(NamedTuple):
    """Something completed that may be compensated."""

    number: int
    handler: Task | None
    memory: Mapping[str, Any]
    inner: tuple[Entry, ...] = ()


@dataclass(slots=True)
class Clock:
    """The number of the turn, and what completed in it."""

    turn: int = 0
    completed: list[str] = field(default_factory=list)
    entries: int = 0
    """Counts completions that may be compensated."""
    ears: int = 0
    """Counts what begins to be heard."""

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
    catchers: tuple[Any, ...] = ()
    """Boundary events, or event sub-processes, of this level."""
    owner: Any = None
    """The block they hang on."""
    strays: list[Any] = field(default_factory=list)
    """Terms that live on beside the main path of the scope."""
    entries: list[Entry] = field(default_factory=list)
    """What has completed in the scope and may be compensated, in order."""
    heard: list[tuple[Any, Mapping[str, Any]]] = field(default_factory=list)
    """Escalations that a catcher of this level heard, and that interrupt nothing."""
    freely: Freely | None = None
    """Of an ad-hoc sub-process."""
    brought: Mapping[str, Any] = field(default_factory=dict)
    """Variables of its own for the activity that begins next."""

    def throw(self, code: str, values: Mapping[str, Any]) -> None:
        """Send an error outward; without a catcher nothing happens."""
        found = self._find("error", code)
        if found is not None:
            raise Caught(*found, values)

    def escalate(self, code: str, values: Mapping[str, Any]) -> None:
        """Send an escalation outward; who interrupts nothing hears it when this is over."""
        found = self._find("escalation", code)
        if found is None:
            return
        place, catcher = found
        if catcher.trigger.interrupting:
            raise Caught(place, catcher, values)
        place.heard.append((catcher, values))

    def _find(self, kind: str, code: str) -> tuple[Place, Any] | None:
        """The innermost level where somebody catches: this very code, or else any.

        An event sub-process never catches what comes out of itself.
        """
        place: Place | None = self
        inside: Any = None
        while place is not None:
            level = [place, *place._same_activity()]
            catchers = ((at, one) for at in level for one in at.catchers if one is not inside)
            caught = [(at, one, caught_by(one.trigger)) for at, one in catchers]
            for wanted in (code, None):
                for at, one, codes in caught:
                    if (kind, wanted) in codes:
                        return at, one
            inside, place = level[-1].owner, level[-1].outer
        return None

    def _same_activity(self) -> list[Place]:
        """A sub-process and its boundary are one level; one of many instances has no boundary."""
        outer, owner = self.outer, self.owner
        one_level = isinstance(owner, Sub) and owner.each is None and outer is not None
        return [outer] if one_level and outer is not None and outer.owner is owner else []

    def around(self, block: Activity) -> Place:
        """The same scope, inside the boundary of an activity."""
        if not block.boundaries:
            return self
        return Place(
            self.clock, self.frame, self, block.boundaries, block, self.strays, self.entries,
            freely=self.freely,
        )  # fmt: skip

    def completed(self, frame: Frame) -> None:
        """An activity of this scope has completed; in an ad-hoc sub-process it may be the last."""
        freely = self.freely
        if freely is None or frame.path[-1][1] >= 0:
            return
        seen = frame.visible()
        if freely.collects:
            self.frame.gathered.append(seen.get("v0"))
        if freely.until is not None and freely.until.of(seen):
            if freely.cancels:
                raise Terminated
            self.frame.is_closing = True
        if freely.how == "steered" and not self.frame.is_closing:
            self.frame.asked = self.new(STEERING)

    def new(self, element: str, outer: Frame | None = None, index: int = -1) -> Frame:
        """A frame for something that begins now."""
        return Frame(element, index, self.clock.turn, outer or self.frame)

    def remember(self, handler: Task | None, frame: Frame, inner: Sequence[Entry] = ()) -> None:
        """Note at a completion what could be undone."""
        if handler is None and not inner:
            return
        self.clock.entries += 1
        self.entries.append(Entry(self.clock.entries, handler, dict(frame.values), tuple(inner)))

    def undone(self) -> list[tuple[int, Task, tuple[Mapping[str, Any], ...]]]:
        """Take everything that may be undone, the latest last, each with what was known then."""
        found = sorted(_unfolded(self.entries, ()), key=lambda one: one[0])
        self.entries.clear()
        return found


def _unfolded(
    entries: Iterable[Entry], outer: tuple[Mapping[str, Any], ...]
) -> Iterator[tuple[int, Task, tuple[Mapping[str, Any], ...]]]:
    for one in entries:
        memory = (one.memory, *outer)
        if one.handler is not None:
            yield one.number, one.handler, memory
        yield from _unfolded(one.inner, memory)

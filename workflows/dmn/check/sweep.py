"""The space of a table's inputs swept, dimension by dimension: where no rule matches, where two do.

Along each dimension the rules that pass change only where one of their regions begins or ends;
between two such places the rest of the space is the same, and so is visited once for every set of
rules that is still in question. A rule whose cell is beyond decision may match, but need not: a gap
is one though all of those matched, an overlap one though none did.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from workflows.dmn.check.dimension import Dimension
from workflows.dmn.rule_bits import indexes

Box: TypeAlias = tuple[int, ...]
"""A place of every dimension, in order."""

MAX_WORK: Final = 150_000
"""Places of one table visited, weighed by the number of rules; about a microsecond each."""
MAX_TOTAL: Final = 1_000_000
"""The same over all tables that are deployed together."""
MAX_FOUND: Final = 1_000
WORD: Final = 2_048
"""Rules that are handled at the cost of one."""


@dataclass(slots=True)
class Effort:
    """What sweeps may still take."""

    left: int = MAX_TOTAL


@dataclass(slots=True, kw_only=True)
class Found:
    """What a sweep has found."""

    gaps: list[Box] = field(default_factory=list)
    """Places where no rule matches."""
    pairs: dict[tuple[int, int], Box] = field(default_factory=dict)
    """Rules that match together, by index, with a place where they do."""
    reached: int = 0
    """Rules that match somewhere where none before them is sure to."""
    is_complete: bool = True
    """Whether the whole space was swept."""


class _SpentError(Exception):
    """The sweep has taken all the work it may."""


def sweep(
    dimensions: Sequence[Dimension], rules: int, effort: Effort, *, in_order: bool = False
) -> Found:
    """Sweep the space; ``in_order`` asks which rules are reached when the first match counts."""
    swept = _Sweep(dimensions, rules, min(MAX_WORK, effort.left), in_order=in_order)
    if all(dimension.domain for dimension in dimensions):
        try:
            swept.visit(0, swept.all, swept.all, ())
        except _SpentError:
            swept.found.is_complete = False
    effort.left -= swept.work
    return swept.found


class _Sweep:
    """A sweep under way."""

    def __init__(
        self, dimensions: Sequence[Dimension], rules: int, limit: int, *, in_order: bool
    ) -> None:
        self.found = Found()
        self.all = (1 << rules) - 1
        self._dimensions = dimensions
        self._in_order = in_order
        self._price = 1 + rules // WORD
        self._limit = limit
        self.work = 0
        self._seen: set[tuple[int, int, int]] = set()
        self._sure = [self.all]
        """Rules that match whatever comes from a dimension on, as far as can be told."""
        for dimension in reversed(dimensions):
            self._sure.append(self._sure[-1] & (dimension.covering() | dimension.unknown))
        self._sure.reverse()

    def visit(self, level: int, may: int, must: int, path: Box) -> None:
        """Sweep what lies beyond a place of the dimensions so far."""
        self._spend(1)
        if not may:
            self._gap(level, path)
        elif level == len(self._dimensions):
            self._leaf(may, must, path)
        elif self._is_settled(level, may, must):
            self.found.reached |= may
        elif (level, may, must) not in self._seen:
            self._seen.add((level, may, must))
            dimension = self._dimensions[level]
            for place, passing in self._stretches(dimension, may):
                self.visit(level + 1, passing, passing & must & ~dimension.unknown, (*path, place))

    def _is_settled(self, level: int, may: int, must: int) -> bool:
        """Tell whether nothing can be found beyond: no gap, and no second rule."""
        if not may & self._sure[level]:
            return False
        single = may if self._in_order else must
        return single & (single - 1) == 0

    def _stretches(self, dimension: Dimension, may: int) -> Iterator[tuple[int, int]]:
        """Give the stretches of the domain with the rules that may pass, each set of rules once."""
        changes: dict[int, int] = {}
        for start, end in dimension.domain:
            changes.setdefault(start, 0)
            changes.setdefault(end, 0)
        for region, rules in dimension.regions:
            if here := rules & may:
                for start, end in region:
                    changes[start] = changes.get(start, 0) ^ here
                    changes[end] = changes.get(end, 0) ^ here
        self._spend(len(changes) + len(dimension.regions) // 8)
        passing = (dimension.always | dimension.unknown) & may
        given: set[int] = set()
        bounds = iter(dimension.domain)
        start, end = next(bounds, (0, 0))
        for place in sorted(changes):
            passing ^= changes[place]
            while place >= end and end:
                start, end = next(bounds, (0, 0))
            if start <= place < end and passing not in given:
                given.add(passing)
                yield place, passing

    def _gap(self, level: int, path: Box) -> None:
        rest = (dimension.somewhere() for dimension in self._dimensions[level:])
        self.found.gaps.append((*path, *rest))
        if len(self.found.gaps) > MAX_FOUND:
            raise _SpentError

    def _leaf(self, may: int, must: int, path: Box) -> None:
        first = must & -must
        self.found.reached |= may & ((first << 1) - 1) if first else may
        matching = list(indexes(must))
        for number, one in enumerate(matching):
            for other in matching[number + 1 :]:
                self.found.pairs.setdefault((one, other), path)
                if len(self.found.pairs) > MAX_FOUND:
                    raise _SpentError

    def _spend(self, work: int) -> None:
        self.work += work * self._price
        if self.work > self._limit:
            raise _SpentError

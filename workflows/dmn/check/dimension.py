"""A column of a table as the rules that each stretch of its input's values lets pass."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final, TypeAlias

from workflows.dmn.check.cells import EPOCH, constants_of
from workflows.dmn.check.lines import Line, Samples, key_of, kind_of, lines_of
from workflows.dmn.explanation import name_of_input
from workflows.dmn.logic import Column, ColumnTest, Faulty
from workflows.dmn.rule_bits import indexes
from workflows.feel import Environment, FeelLimitError, UnaryTests, Value, syntax

Region: TypeAlias = tuple[tuple[int, int], ...]
"""Stretches of places, in order and apart; each without its end."""

_UNORDERED: Final = frozenset({"list", "context", "range", "function"})
"""Types whose values no cell but ``null`` can be decided for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """An input of a table: its values in stretches, and the rules that pass each of them."""

    label: str
    """The input expression."""
    samples: Samples
    domain: Region
    """Where an input may lie: what its type and the allowed values leave."""
    always: int
    """Rules, as bits, that pass whatever the input."""
    unknown: int
    """Rules whose cell is beyond decision."""
    regions: tuple[tuple[Region, int], ...]
    """All others, by the region in which they pass."""
    is_plain: bool
    """Whether the input is a name alone, so that any value of the type may come."""

    def covering(self) -> int:
        """Rules that pass wherever an input may lie."""
        found = self.always
        for region, rules in self.regions:
            if intersection(region, self.domain) == self.domain:
                found |= rules
        return found

    def nowhere(self) -> int:
        """Rules that no input passes."""
        found = 0
        for region, rules in self.regions:
            if not intersection(region, self.domain):
                found |= rules
        return found

    def sample(self, place: int) -> Value:
        """Give a value at a place, or else at the first one that an input may have."""
        found = self.samples[place]
        return None if found is None else found[0]

    def somewhere(self) -> int:
        """Give a place at which an input may lie."""
        return self.domain[0][0]


def dimensions_of(columns: Sequence[Column], rules: int) -> tuple[Dimension, ...]:
    """Draw the dimensions of a table; columns of one expression are one dimension."""
    grouped: dict[str, list[Column]] = {}
    for column in columns:
        grouped.setdefault(name_of_input(column), []).append(column)
    return tuple(_dimension(label, group, rules) for label, group in grouped.items())


def _dimension(label: str, columns: Sequence[Column], rules: int) -> Dimension:
    wanted = next((basic for column in columns if (basic := _basic(column))), None)
    decided = [_decided(column, wanted) for column in columns]
    limits = [test for column in columns for test in _limits(column)]
    limit_constants = [constants_of(test) for test in limits]
    constants = [value for tests, _ in decided for _, found in tests for value in found]
    constants += [value for found in limit_constants for value in found or ()]
    lines = lines_of(constants, wanted)
    samples = tuple(one for line in lines for one in line.samples)
    domain = _coalesce((at, at + 1) for at, one in enumerate(samples) if one is not None)
    for test, found in zip(limits, limit_constants, strict=True):
        if found is not None:
            domain = intersection(domain, _with_null(region_of(test, found, lines), lines))
    parts = [
        _Part(
            column.always,
            unknown,
            [(_region(test, found, lines), test.rules) for test, found in tests],
        )
        for column, (tests, unknown) in zip(columns, decided, strict=True)
    ]
    one = parts[0] if len(parts) == 1 else reduce(lambda a, b: _joined(a, b, rules), parts)
    return Dimension(
        label=label,
        samples=samples,
        domain=domain,
        always=one.always,
        unknown=one.unknown,
        regions=tuple(one.regions),
        is_plain=all(found is not None for found in limit_constants) and _is_plain(columns[0]),
    )


# --- Columns ---------------------------------------------------------------------------------

Decided: TypeAlias = tuple[list[tuple[ColumnTest, tuple[Value, ...]]], int]


def _decided(column: Column, wanted: str | None) -> Decided:
    """Part the tests of a column: those that can be decided, and the rules of the others."""
    tests: list[tuple[ColumnTest, tuple[Value, ...]]] = []
    unknown = 0
    for test in (*column.constant_tests, *column.tests):
        found = None if isinstance(test.test, Faulty) else constants_of(test.test)
        if found is None or (wanted in _UNORDERED and any(one is not None for one in found)):
            unknown |= test.rules
        else:
            tests.append((test, found))
    return tests, unknown


def _basic(column: Column) -> str | None:
    if column.type is None:
        return None
    return column.type.basic or (column.type.kind if column.type.kind in _UNORDERED else None)


def _limits(column: Column) -> tuple[UnaryTests, ...]:
    """List the tests that every input must pass before any rule is asked."""
    listed = () if column.allowed is None else (column.allowed,)
    return (*listed, *(() if column.type is None else column.type.allowed))


def _is_plain(column: Column) -> bool:
    if isinstance(column.expression, Faulty):
        return False
    node = column.expression.expression.tree
    while isinstance(node, syntax.Path):
        node = node.source
    return isinstance(node, syntax.Name)


# --- Regions ---------------------------------------------------------------------------------


def region_of(test: UnaryTests, constants: Iterable[Value], lines: tuple[Line, ...]) -> Region:
    """Find where a test holds, by asking it once in every stretch between its constants."""
    by_kind: dict[str, list[Value]] = {}
    for value in constants:
        by_kind.setdefault(kind_of(value), []).append(value)
    return _coalesce(_holding(test, by_kind, lines))


def _region(test: ColumnTest, constants: Iterable[Value], lines: tuple[Line, ...]) -> Region:
    return () if isinstance(test.test, Faulty) else region_of(test.test, constants, lines)


def _holding(
    test: UnaryTests, constants: dict[str, list[Value]], lines: tuple[Line, ...]
) -> Iterator[tuple[int, int]]:
    offset, environment = 0, Environment(now=EPOCH)
    for line in lines:
        for start, end in line.stretches(map(key_of, constants.get(line.kind, ()))):
            sample = line.sample(start, end)
            if sample is not None and _holds(test, sample[0], environment):
                yield offset + start, offset + end
        offset += len(line.samples)


def _holds(test: UnaryTests, value: Value, environment: Environment) -> bool:
    environment.steps = 0
    try:
        return test.matches(value, {}, environment) is True
    except FeelLimitError:
        return False


def _with_null(region: Region, lines: tuple[Line, ...]) -> Region:
    """Add the place of null: the lists of allowed values do not speak of what is absent."""
    if lines[-1].kind != "null":
        return region
    place = sum(len(line.samples) for line in lines) - 1
    return _coalesce([*region, (place, place + 1)])


def _coalesce(stretches: Iterable[tuple[int, int]]) -> Region:
    found: list[tuple[int, int]] = []
    for start, end in stretches:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def intersection(one: Region, other: Region) -> Region:
    """Find what two regions share."""
    found: list[tuple[int, int]] = []
    left = right = 0
    while left < len(one) and right < len(other):
        start = max(one[left][0], other[right][0])
        end = min(one[left][1], other[right][1])
        if start < end:
            found.append((start, end))
        if one[left][1] < other[right][1]:
            left += 1
        else:
            right += 1
    return tuple(found)


# --- Columns of one expression ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """What one column asks."""

    always: int
    unknown: int
    regions: list[tuple[Region, int]]


def _joined(one: _Part, other: _Part, rules: int) -> _Part:
    """Ask two columns at once: a rule passes where both let it."""
    unknown = one.unknown | other.unknown
    first, second = _by_rule(one), _by_rule(other)
    regions: list[tuple[Region, int]] = []
    for index in range(rules):
        rule = 1 << index
        found = [by[rule] for by in (first, second) if rule in by]
        if found and not unknown & rule:
            regions.append((reduce(intersection, found), rule))
    return _Part(one.always & other.always, unknown, regions)


def _by_rule(part: _Part) -> dict[int, Region]:
    found: dict[int, Region] = {}
    for region, rules in part.regions:
        for index in indexes(rules):
            found[1 << index] = region
    return found

"""Gaps and overlaps of decision tables, told with an example for each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from workflows.diagnostics import Diagnostic, Severity
from workflows.dmn.check.cells import constant_value
from workflows.dmn.check.dimension import Dimension, dimensions_of
from workflows.dmn.check.sweep import Box, Effort, Found, sweep
from workflows.dmn.codes import finding
from workflows.dmn.logic import Faulty, Table, TableRule
from workflows.dmn.model import HitPolicy, Place
from workflows.dmn.rule_bits import indexes
from workflows.feel import Value
from workflows.feel.text import literal_text
from workflows.feel.values import same

MAX_TOLD: Final = 3
"""Gaps, and overlaps, that are told of one table; the others are counted."""
MAX_DIMENSIONS: Final = 100
MAX_EXAMPLE: Final = 8
MAX_VALUE: Final = 60

_SINGLE_HIT: Final[frozenset[HitPolicy]] = frozenset({"UNIQUE", "ANY", "FIRST", "PRIORITY"})
"""Policies under which a rule is wanted for every input; for the others it is usual that none
matches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Swept:
    """A table with what was found in it."""

    table: Table
    dimensions: tuple[Dimension, ...]
    found: Found
    is_sure: bool
    """Whether any values may come together, so that what was found can happen."""

    def example(self, box: Box) -> str:
        """Write the inputs of a place."""
        telling = [
            (one.label, one.sample(place))
            for one, place in zip(self.dimensions, box, strict=True)
            if one.regions or one.unknown
        ]
        parts = [f"{label} = {_short(value)}" for label, value in telling[:MAX_EXAMPLE]]
        return ", ".join(parts) + (", …" if len(telling) > MAX_EXAMPLE else "")

    def tell(
        self, code: str, message: str, place: Place, severity: Severity = "warning"
    ) -> Diagnostic:
        """Make a finding of the table."""
        return finding(code, f"{self.table.label}: {message}", place, severity=severity)


def check_table(table: Table, computed: frozenset[str], effort: Effort) -> Iterator[Diagnostic]:
    """Find the gaps of a table, the rules that overlap though they may not, and those in vain.

    ``computed`` names what is no input, but follows from inputs: its values may not come at will.
    """
    rules = len(table.rules)
    if len(table.columns) > MAX_DIMENSIONS:
        message = f"it has more than {MAX_DIMENSIONS} inputs, too many to look for gaps."
        yield finding(
            "table-not-analysed", f"{table.label}: {message}", table.place, severity="info"
        )
        return
    dimensions = dimensions_of(table.columns, rules)
    swept = _Swept(
        table=table,
        dimensions=dimensions,
        found=sweep(dimensions, rules, effort, in_order=table.hit_policy == "FIRST"),
        is_sure=_is_sure(dimensions, computed),
    )
    yield from _gaps(swept)
    yield from _overlaps(swept)
    yield from _in_vain(swept)
    yield from _unknown(swept)


def _is_sure(dimensions: Sequence[Dimension], computed: frozenset[str]) -> bool:
    """Tell whether the inputs are names that do not depend on one another."""
    paths = [one.label.split(".") for one in dimensions]
    if not all(one.is_plain for one in dimensions) or any(path[0] in computed for path in paths):
        return False
    return not any(
        one[: len(other)] == other or other[: len(one)] == one
        for one, other in combinations(paths, 2)
    )


# --- Gaps --------------------------------------------------------------------------------------


def _gaps(swept: _Swept) -> Iterator[Diagnostic]:
    table = swept.table
    has_default = any(output.default is not None for output in table.outputs)
    if table.hit_policy not in _SINGLE_HIT or has_default:
        return
    gaps = swept.found.gaps
    caveat = "" if swept.is_sure else ", if that can come"
    for box in gaps[:MAX_TOLD]:
        example = swept.example(box) or "any input"
        message = (
            f"no rule matches {example}{caveat}: the answer would be null. Add a rule or a default"
            " output, or list the values that may come as input values."
        )
        yield swept.tell("table-gap", message, table.place)
    if len(gaps) > MAX_TOLD:
        message = f"{len(gaps) - MAX_TOLD} more gaps like these."
        yield swept.tell("table-gap", message, table.place, "info")


# --- Overlaps ----------------------------------------------------------------------------------


def _overlaps(swept: _Swept) -> Iterator[Diagnostic]:
    if swept.table.hit_policy == "UNIQUE":
        yield from _pairs(swept, list(swept.found.pairs.items()), "table-overlap", "")
    elif swept.table.hit_policy == "ANY":
        outputs = [_outputs(rule) for rule in swept.table.rules]
        differing = [
            (pair, box)
            for pair, box in swept.found.pairs.items()
            if _differ(outputs[pair[0]], outputs[pair[1]])
        ]
        yield from _pairs(swept, differing, "table-outputs-differ", " with different outputs")


def _pairs(
    swept: _Swept, pairs: list[tuple[tuple[int, int], Box]], code: str, how: str
) -> Iterator[Diagnostic]:
    severity: Severity = "error" if swept.is_sure else "warning"
    caveat = "" if swept.is_sure else ", if that can come"
    table = swept.table
    for (one, other), box in pairs[:MAX_TOLD]:
        message = (
            f"rules {one + 1} and {other + 1} both match {swept.example(box) or 'any input'}"
            f"{caveat}{how}; the hit policy {table.hit_policy} does not allow it."
        )
        yield swept.tell(code, message, table.rules[other].place, severity)
    if len(pairs) > MAX_TOLD:
        message = f"{len(pairs) - MAX_TOLD} more pairs of rules like these."
        yield swept.tell(code, message, table.place, "info")


def _outputs(rule: TableRule) -> tuple[Value, ...] | None:
    """Evaluate the outputs of a rule; None where they depend on an input."""
    values: list[Value] = []
    for cell in rule.outputs:
        found = None if isinstance(cell, Faulty) else constant_value(cell.expression.tree)
        if found is None:
            return None
        values.append(found[0])
    return tuple(values)


def _differ(one: tuple[Value, ...] | None, other: tuple[Value, ...] | None) -> bool:
    if one is None or other is None:
        return False
    return not all(map(same, one, other))


# --- Rules in vain -----------------------------------------------------------------------------


def _in_vain(swept: _Swept) -> Iterator[Diagnostic]:
    never = 0
    for dimension in swept.dimensions:
        nowhere = dimension.nowhere() & ~never
        never |= nowhere
        for rule in _rules(swept.table, nowhere):
            message = (
                f"rule {rule.number} never matches: nothing passes its test of {dimension.label}."
            )
            yield swept.tell("table-rule-never", message, rule.place)
    if swept.table.hit_policy != "FIRST" or not swept.found.is_complete:
        return
    missed = ((1 << len(swept.table.rules)) - 1) & ~(swept.found.reached | never)
    for rule in _rules(swept.table, missed):
        message = f"rule {rule.number} is never reached: wherever it matches, one before it does."
        yield swept.tell("table-rule-unreached", message, rule.place)


def _rules(table: Table, rules: int) -> Iterator[TableRule]:
    return (table.rules[index] for index in indexes(rules))


# --- What is not known -------------------------------------------------------------------------


def _unknown(swept: _Swept) -> Iterator[Diagnostic]:
    for dimension in swept.dimensions:
        if dimension.unknown:
            numbers = [str(rule.number) for rule in _rules(swept.table, dimension.unknown)]
            rules = f"rule {numbers[0]} asks"
            if len(numbers) > 1:
                rules = f"rules {', '.join(numbers)} ask"
            message = (
                f"not analysable: what {rules} of {dimension.label} is no comparison with"
                " constants; gaps and overlaps that hang on it are not told."
            )
            yield swept.tell("table-not-analysed", message, swept.table.place, "info")
    if not swept.found.is_complete:
        message = "it is too large to be swept whole; there may be more than is told."
        yield swept.tell("table-not-analysed", message, swept.table.place, "info")


def _short(value: Value) -> str:
    text = literal_text(value)
    return text if len(text) <= MAX_VALUE else f"{text[:MAX_VALUE]}…"

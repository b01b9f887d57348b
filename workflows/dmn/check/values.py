"""Constants in the cells of a table against the types and the values that its columns allow."""

from collections.abc import Iterator
from typing import Final

from workflows.diagnostics import Diagnostic, Severity
from workflows.dmn.check.cells import EPOCH, constant_value, constants_of
from workflows.dmn.check.dimension import region_of
from workflows.dmn.check.expressions import ORDERED
from workflows.dmn.check.lines import lines_of
from workflows.dmn.codes import finding
from workflows.dmn.item_types import Mismatch, coerce
from workflows.dmn.logic import Cell, ColumnTest, Faulty, Output, Table
from workflows.feel import Environment, Value
from workflows.feel.text import literal_text
from workflows.feel.values import type_name

_TEMPORAL: Final = frozenset(
    {"date", "time", "date and time", "days and time duration", "years and months duration"}
)


def check_values(table: Table) -> Iterator[Diagnostic]:
    """Find the cells that no input passes for its type, and the outputs of the wrong type."""
    for column in table.columns:
        if column.type is not None and column.type.basic in ORDERED:
            for test in (*column.constant_tests, *column.tests):
                yield from _test(test, column.type.basic)
    for rule in table.rules:
        for output, cell in zip(table.outputs, rule.outputs, strict=True):
            where = f"{table.label}, rule {rule.number}, {output.label}"
            yield from _conclusion(cell, output, where)
    for output in table.outputs:
        if output.default is not None:
            where = f"{table.label}, default of {output.label}"
            yield from _conclusion(output.default, output, where)


def _test(test: ColumnTest, wanted: str) -> Iterator[Diagnostic]:
    if isinstance(test.test, Faulty):
        return
    found = constants_of(test.test)
    wrong = [one for one in found or () if one is not None and type_name(one) != wanted]
    if found is None or not wrong:
        return
    severity: Severity = "warning"
    if not region_of(test.test, found, lines_of(found, wanted)):
        severity = "error"
    kinds = " and ".join(sorted({f"a {type_name(one)}" for one in wrong}))
    message = f"{test.label}: a {wanted} is never {kinds} such as {_example(wrong[0], wanted)}."
    yield finding("cell-type", message, test.place, severity=severity)


def _example(value: Value, wanted: str) -> str:
    text = literal_text(value)
    if isinstance(value, str) and wanted in _TEMPORAL:
        function = "duration" if "duration" in wanted else wanted
        return f"{text}; write {function}({text})"
    return text


def _conclusion(cell: Cell, output: Output, label: str) -> Iterator[Diagnostic]:
    if isinstance(cell, Faulty):
        return
    found = constant_value(cell.expression.tree)
    if found is None:
        return
    value, place, environment = found[0], cell.place, Environment(now=EPOCH)
    if output.type is not None:
        converted = coerce(value, output.type, environment)
        if isinstance(converted, Mismatch):
            yield finding("output-type", f"{label}: {converted.reason}.", place)
            return
        value = converted
    allowed = output.allowed
    if value is not None and allowed and allowed.matches(value, {}, environment) is not True:
        listed = " ".join(allowed.text.split())
        message = f"{label}: {literal_text(value)} is not among the output values {listed}."
        yield finding("output-not-allowed", message, place)

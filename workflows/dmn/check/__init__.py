"""What can be told of decisions before they are made: slips, wrong types, gaps and overlaps."""

from collections.abc import Iterator

from workflows.diagnostics import Diagnostic
from workflows.dmn.check.expressions import check_expression, check_input
from workflows.dmn.check.sweep import Effort
from workflows.dmn.check.tables import check_table
from workflows.dmn.check.values import check_values
from workflows.dmn.check.walk import Known, walk_graph
from workflows.dmn.library import DecisionLibrary
from workflows.dmn.logic import Cell, Faulty, Formula, Table
from workflows.feel.scope import INPUT


def check_decisions(library: DecisionLibrary) -> tuple[Diagnostic, ...]:
    """Check every decision and knowledge model; to be asked before a model is deployed.

    What is deployed already is not asked again: a check that grows stricter stops no running case.
    """
    found: dict[Diagnostic, None] = {}
    effort = Effort()
    for logic, known in walk_graph(library.graph):
        match logic:
            case Formula():
                findings = _cell(logic, known)
            case Table():
                findings = _table(logic, known, effort)
            case _:
                continue
        found.update(dict.fromkeys(findings))
    return tuple(found)


def _table(table: Table, known: Known, effort: Effort) -> Iterator[Diagnostic]:
    for column in table.columns:
        yield from _cell(column.expression, known)
        yield from check_input(column, known)
        inside = known.with_names({INPUT: column.type}, computed=False)
        for test in (*column.constant_tests, *column.tests):
            if not isinstance(test.test, Faulty):
                yield from check_expression(test.test, inside, test.label, test.place)
    for rule in table.rules:
        for cell in rule.outputs:
            yield from _cell(cell, known)
    for output in table.outputs:
        if output.default is not None:
            yield from _cell(output.default, known)
    yield from check_values(table)
    yield from check_table(table, known.computed, effort)


def _cell(cell: Cell, known: Known) -> Iterator[Diagnostic]:
    if isinstance(cell, Formula):
        yield from check_expression(cell.expression, known, cell.label, cell.place)

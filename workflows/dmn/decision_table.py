"""A table and a scope to an answer: which rules match, what their outputs are.

Rules are bits of a number. A column answers with the rules it lets pass, and the rules that pass
every column match; a test shared by many rules is asked once, and only while one of them is
still a candidate.
"""

from decimal import Decimal

from workflows.dmn.evaluation import (
    Evaluation,
    Scope,
    conform,
    convert_or_warn,
    evaluate_formula,
    passes,
)
from workflows.dmn.explanation import explain_table
from workflows.dmn.hit_policy import (
    STOPS_AT_FIRST,
    Hit,
    Violation,
    answer,
    without_match,
)
from workflows.dmn.logic import Cell, Column, ColumnTest, Formula, Table
from workflows.dmn.outcome import FiredRule, FiredTable
from workflows.dmn.rule_bits import indexes
from workflows.feel import UnaryTests, Value


def evaluate_table(table: Table, scope: Scope, evaluation: Evaluation) -> Value:
    """Answer a decision table."""
    asked = _ask(table, scope, evaluation)
    if asked is None:
        return None
    if evaluation.explained is not None:
        evaluation.explained.append(explain_table(table, asked, scope, evaluation.environment))
    matching = _match(table, asked, scope, evaluation)
    if not matching:
        evaluation.fire(_fired(table, ()))
        return _default(table, scope, evaluation)
    hits = _hits(table, matching, scope, evaluation)
    if hits is None:
        return None
    verdict = answer(table.hit_policy, table.aggregation, table.results, hits)
    evaluation.fire(_fired(table, verdict.rules))
    if isinstance(verdict, Violation):
        evaluation.report(verdict.code, f"{table.label}: {verdict.message}", table.place)
        return None
    return verdict.value


def _ask(table: Table, scope: Scope, evaluation: Evaluation) -> list[Value] | None:
    """Evaluate the input expressions; None when one gives a value that is not allowed."""
    asked: list[Value] = []
    for column in table.columns:
        value = evaluate_formula(column.expression, scope, evaluation)
        if column.type is not None:
            value = convert_or_warn(value, column.type, column.label, column.place, evaluation)
        if not _allowed(column.allowed, value, scope, evaluation):
            message = f"{column.label}: the value is not among the input values."
            evaluation.report("decision-input-not-allowed", message, column.place)
            return None
        asked.append(value)
    return asked


def _match(table: Table, asked: list[Value], scope: Scope, evaluation: Evaluation) -> list[int]:
    candidates = (1 << len(table.rules)) - 1
    for column, value in zip(table.columns, asked, strict=True):
        candidates &= _passing(column, value, candidates, scope, evaluation)
        if not candidates:
            return []
    return list(indexes(candidates))


def _passing(
    column: Column, value: Value, candidates: int, scope: Scope, evaluation: Evaluation
) -> int:
    """Find the rules that a column lets pass, among the candidates."""
    passing = column.always
    tests: tuple[ColumnTest, ...] = column.tests
    if isinstance(value, str | Decimal):
        passing |= column.constants.get(value, 0)
        if isinstance(value, Decimal):
            for interval, rules in column.intervals:
                if rules & candidates and value in interval:
                    passing |= rules
    else:
        tests = column.constant_tests + tests
    for test in tests:
        if test.rules & candidates and passes(test, value, scope, evaluation):
            passing |= test.rules
    return passing


def _hits(
    table: Table, matching: list[int], scope: Scope, evaluation: Evaluation
) -> list[Hit] | None:
    """Evaluate the outputs of the rules that match; None when one may not be output."""
    if table.hit_policy in STOPS_AT_FIRST:
        matching = matching[:1]
    hits: list[Hit] = []
    for index in matching:
        outputs: list[Value] = []
        rule = table.rules[index]
        for output, cell in zip(table.outputs, rule.outputs, strict=True):
            label = f"{table.label}, rule {rule.number}, {output.label}"
            value = _conclude(cell, label, scope, evaluation, several=len(table.outputs) > 1)
            value = conform(value, output.type, label, rule.place, evaluation)
            if not _allowed(output.allowed, value, scope, evaluation):
                message = f"{label}: the value is not among the output values."
                evaluation.report("decision-output-not-allowed", message, rule.place)
                return None
            outputs.append(value)
        hits.append(Hit(rule=index, outputs=tuple(outputs)))
    return hits


def _conclude(
    cell: Cell, label: str, scope: Scope, evaluation: Evaluation, *, several: bool
) -> Value:
    """Evaluate an output; among several, one that is null for a fault would pass unseen."""
    told = len(evaluation.environment.warnings)
    value = evaluate_formula(cell, scope, evaluation)
    warned = len(evaluation.environment.warnings) > told
    if several and warned and value is None and isinstance(cell, Formula):
        message = f"{label}: null, where the rule needs a value."
        evaluation.report("decision-output-null", message, cell.place)
    return value


def _allowed(tests: UnaryTests | None, value: Value, scope: Scope, evaluation: Evaluation) -> bool:
    """Tell whether a value is among those listed; null stands for no value and is."""
    if tests is None or value is None:
        return True
    return tests.matches(value, scope, evaluation.environment) is True


def _default(table: Table, scope: Scope, evaluation: Evaluation) -> Value:
    if all(output.default is None for output in table.outputs):
        return without_match(table.hit_policy, table.aggregation)
    values: list[Value] = []
    for output in table.outputs:
        value = None
        if output.default is not None:
            value = evaluate_formula(output.default, scope, evaluation)
        label = f"{table.label}, default of {output.label}"
        values.append(conform(value, output.type, label, output.place, evaluation))
    return table.results.value(Hit(rule=-1, outputs=tuple(values)))


def _fired(table: Table, rules: tuple[int, ...]) -> FiredTable:
    chosen = (table.rules[index] for index in rules)
    return FiredTable(
        decision=table.owner,
        table=table.place.element,
        rules=tuple(
            FiredRule(number=rule.number, id=rule.place.element, annotations=rule.annotations)
            for rule in chosen
        ),
    )

"""Why a table answered as it did: what was asked, and for each rule which of its tests failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from workflows.dmn.logic import Column, Faulty, Table
from workflows.feel import Environment, Value

IRRELEVANT: Final = "-"
_NO_TEST: Final = "(no FEEL)"


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedTest:
    """A test that an input did not pass."""

    input: str
    test: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedRule:
    """A rule, and what kept it from matching: nothing, if it matched."""

    number: int
    id: str | None
    failed: tuple[FailedTest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedTable:
    """A table as it was asked once."""

    decision: str
    label: str
    hit_policy: str
    inputs: tuple[tuple[str, Value], ...]
    rules: tuple[ExplainedRule, ...]


def explain_table(
    table: Table, asked: list[Value], scope: Mapping[str, Value], environment: Environment
) -> ExplainedTable:
    """Ask every test of every rule again, apart from the evaluation and its warnings."""
    apart = Environment(now=environment.now, seed=environment.seed, zone=environment.zone)
    pairs = list(zip(table.columns, asked, strict=True))
    passing = [_passing(column, value, scope, apart) for column, value in pairs]
    return ExplainedTable(
        decision=table.owner,
        label=table.label,
        hit_policy=table.hit_policy,
        inputs=tuple((name_of_input(column), value) for column, value in pairs),
        rules=tuple(
            ExplainedRule(
                number=rule.number,
                id=rule.place.element,
                failed=tuple(
                    FailedTest(input=name_of_input(column), test=text_of_cell(column, rule.number))
                    for column, passed in zip(table.columns, passing, strict=True)
                    if not passed >> (rule.number - 1) & 1
                ),
            )
            for rule in table.rules
        ),
    )


def name_of_input(column: Column) -> str:
    """Name an input by its expression."""
    if isinstance(column.expression, Faulty):
        return column.label
    return " ".join(column.expression.expression.text.split())


def text_of_cell(column: Column, number: int) -> str:
    """Give the text of a rule's cell, rules counted from 1."""
    for test in (*column.constant_tests, *column.tests):
        if test.rules >> (number - 1) & 1:
            return _NO_TEST if isinstance(test.test, Faulty) else test.test.text
    return IRRELEVANT


def _passing(
    column: Column, value: Value, scope: Mapping[str, Value], environment: Environment
) -> int:
    passing = column.always
    for test in (*column.constant_tests, *column.tests):
        if not isinstance(test.test, Faulty) and test.test.matches(value, scope, environment):
            passing |= test.rules
    return passing

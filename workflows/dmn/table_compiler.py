"""Decision tables from drawing to program: columns indexed, cells parsed, arity checked."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from workflows.dmn.cell_index import CellIndex
from workflows.dmn.hit_policy import AGGREGATIONS, POLICIES, RANKED, Outputs
from workflows.dmn.item_types import ItemType
from workflows.dmn.logic import (
    Cell,
    Column,
    ColumnTest,
    Faulty,
    Output,
    Table,
    TableRule,
)
from workflows.dmn.model import DecisionTable, FeelText, InputClause, OutputClause, Place, Rule
from workflows.dmn.rule_bits import indexes
from workflows.dmn.sight import Sight
from workflows.dmn.type_compiler import Types
from workflows.feel import Environment, FeelSyntaxError, UnaryTests, Value, compile_expression

_BLANK: Final = frozenset({"", "-"})
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NULL: Final = "null"


def compile_table(table: DecisionTable, label: str, sight: Sight, types: Types) -> Table | Faulty:
    """Compile a decision table; one whose shape makes no sense becomes its first fault."""
    faults = [
        sight.findings.add(code, f"{label}: {message}", place)
        for code, message, place in _shape_faults(table)
    ]
    if faults:
        return Faulty(fault=faults[0])
    resolved = tuple(types.resolve(clause.type_ref, clause.place) for clause in table.outputs)
    rankings = tuple(map(_ranking, table.outputs, resolved))
    policy = POLICIES[table.hit_policy]
    if policy in RANKED and not any(rankings):
        message = f"{label}: {policy} needs output values, in order of priority."
        return Faulty(fault=sight.findings.add("output-values-missing", message, table.place))
    pairs = zip(table.outputs, resolved, strict=True)
    return Table(
        hit_policy=policy,
        aggregation=AGGREGATIONS.get(table.aggregation or ""),
        columns=tuple(
            _column(table, index, label, sight, types) for index in range(len(table.inputs))
        ),
        outputs=tuple(_output(clause, type_, label, sight) for clause, type_ in pairs),
        results=Outputs(names=tuple(one.name or "" for one in table.outputs), rankings=rankings),
        rules=tuple(
            _rule(table, rule, number, label, sight)
            for number, rule in enumerate(table.rules, start=1)
        ),
        label=label,
        owner=sight.owner,
        place=table.place,
    )


# --- Shape ---------------------------------------------------------------------------------

Fault = tuple[str, str, Place]


def _shape_faults(table: DecisionTable) -> Iterator[Fault]:
    if table.hit_policy not in POLICIES:
        yield "hit-policy-unknown", f'"{table.hit_policy}" is no hit policy.', table.place
    if not table.outputs:
        yield "output-missing", "a decision table needs an output.", table.place
    if len(table.outputs) > 1 and not all(clause.name for clause in table.outputs):
        yield "output-name-missing", "each of several outputs needs a name.", table.place
    yield from _aggregation_faults(table)
    for number, rule in enumerate(table.rules, start=1):
        yield from _arity_faults(table, rule, number)


def _aggregation_faults(table: DecisionTable) -> Iterator[Fault]:
    if table.aggregation is None:
        return
    if table.aggregation not in AGGREGATIONS:
        yield "aggregation-unknown", f'"{table.aggregation}" is no aggregation.', table.place
    elif table.hit_policy != "COLLECT":
        message = f"{table.hit_policy} does not aggregate; only COLLECT does."
        yield "aggregation-policy", message, table.place
    elif len(table.outputs) > 1 and table.aggregation != "COUNT":
        yield "aggregation-outputs", "only one output can be aggregated.", table.place


def _arity_faults(table: DecisionTable, rule: Rule, number: int) -> Iterator[Fault]:
    for what, wanted, found in (
        ("input", len(table.inputs), len(rule.inputs)),
        ("output", len(table.outputs), len(rule.outputs)),
    ):
        if wanted != found:
            message = f"rule {number} has {found} {what} entries, but the table has {wanted}."
            yield "rule-arity", message, rule.place


# --- Columns -------------------------------------------------------------------------------


def _column(table: DecisionTable, index: int, label: str, sight: Sight, types: Types) -> Column:
    clause = table.inputs[index]
    name = _name_of_input(clause, index)
    cells = CellIndex()
    for number, rule in enumerate(table.rules):
        cells.add(rule.inputs[index], 1 << number)

    def tests(texts: dict[str, int]) -> tuple[ColumnTest, ...]:
        return tuple(
            _test(cells.drawn[text], rules, f"{label}, {_rules(rules)}, {name}", sight)
            for text, rules in texts.items()
        )

    return Column(
        label=f"{label}, {name}",
        expression=sight.formula(clause.expression, f"{label}, {name}"),
        type=types.resolve(clause.type_ref, clause.place),
        allowed=_allowed(clause.values, f"{label}, input values of {name}", sight),
        always=cells.always,
        constants=cells.constants,
        intervals=tuple(cells.intervals.items()),
        constant_tests=tests(cells.constant_cells),
        tests=tests(cells.cells),
        place=clause.place,
    )


def _test(cell: FeelText, rules: int, label: str, sight: Sight) -> ColumnTest:
    return ColumnTest(test=sight.tests(cell, label), rules=rules, label=label, place=cell.place)


def _rules(rules: int) -> str:
    numbers = [str(index + 1) for index in indexes(rules)]
    return f"rule {numbers[0]}" if len(numbers) == 1 else f"rules {', '.join(numbers)}"


def _name_of_input(clause: InputClause, index: int) -> str:
    name = clause.label or " ".join(clause.expression.text.split()) or str(index + 1)
    return f'input "{name}"'


def _allowed(source: FeelText | None, label: str, sight: Sight) -> UnaryTests | None:
    if source is None or source.text.strip() in _BLANK:
        return None
    tests = sight.tests(source, label)
    return None if isinstance(tests, Faulty) else tests


# --- Outputs -------------------------------------------------------------------------------


def _output(clause: OutputClause, type_: ItemType | None, label: str, sight: Sight) -> Output:
    name = _name_of_output(clause)
    default: Cell | None = None
    if clause.default is not None and clause.default.text.strip():
        default = sight.formula(clause.default, f"{label}, default of {name}")
    return Output(
        label=name,
        type=type_,
        allowed=_allowed(clause.values, f"{label}, output values of {name}", sight),
        default=default,
        place=clause.place,
    )


def _name_of_output(clause: OutputClause) -> str:
    name = clause.name or clause.label
    return f'output "{name}"' if name else "output"


def _rule(table: DecisionTable, rule: Rule, number: int, label: str, sight: Sight) -> TableRule:
    cells: list[Cell] = []
    for clause, source in zip(table.outputs, rule.outputs, strict=True):
        where = f"{label}, rule {number}, {_name_of_output(clause)}"
        cells.append(sight.formula(_or_null(source), where))
    return TableRule(
        number=number, outputs=tuple(cells), annotations=rule.annotations, place=rule.place
    )


def _or_null(source: FeelText) -> FeelText:
    """Read an empty conclusion as null, as the editors let one leave it."""
    if source.text.strip():
        return source
    return FeelText(text=_NULL, place=source.place, language=source.language)


def _ranking(clause: OutputClause, type_: ItemType | None) -> tuple[Value, ...]:
    """List the output values in order of priority: the clause's own, or those of its type.

    DMN 8.2.10: the order of priority is the order in which the values are listed.
    """
    texts = [] if clause.values is None else [clause.values.text]
    if type_ is not None:
        texts += [tests.text for tests in reversed(type_.allowed)]
    for text in texts:
        try:
            listed = compile_expression(f"[{text}]").evaluate({}, Environment(now=_EPOCH))
        except FeelSyntaxError:
            continue
        if isinstance(listed, list) and listed:
            return tuple(listed)
    return ()

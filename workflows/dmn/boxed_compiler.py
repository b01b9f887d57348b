"""Boxed expressions from drawing to logic: one function per element, one table."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import zip_longest
from typing import Any, Final

from workflows.dmn.hit_policy import GIVES_LIST, POLICIES
from workflows.dmn.item_types import FUNCTION, LIST, ItemType, list_of
from workflows.dmn.logic import (
    ConditionalLogic,
    ContextLogic,
    Entry,
    Faulty,
    FilterLogic,
    FunctionLogic,
    InvocationLogic,
    IterationLogic,
    ListLogic,
    Logic,
    Parameter,
    RecordLogic,
    TypedLogic,
)
from workflows.dmn.model import (
    Boxed,
    Conditional,
    Context,
    DecisionTable,
    Filter,
    FunctionDefinition,
    InformationItem,
    Invocation,
    Iteration,
    ListExpression,
    LiteralExpression,
    Place,
    Relation,
)
from workflows.dmn.sight import Sight
from workflows.dmn.table_compiler import compile_table
from workflows.dmn.type_compiler import Types

_PARTIAL: Final = "partial"
_FILTERED: Final = ("item",)


def compile_boxed(
    boxed: Boxed | None, label: str, place: Place, sight: Sight, types: Types
) -> Logic:
    """Compile an expression; where one is missing, that is the fault it answers."""
    if boxed is None:
        message = f"{label}: the logic is missing; nothing can be decided."
        return Faulty(fault=sight.findings.add("logic-missing", message, place))
    logic = _COMPILERS[boxed.kind](boxed, label, sight, types)
    if isinstance(boxed, FunctionDefinition):
        return logic
    item_type = types.resolve(boxed.type_ref, boxed.place)
    if item_type is not None and isinstance(boxed, DecisionTable):
        item_type = _of_table(boxed, item_type)
    return _typed(logic, item_type, label, boxed.place)


def _typed(logic: Logic, item_type: ItemType | None, label: str, place: Place) -> Logic:
    if item_type is None:
        return logic
    return TypedLogic(value=logic, type=item_type, label=label, place=place)


def _of_table(table: DecisionTable, item_type: ItemType) -> ItemType:
    """Tell what a table gives; where several rules answer, editors write the type of one answer."""
    is_one = table.aggregation or POLICIES.get(table.hit_policy) not in GIVES_LIST
    if is_one or LIST in (item_type.kind, item_type.basic):
        return item_type
    return list_of(item_type, name=f"list of {item_type.name}")


def compile_function(
    function: FunctionDefinition,
    name: str,
    sight: Sight,
    types: Types,
    variable: InformationItem | None = None,
) -> FunctionLogic | Faulty:
    """Compile a function definition; only FEEL bodies are executed.

    The type of a function and of the variable that holds it is a function type (DMN 1.5 6.3.9);
    what was drawn before DMN 1.3 had those tells the type of the result there.
    """
    if function.language != "FEEL":
        message = f'"{name}": a function in {function.language} is not executed; write it in FEEL.'
        return Faulty(fault=sight.findings.add("function-language", message, function.place))
    inner = sight.inside(parameter.name for parameter in function.parameters)
    body = compile_boxed(function.body, f'"{name}"', function.place, inner, types)
    parameters = tuple(
        Parameter(name=parameter.name, type=types.resolve(parameter.type_ref, parameter.place))
        for parameter in function.parameters
    )
    references = [function.type_ref] if variable is None else [function.type_ref, variable.type_ref]
    for reference in references:
        drawn = types.resolve(reference, function.place)
        parameters = tuple(_with_types(parameters, drawn))
        body = _typed(body, result_type(drawn), f'result of "{name}"', function.place)
    return FunctionLogic(name=name, parameters=parameters, body=body, place=function.place)


def result_type(drawn: ItemType | None) -> ItemType | None:
    """Find the type of a result by what is drawn of its function."""
    return drawn.output if drawn is not None and drawn.basic == FUNCTION else drawn


def _with_types(parameters: tuple[Parameter, ...], drawn: ItemType | None) -> Iterator[Parameter]:
    """Give parameters without a type that of the function's."""
    types = drawn.parameters if drawn is not None and drawn.parameters else ()
    for parameter, wanted in zip_longest(parameters, types[: len(parameters)]):
        is_bare = parameter.type is None and wanted is not None
        yield replace(parameter, type=wanted) if is_bare else parameter


def _literal(boxed: LiteralExpression, label: str, sight: Sight, _: Types) -> Logic:
    if not boxed.text.text.strip():
        message = f"{label}: the expression is empty."
        return Faulty(fault=sight.findings.add("logic-missing", message, boxed.place))
    return sight.formula(boxed.text, label)


def _table(boxed: DecisionTable, label: str, sight: Sight, types: Types) -> Logic:
    return compile_table(boxed, label, sight, types)


def _context(boxed: Context, label: str, sight: Sight, types: Types) -> Logic:
    entries: list[Entry] = []
    for drawn in boxed.entries:
        where = f'{label}, entry "{drawn.variable.name}"' if drawn.variable else f"{label}, result"
        value = compile_boxed(drawn.value, where, drawn.place, sight, types)
        entries.append(_entry(drawn.variable, value, where, drawn.place, types))
        if drawn.variable:
            sight = sight.inside((drawn.variable.name,))
    return ContextLogic(entries=tuple(entries))


def _entry(
    variable: InformationItem | None, value: Logic, label: str, place: Place, types: Types
) -> Entry:
    if variable is None:
        return Entry(name=None, label=label, value=value, type=None, place=place)
    item_type = types.resolve(variable.type_ref, variable.place)
    return Entry(name=variable.name, label=label, value=value, type=item_type, place=place)


def _invocation(boxed: Invocation, label: str, sight: Sight, types: Types) -> Logic:
    arguments: list[Entry] = []
    for binding in boxed.bindings:
        parameter = binding.parameter
        where = f'{label}, argument "{parameter.name}"'
        value = compile_boxed(binding.value, where, parameter.place, sight, types)
        arguments.append(_entry(parameter, value, where, parameter.place, types))
    return InvocationLogic(
        called=compile_boxed(boxed.called, label, boxed.place, sight, types),
        arguments=tuple(arguments),
        label=label,
        place=boxed.place,
    )


def _function(boxed: FunctionDefinition, label: str, sight: Sight, types: Types) -> Logic:
    return compile_function(boxed, label, sight, types)


def _list(boxed: ListExpression, label: str, sight: Sight, types: Types) -> Logic:
    return ListLogic(
        items=tuple(
            compile_boxed(item, f"{label}, item {number}", boxed.place, sight, types)
            for number, item in enumerate(boxed.items, start=1)
        )
    )


def _relation(boxed: Relation, label: str, sight: Sight, types: Types) -> Logic:
    rows: list[Logic] = []
    for number, row in enumerate(boxed.rows, start=1):
        if len(row) != len(boxed.columns):
            message = f"{label}: row {number} has {len(row)} cells, not {len(boxed.columns)}."
            return Faulty(fault=sight.findings.add("row-arity", message, boxed.place))
        entries: list[Entry] = []
        for column, cell in zip(boxed.columns, row, strict=True):
            where = f'{label}, row {number}, column "{column.name}"'
            value = compile_boxed(cell, where, boxed.place, sight, types)
            entries.append(_entry(column, value, where, boxed.place, types))
        rows.append(RecordLogic(entries=tuple(entries)))
    return ListLogic(items=tuple(rows))


def _conditional(boxed: Conditional, label: str, sight: Sight, types: Types) -> Logic:
    place = boxed.place
    return ConditionalLogic(
        condition=compile_boxed(boxed.condition, f'{label}, "if"', place, sight, types),
        then=compile_boxed(boxed.then, f'{label}, "then"', place, sight, types),
        otherwise=compile_boxed(boxed.otherwise, f'{label}, "else"', place, sight, types),
        place=place,
    )


def _filter(boxed: Filter, label: str, sight: Sight, types: Types) -> Logic:
    place = boxed.place
    collection = compile_boxed(boxed.collection, f'{label}, "in"', place, sight, types)
    # The entries of each item are in sight by their own names, which nobody can know here.
    inner = sight.inside(_FILTERED).apart()
    match = compile_boxed(boxed.match, f'{label}, "match"', place, inner, types)
    return FilterLogic(collection=collection, match=match, place=place)


def _iteration(boxed: Iteration, label: str, sight: Sight, types: Types) -> Logic:
    place = boxed.place
    inner = sight.inside((boxed.variable,)).apart()
    body = compile_boxed(boxed.body, f"{label}, body", place, inner, types)
    sight.free.update(inner.free - {_PARTIAL})
    return IterationLogic(
        form=boxed.form,
        variable=boxed.variable,
        partial=_PARTIAL in inner.free,
        collection=compile_boxed(boxed.collection, f'{label}, "in"', place, sight, types),
        body=body,
        place=place,
    )


_COMPILERS: Final[dict[str, Callable[[Any, str, Sight, Types], Logic]]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "invocation": _invocation,
    "functionDefinition": _function,
    "list": _list,
    "relation": _relation,
    "conditional": _conditional,
    "filter": _filter,
    "iteration": _iteration,
}
"""By kind of expression, so each is called with the class of its kind."""

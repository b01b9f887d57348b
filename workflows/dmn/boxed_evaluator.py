"""Boxed logic and a scope to a value: one function per kind of logic, one table."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from workflows.dmn.decision_table import evaluate_table
from workflows.dmn.evaluation import Evaluation, Scope, conform, evaluate_formula
from workflows.dmn.logic import (
    ConditionalLogic,
    ContextLogic,
    Entry,
    FilterLogic,
    FunctionLogic,
    InvocationLogic,
    IterationLogic,
    ListLogic,
    Logic,
    RecordLogic,
    TypedLogic,
)
from workflows.dmn.model import Place
from workflows.feel import FeelLimitError, Value
from workflows.feel.environment import MAX_ITEMS, Run
from workflows.feel.values import Function, Range, every, some, type_name


def evaluate(logic: Logic, scope: Scope, evaluation: Evaluation) -> Value:
    """Evaluate any logic."""
    return _EVALUATORS[logic.kind](logic, scope, evaluation)


def _context(logic: ContextLogic, scope: Scope, evaluation: Evaluation) -> Value:
    seen = dict(scope)
    entries: dict[str, Value] = {}
    for entry in logic.entries:
        value = _entry(entry, seen, evaluation)
        if entry.name is None:
            return value
        seen[entry.name] = entries[entry.name] = value
    return entries


def _record(logic: RecordLogic, scope: Scope, evaluation: Evaluation) -> Value:
    return {entry.name or "": _entry(entry, scope, evaluation) for entry in logic.entries}


def _entry(entry: Entry, scope: Scope, evaluation: Evaluation) -> Value:
    value = evaluate(entry.value, scope, evaluation)
    return conform(value, entry.type, entry.label, entry.place, evaluation)


def _list(logic: ListLogic, scope: Scope, evaluation: Evaluation) -> Value:
    return [evaluate(item, scope, evaluation) for item in logic.items]


def _conditional(logic: ConditionalLogic, scope: Scope, evaluation: Evaluation) -> Value:
    condition = evaluate(logic.condition, scope, evaluation)
    if condition is not None and not isinstance(condition, bool):
        message = f'"if" needs true or false, but found {type_name(condition)}.'
        evaluation.report("decision-not-boolean", message, logic.place)
        return None
    return evaluate(logic.then if condition else logic.otherwise, scope, evaluation)


def _function(logic: FunctionLogic, scope: Scope, evaluation: Evaluation) -> Value:
    """Make a function value that closes over the scope."""
    names = tuple(parameter.name for parameter in logic.parameters)

    def call(_: Run, arguments: list[Value]) -> Value:
        inner = dict(scope)
        for parameter, argument in zip(logic.parameters, arguments, strict=False):
            label = f'parameter "{parameter.name}" of "{logic.name}"'
            value = conform(argument, parameter.type, label, logic.place, evaluation)
            inner[parameter.name] = value
        evaluation.enter()
        value = evaluate(logic.body, inner, evaluation)
        evaluation.leave()
        return value

    return Function(logic.name, names, call)


def _invocation(logic: InvocationLogic, scope: Scope, evaluation: Evaluation) -> Value:
    called = evaluate(logic.called, scope, evaluation)
    if not isinstance(called, Function):
        message = f"{logic.label}: expected a function, but found {type_name(called)}."
        evaluation.report("decision-not-a-function", message, logic.place)
        return None
    given = {entry.name: _entry(entry, scope, evaluation) for entry in logic.arguments}
    unknown = [str(name) for name in given if name not in called.parameters]
    if unknown:
        message = f'"{called.name}" has no parameter {", ".join(unknown)}.'
        evaluation.report("decision-argument-unknown", message, logic.place)
        return None
    arguments = [given.get(name) for name in called.parameters]
    value = called.call(Run(evaluation.environment, called.name), arguments)
    evaluation.note_warnings(logic.label, logic.place)
    return value


def _typed(logic: TypedLogic, scope: Scope, evaluation: Evaluation) -> Value:
    value = evaluate(logic.value, scope, evaluation)
    return conform(value, logic.type, logic.label, logic.place, evaluation)


def _filter(logic: FilterLogic, scope: Scope, evaluation: Evaluation) -> Value:
    items = _items(evaluate(logic.collection, scope, evaluation), logic.place, evaluation)
    if items is None:
        return None
    kept: list[Value] = []
    for item in items:
        seen = {**scope, **item} if isinstance(item, dict) else dict(scope)
        seen["item"] = item
        match = evaluate(logic.match, seen, evaluation)
        if match is not None and not isinstance(match, bool):
            message = f'"match" needs true or false, but found {type_name(match)}.'
            evaluation.report("decision-not-boolean", message, logic.place)
            return None
        if match:
            kept.append(item)
    return kept


def _iteration(logic: IterationLogic, scope: Scope, evaluation: Evaluation) -> Value:
    items = _items(evaluate(logic.collection, scope, evaluation), logic.place, evaluation)
    if items is None:
        return None
    results: list[Value] = []
    for item in items:
        seen = {**scope, logic.variable: item}
        if logic.partial:
            seen["partial"] = list(results)
        results.append(evaluate(logic.body, seen, evaluation))
    if logic.form == "for":
        return results
    answers = [result if isinstance(result, bool) else None for result in results]
    return some(answers) if logic.form == "some" else every(answers)


def _items(value: Value, place: Place, evaluation: Evaluation) -> list[Value] | None:
    """Take a list, or the whole numbers of a range; a single value is a list of one."""
    if isinstance(value, Range):
        return _numbers(value, place, evaluation)
    if value is None or isinstance(value, list):
        return value
    return [value]


def _numbers(value: Range, place: Place, evaluation: Evaluation) -> list[Value] | None:
    start, end = value.start, value.end
    if not isinstance(start, Decimal) or not isinstance(end, Decimal):
        message = "Only a list or a range of numbers can be iterated."
        evaluation.report("decision-not-iterable", message, place)
        return None
    if abs(end - start) > MAX_ITEMS:
        raise FeelLimitError(f"The range has more than {MAX_ITEMS} numbers.")
    first = int(start) + (0 if value.start_included else 1)
    last = int(end) - (0 if value.end_included else 1)
    return [Decimal(number) for number in range(first, last + 1)]


_EVALUATORS: Final[dict[str, Callable[[Any, Scope, Evaluation], Value]]] = {
    "formula": evaluate_formula,
    "faulty": evaluate_formula,
    "table": evaluate_table,
    "context": _context,
    "record": _record,
    "list": _list,
    "invocation": _invocation,
    "function": _function,
    "conditional": _conditional,
    "filter": _filter,
    "iteration": _iteration,
    "typed": _typed,
}
"""By kind of logic, so each is called with the logic class of its kind."""

"""Loops: ``for``, ``some``, ``every`` and filters."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from workflows.feel import syntax
from workflows.feel.analysis import free_names, steps_of
from workflows.feel.arithmetic import whole
from workflows.feel.compiler.dispatch import FAULTS, compile_node
from workflows.feel.days import day_of
from workflows.feel.environment import MAX_ITEMS, NUMBERS
from workflows.feel.errors import FeelFault, FeelLimitError
from workflows.feel.scope import Closure, Scope
from workflows.feel.values import Range, Value, some, type_name
from workflows.feel.values import every as conjoined

Steps = Callable[[Scope], Iterator[Value]]
Binder = tuple[str, Steps]


def _domain(node: syntax.Iterator) -> Steps:
    start = compile_node(node.domain)
    if node.end is None:
        return lambda scope: _items(start(scope))
    end = compile_node(node.end)
    return lambda scope: _span(start(scope), end(scope))


def _items(domain: Value) -> Iterator[Value]:
    match domain:
        case list():
            return iter(domain)
        case Range():
            return _within(domain)
        case None:
            raise FeelFault("There is nothing to iterate over: the list is null.")
        case _:
            return iter([domain])


def _within(domain: Range) -> Iterator[Value]:
    """Iterate over a range of whole numbers or days, leaving out what its brackets leave out."""
    for value in _span(domain.start, domain.end):
        left_out = (value == domain.start and not domain.start_included) or (
            value == domain.end and not domain.end_included
        )
        if not left_out:
            yield value


def _span(start: Value, end: Value) -> Iterator[Value]:
    """Iterate from a number or day to another, up or down, lazily."""
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        step = Decimal(1 if start <= end else -1)
        return _counted(start, end, step)
    if isinstance(start, date) and isinstance(end, date):
        first, last = start.toordinal(), end.toordinal()
        step_days = 1 if first <= last else -1
        return (day_of(ordinal) for ordinal in range(first, last + step_days, step_days))
    raise FeelFault(f"There is no way from a {type_name(start)} to a {type_name(end)}.")


def _counted(start: Decimal, end: Decimal, step: Decimal) -> Iterator[Value]:
    value = start
    while value <= end if step > 0 else value >= end:
        yield value
        value = NUMBERS.add(value, step)


def _bindings(binders: tuple[Binder, ...], scope: Scope, cost: int) -> Iterator[Scope]:
    """Bind every combination, the last iterator moving fastest; each sees those before it."""
    (name, steps), rest = binders[0], binders[1:]
    run = scope.run
    for value in steps(scope):
        run.spend(cost)
        inner = Scope({name: value}, scope, run)
        if rest:
            yield from _bindings(rest, inner, cost)
        else:
            yield inner


def _binders(iterators: tuple[syntax.Iterator, ...]) -> tuple[Binder, ...]:
    return tuple((iterator.name, _domain(iterator)) for iterator in iterators)


@compile_node.register(syntax.For)
def _for(node: syntax.For) -> Closure:
    binders, body, position = _binders(node.iterators), compile_node(node.body), node.position
    sees_partial, cost = "partial" in free_names(node.body), steps_of(node.body)

    def evaluate(scope: Scope) -> Value:
        results: list[Value] = []
        try:
            for inner in _bindings(binders, scope, cost):
                results.append(body(_with_partial(results, inner) if sees_partial else inner))
                if len(results) > MAX_ITEMS:
                    raise FeelLimitError(f"A list has at most {MAX_ITEMS} items.")
        except FAULTS as fault:
            scope.run.warn(str(fault), position)
            return None
        return results

    return evaluate


def _with_partial(results: list[Value], inner: Scope) -> Scope:
    inner.run.spend(len(results) // 100)
    return Scope({"partial": results.copy()}, inner, inner.run)


@compile_node.register(syntax.Quantified)
def _quantified(node: syntax.Quantified) -> Closure:
    binders, position = _binders(node.iterators), node.position
    condition, cost = compile_node(node.condition), steps_of(node.condition)
    join = some if node.quantifier == "some" else conjoined

    def evaluate(scope: Scope) -> Value:
        answers = (condition(inner) for inner in _bindings(binders, scope, cost))
        try:
            return join(answer if isinstance(answer, bool) else None for answer in answers)
        except FAULTS as fault:
            scope.run.warn(str(fault), position)
            return None

    return evaluate


@compile_node.register(syntax.Filter)
def _filter(node: syntax.Filter) -> Closure:
    source, position = compile_node(node.source), node.position
    condition, cost = compile_node(node.condition), steps_of(node.condition)
    if isinstance(node.condition, syntax.Literal) and isinstance(node.condition.value, Decimal):
        index = node.condition.value
        return lambda scope: _at(_listed(source(scope)), index, scope, position)

    def evaluate(scope: Scope) -> Value:
        items = _listed(source(scope))
        if items is None:
            return None
        first = condition(_item_scope(items[0] if items else None, scope))
        if isinstance(first, Decimal):
            return _at(items, first, scope, position)
        scope.run.spend(len(items) * cost)
        kept = [item for item in items[:1] if first is True]
        kept += [item for item in items[1:] if condition(_item_scope(item, scope)) is True]
        return kept

    return evaluate


def _listed(value: Value) -> list[Value] | None:
    return value if value is None or isinstance(value, list) else [value]


def _item_scope(item: Value, scope: Scope) -> Scope:
    """Let a condition see the item, and the item's own entries before it."""
    inner = Scope({"item": item}, scope, scope.run)
    return Scope(item, inner, scope.run) if isinstance(item, dict) else inner


def _at(items: list[Value] | None, position: Decimal, scope: Scope, place: int) -> Value:
    if items is None:
        return None
    try:
        number = whole(position)
    except FAULTS:
        number = 0
    index = number - 1 if number > 0 else len(items) + number
    if number and 0 <= index < len(items):
        return items[index]
    scope.run.warn(f"The list has no position {number}.", place)
    return None

"""Terms: literals, names, lists, contexts, ranges and functions."""

from datetime import date
from decimal import Decimal

from workflows.feel import syntax
from workflows.feel.analysis import depth_of, steps_of
from workflows.feel.compiler.dispatch import FAULTS, compile_node
from workflows.feel.days import FarDate
from workflows.feel.environment import MAX_ITEMS, Run
from workflows.feel.errors import FeelFault, FeelLimitError
from workflows.feel.library import LIBRARY
from workflows.feel.scope import Closure, Scope
from workflows.feel.temporal import DateTime, DaysTime, Time, YearsMonths, parse_temporal
from workflows.feel.types import conforms
from workflows.feel.values import Function, Range, Value

FRAMES = 3
"""What a call itself takes of the depth."""

_BOUNDS = (type(None), Decimal, str, date, FarDate, Time, DateTime, YearsMonths, DaysTime)


@compile_node.register(syntax.Literal)
def _literal(node: syntax.Literal) -> Closure:
    value = node.value
    return lambda _: value


@compile_node.register(syntax.AtLiteral)
def _at_literal(node: syntax.AtLiteral) -> Closure:
    try:
        value = parse_temporal(node.text)
    except FAULTS as fault:
        message, position = str(fault), node.position

        def faulty(scope: Scope) -> Value:
            scope.run.warn(message, position)
            return None

        return faulty
    return lambda _: value


@compile_node.register(syntax.Name)
def _name(node: syntax.Name) -> Closure:
    name, position = node.name, node.position
    built_in = LIBRARY.get(name)
    function = None if built_in is None else built_in.as_function()

    def read(scope: Scope) -> Value:
        level: Scope | None = scope
        while level is not None:
            if name in level.names:
                return level.names[name]
            level = level.outer
        if function is None:
            scope.run.warn(f"There is no variable '{name}'.", position)
        return function

    return read


@compile_node.register(syntax.ListLiteral)
def _list(node: syntax.ListLiteral) -> Closure:
    items = tuple(compile_node(item) for item in node.items)
    if len(items) > MAX_ITEMS:

        def too_long(_: Scope) -> Value:
            raise FeelLimitError(f"A list has at most {MAX_ITEMS} items.")

        return too_long
    return lambda scope: [item(scope) for item in items]


@compile_node.register(syntax.ContextLiteral)
def _context(node: syntax.ContextLiteral) -> Closure:
    entries = tuple((name, compile_node(value)) for name, value in node.entries)

    def build(scope: Scope) -> Value:
        made: dict[str, Value] = {}
        inner = Scope(made, scope, scope.run)
        for name, value in entries:
            made[name] = value(inner)
        return made

    return build


@compile_node.register(syntax.RangeLiteral)
def _range(node: syntax.RangeLiteral) -> Closure:
    start = None if node.start is None else compile_node(node.start)
    end = None if node.end is None else compile_node(node.end)
    position, start_included, end_included = node.position, node.start_included, node.end_included

    def build(scope: Scope) -> Value:
        low = None if start is None else start(scope)
        high = None if end is None else end(scope)
        if not (isinstance(low, _BOUNDS) and isinstance(high, _BOUNDS)):
            scope.run.warn("A bound of the range has no order.", position)
            return None
        return Range(low, high, start_included, end_included)

    return build


@compile_node.register(syntax.FunctionDefinition)
def _function(node: syntax.FunctionDefinition) -> Closure:
    body = compile_node(node.body)
    parameters, types = node.parameters, node.types
    depth, cost = depth_of(node.body) + FRAMES, steps_of(node.body)

    def define(scope: Scope) -> Value:
        def call(run: Run, arguments: list[Value]) -> Value:
            if len(arguments) != len(parameters):
                raise FeelFault(f"The function takes {len(parameters)} arguments.")
            names = {
                parameter: _taken(value, kind)
                for parameter, value, kind in zip(parameters, arguments, types, strict=True)
            }
            run.spend(cost)
            run.enter(depth)
            try:
                return body(Scope(names, scope, run))
            finally:
                run.depth -= depth

        return Function("", parameters, call)

    return define


def _taken(value: Value, kind: syntax.Type | None) -> Value:
    """Fit an argument to the type of its parameter."""
    if kind is None or value is None or conforms(value, kind) in (True, None):
        return value
    if isinstance(value, list) and len(value) == 1 and conforms(value[0], kind):
        return value[0]
    raise FeelFault(f"The argument is no {kind.name}.")

"""Cells that can be decided beforehand: tests of the input alone, against constants.

Such a test changes its answer only where the input passes one of its constants. Everything else
(another input, a function of the input, the clock) is beyond decision, and stays unknown.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from workflows.feel import (
    Environment,
    Expression,
    FeelError,
    Range,
    Time,
    UnaryTests,
    Value,
    syntax,
)
from workflows.feel.analysis import free_names, mentions_input
from workflows.feel.library import LIBRARY
from workflows.feel.values import Function

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Any moment will do: what depends on it is no constant."""
_FICKLE: Final = frozenset({"now", "today", "random number", "uuid"})
_CONSTANT_FUNCTIONS: Final = LIBRARY.keys() - _FICKLE


class _UndecidableError(Exception):
    """A part of a test that speaks of more than the input and constants."""


def constants_of(test: UnaryTests) -> tuple[Value, ...] | None:
    """List the values with which a test compares the input; None where it does more than that."""
    if not isinstance(test.tree, syntax.Tests):
        return None
    try:
        return tuple(value for part in test.tree.tests for value in _of_test(part))
    except _UndecidableError:
        return None


def constant_value(node: syntax.Node) -> tuple[Value] | None:
    """Evaluate an expression that no input can change; None where one could, or where it fails."""
    match node:
        case syntax.Literal():
            return (node.value,)
        case syntax.Negation(operand=syntax.Literal(value=Decimal() as number)):
            return (-number,)
        case _:
            pass
    if not free_names(node) <= _CONSTANT_FUNCTIONS:
        return None
    environment = Environment(now=EPOCH)
    try:
        value = Expression("", node).evaluate({}, environment)
    except FeelError:
        return None
    return None if environment.warnings else (value,)


def _of_test(node: syntax.Node) -> Iterator[Value]:
    if isinstance(node, syntax.CompareInput):
        yield from _parts(_constant(node.operand))
    elif isinstance(node, syntax.RangeLiteral):
        for bound in (node.start, node.end):
            if bound is not None:
                yield from _parts(_constant(bound))
    elif mentions_input(node):
        yield from _of_condition(node)
    else:
        yield from _parts(_constant(node))


def _of_condition(node: syntax.Node) -> Iterator[Value]:
    """List the constants of an expression that asks something of ``?``."""
    match node:
        case syntax.Name(name="?") | syntax.InstanceOf(value=syntax.Name(name="?")):
            return
        case (
            syntax.Comparison(left=syntax.Name(name="?"), right=other)
            | syntax.Comparison(left=other, right=syntax.Name(name="?"))
        ):
            yield from _parts(_constant(other))
        case syntax.Between(value=syntax.Name(name="?")):
            yield from _parts(_constant(node.low))
            yield from _parts(_constant(node.high))
        case syntax.In(value=syntax.Name(name="?")):
            for test in node.tests:
                yield from _of_test(test)
        case syntax.Conjunction() | syntax.Disjunction():
            for operand in node.operands:
                yield from _of_condition(operand)
        case syntax.Call(function=syntax.Name(name="not"), arguments=(inner,)):
            yield from _of_condition(inner)
        case _:
            _constant(node)


def _constant(node: syntax.Node) -> Value:
    found = constant_value(node)
    if found is None:
        raise _UndecidableError
    return found[0]


def _parts(value: Value) -> Iterator[Value]:
    """List the scalars by which a value under comparison can be told from others."""
    match value:
        case Range():
            yield from (bound for bound in (value.start, value.end) if bound is not None)
        case list():
            for item in value:
                yield from _parts(item)
        case dict() | Function() | Time(zone=int() | str()):
            # Times with zones run over midnight: they have an order, but no line.
            raise _UndecidableError
        case _:
            yield value

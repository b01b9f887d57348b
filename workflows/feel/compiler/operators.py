"""Operators: arithmetic, comparison, logic and the choice between two."""

import operator
from collections.abc import Callable
from decimal import Decimal

from workflows.feel import syntax
from workflows.feel.arithmetic import OPERATIONS, negate, operate
from workflows.feel.compiler.dispatch import FAULTS, compile_node, explain
from workflows.feel.scope import Closure, Scope
from workflows.feel.types import conforms
from workflows.feel.values import Value, compare, equals, every, type_name

POWER_COST = 16
"""What a power takes, in steps."""
COMPARISON_COST = 5
"""What comparing others than numbers and texts takes, in steps: zones are looked up."""

ORDERS: dict[str, Callable[..., bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@compile_node.register(syntax.Negation)
def _negation(node: syntax.Negation) -> Closure:
    operand, position = compile_node(node.operand), node.position

    def evaluate(scope: Scope) -> Value:
        try:
            return negate(operand(scope))
        except FAULTS as fault:
            scope.run.warn(str(fault), position)
            return None

    return evaluate


@compile_node.register(syntax.Arithmetic)
def _arithmetic(node: syntax.Arithmetic) -> Closure:
    left, right = compile_node(node.left), compile_node(node.right)
    sign, position = node.operator, node.position
    direct = OPERATIONS[sign][Decimal, Decimal]
    cost = POWER_COST if sign == "**" else 0

    def evaluate(scope: Scope) -> Value:
        one, other = left(scope), right(scope)
        if cost:
            scope.run.spend(cost)
        try:
            if type(one) is Decimal and type(other) is Decimal:
                return direct(one, other)
            result = operate(sign, one, other)
        except FAULTS as fault:
            scope.run.warn(explain(fault), position)
            return None
        scope.run.charge(result)
        return result

    return evaluate


@compile_node.register(syntax.Comparison)
def _comparison(node: syntax.Comparison) -> Closure:
    if node.operator in ("=", "!="):
        return _equality(node)
    left, right = compile_node(node.left), compile_node(node.right)
    holds, sign, position = ORDERS[node.operator], node.operator, node.position

    def evaluate(scope: Scope) -> Value:
        one, other = left(scope), right(scope)
        kind = type(one)
        if kind is type(other) and (kind is Decimal or kind is str):
            return holds(one, other)
        scope.run.spend(COMPARISON_COST)
        order = compare(one, other)
        if order is None:
            scope.run.warn(f"There is no {type_name(one)} {sign} {type_name(other)}.", position)
            return None
        return holds(order, 0)

    return evaluate


def _equality(node: syntax.Comparison) -> Closure:
    left, right = compile_node(node.left), compile_node(node.right)
    wanted, sign, position = node.operator == "=", node.operator, node.position

    def evaluate(scope: Scope) -> Value:
        one, other = left(scope), right(scope)
        kind = type(one)
        if kind is type(other) and (kind is str or kind is Decimal):
            return (one == other) is wanted
        if kind is list or kind is dict:
            scope.run.weigh(one)
        equal = equals(one, other)
        if equal is None:
            scope.run.warn(f"There is no {type_name(one)} {sign} {type_name(other)}.", position)
            return None
        return equal is wanted

    return evaluate


@compile_node.register(syntax.Conjunction)
def _conjunction(node: syntax.Conjunction) -> Closure:
    operands = tuple(compile_node(operand) for operand in node.operands)

    def evaluate(scope: Scope) -> Value:
        unknown = False
        for operand in operands:
            value = operand(scope)
            if value is False:
                return False
            unknown = unknown or value is not True
        return None if unknown else True

    return evaluate


@compile_node.register(syntax.Disjunction)
def _disjunction(node: syntax.Disjunction) -> Closure:
    operands = tuple(compile_node(operand) for operand in node.operands)

    def evaluate(scope: Scope) -> Value:
        unknown = False
        for operand in operands:
            value = operand(scope)
            if value is True:
                return True
            unknown = unknown or value is not False
        return None if unknown else False

    return evaluate


@compile_node.register(syntax.Between)
def _between(node: syntax.Between) -> Closure:
    value, low, high = compile_node(node.value), compile_node(node.low), compile_node(node.high)
    position = node.position

    def evaluate(scope: Scope) -> Value:
        it = value(scope)
        orders = compare(low(scope), it), compare(it, high(scope))
        answer = every(None if order is None else order <= 0 for order in orders)
        if answer is None:
            scope.run.warn(f"A {type_name(it)} cannot be compared with the bounds.", position)
        return answer

    return evaluate


@compile_node.register(syntax.InstanceOf)
def _instance_of(node: syntax.InstanceOf) -> Closure:
    value, kind, position = compile_node(node.value), node.type, node.position

    def evaluate(scope: Scope) -> Value:
        it = value(scope)
        if kind.arguments:
            scope.run.weigh(it)
        answer = conforms(it, kind)
        if answer is None:
            scope.run.warn(f"There is no type '{kind.name}'.", position)
        return answer

    return evaluate


@compile_node.register(syntax.If)
def _if(node: syntax.If) -> Closure:
    condition, position = compile_node(node.condition), node.position
    consequence, alternative = compile_node(node.consequence), compile_node(node.alternative)

    def evaluate(scope: Scope) -> Value:
        answer = condition(scope)
        if answer is True:
            return consequence(scope)
        if answer is not False:
            scope.run.warn("The condition is neither true nor false.", position)
        return alternative(scope)

    return evaluate

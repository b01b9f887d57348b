"""Unary tests and ``in``: the value under test, ``?``, against tests."""

from decimal import Decimal

from workflows.feel import syntax
from workflows.feel.analysis import mentions_input
from workflows.feel.compiler.dispatch import compile_node
from workflows.feel.compiler.operators import ORDERS
from workflows.feel.scope import INPUT, Closure, Scope
from workflows.feel.values import Range, Value, compare, contains, equals, some


@compile_node.register(syntax.CompareInput)
def _compare_input(node: syntax.CompareInput) -> Closure:
    operand, sign = compile_node(node.operand), node.operator
    if sign in ("=", "!="):
        wanted = sign == "="

        def evaluate_equality(scope: Scope) -> Value:
            equal = equals(scope.find(INPUT), operand(scope))
            return None if equal is None else equal is wanted

        return evaluate_equality
    holds = ORDERS[sign]

    def evaluate(scope: Scope) -> Value:
        one, other = scope.find(INPUT), operand(scope)
        if type(one) is Decimal and type(other) is Decimal:
            return holds(one, other)
        order = compare(one, other)
        return None if order is None else holds(order, 0)

    return evaluate


def compile_test(node: syntax.Node) -> Closure:
    """Make the closure of one test: true, false, or null where the input cannot be tested."""
    closure = compile_node(node)
    if isinstance(node, syntax.CompareInput):
        return closure
    if isinstance(node, syntax.Literal | syntax.AtLiteral):
        return lambda scope: equals(scope.find(INPUT), closure(scope))
    if mentions_input(node):

        def assess(scope: Scope) -> Value:
            answer = closure(scope)
            return answer if isinstance(answer, bool) else None

        return assess

    def compare_values(scope: Scope) -> Value:
        value, wanted = scope.find(INPUT), closure(scope)
        scope.run.weigh(value)
        scope.run.charge(wanted)
        return matches(value, wanted)

    return compare_values


def matches(value: Value, wanted: Value) -> bool | None:
    """Tell whether a value is what a test evaluated to, or lies in it.

    An expression that is true for itself matches every input that is no boolean (DMN 7.3.3).
    """
    if isinstance(wanted, Range):
        return contains(wanted, value)
    if isinstance(wanted, list):
        return equals(value, wanted) is True or any(matches(value, item) for item in wanted)
    if isinstance(wanted, bool) and not isinstance(value, bool):
        return wanted
    return equals(value, wanted)


@compile_node.register(syntax.In)
def _in(node: syntax.In) -> Closure:
    value = compile_node(node.value)
    tests = tuple(compile_test(test) for test in node.tests)

    def evaluate(scope: Scope) -> Value:
        inner = Scope({INPUT: value(scope)}, scope, scope.run)
        return some(_truth(test(inner)) for test in tests)

    return evaluate


@compile_node.register(syntax.Tests)
def _tests(node: syntax.Tests) -> Closure:
    tests = tuple(compile_test(test) for test in node.tests)
    if not tests:
        return lambda _: True
    if len(tests) == 1 and not node.negated:
        return tests[0]
    negated = node.negated

    def evaluate(scope: Scope) -> Value:
        answer = some(_truth(test(scope)) for test in tests)
        return answer if answer is None or not negated else not answer

    return evaluate


def _truth(answer: Value) -> bool | None:
    return answer if isinstance(answer, bool) else None

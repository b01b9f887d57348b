"""Invocations of built-in and defined functions."""

from workflows.feel import syntax
from workflows.feel.compiler.dispatch import FAULTS, compile_node, explain
from workflows.feel.environment import Run
from workflows.feel.errors import FeelAssertion, FeelFault
from workflows.feel.library import LIBRARY
from workflows.feel.scope import Closure, Scope
from workflows.feel.values import Function, Value, type_name


@compile_node.register(syntax.Call)
def _call(node: syntax.Call) -> Closure:
    if isinstance(node.function, syntax.Name) and node.function.name in LIBRARY:
        return _built_in(node, node.function.name)
    function, position, keywords = compile_node(node.function), node.position, node.keywords
    arguments = tuple(compile_node(argument) for argument in node.arguments)

    def evaluate(scope: Scope) -> Value:
        called = function(scope)
        scope.run.spend(1)
        try:
            return invoke(called, [argument(scope) for argument in arguments], keywords, scope.run)
        except FAULTS as fault:
            scope.run.warn(str(fault), position)
            return None

    return evaluate


QUIET = frozenset({"is defined", "get or else"})
"""Built-ins that ask whether there is a value; that there is none is no warning."""


def _built_in(node: syntax.Call, name: str) -> Closure:
    """Bind a built-in once; a function of the same name in scope goes before it."""
    position, keywords = node.position, node.keywords
    arguments = tuple(compile_node(argument) for argument in node.arguments)
    quiet = name in QUIET
    cost, bound = LIBRARY[name].cost, LIBRARY[name].bind(len(arguments), keywords)

    def evaluate(scope: Scope) -> Value:
        run = scope.run
        run.spend(cost)
        told = len(run.environment.warnings)
        values = [argument(scope) for argument in arguments]
        if quiet:
            del run.environment.warnings[told:]
        shadow = scope.find(name)
        for value in values:
            run.charge(value)
        try:
            if type(shadow) is Function:
                return invoke(shadow, values, keywords, run)
            result = bound(run, values)
        except FAULTS as fault:
            is_assertion = isinstance(fault, FeelAssertion)
            run.warn(f"{name}: {explain(fault)}", position, is_assertion=is_assertion)
            return None
        run.charge(result)
        return result

    return evaluate


def invoke(called: Value, arguments: list[Value], keywords: tuple[str, ...], run: Run) -> Value:
    """Call a function value with positional or named arguments."""
    if not isinstance(called, Function):
        raise FeelFault(f"A {type_name(called)} cannot be invoked.")
    if not keywords:
        return called.call(run, arguments)
    named = dict(zip(keywords, arguments, strict=True))
    if len(named) != len(keywords) or named.keys() != set(called.parameters):
        raise FeelFault(f"The function takes {', '.join(called.parameters) or 'no arguments'}.")
    return called.call(run, [named[parameter] for parameter in called.parameters])

"""Compiled expressions and unary tests: a text once, a value anywhere."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from workflows.feel.analysis import free_names
from workflows.feel.compiler import compile_node
from workflows.feel.environment import Environment, Run
from workflows.feel.errors import FeelError, FeelLimitError, FeelWarning
from workflows.feel.library import LIBRARY
from workflows.feel.names import KnownNames
from workflows.feel.parser import parse_expression, parse_unary_tests
from workflows.feel.scope import INPUT, Closure, Scope
from workflows.feel.syntax import Node
from workflows.feel.values import Value

_FUNCTIONS = KnownNames(LIBRARY)
_FAULTS = (FeelError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class _Compiled:
    """A text, its tree, and the closure that evaluates it."""

    __slots__ = ("_closure", "_names", "text", "tree")

    def __init__(self, text: str, tree: Node) -> None:
        self.text = text
        self.tree = tree
        self._names: frozenset[str] | None = None
        self._closure: Closure | None = None

    @property
    def names(self) -> frozenset[str]:
        """The names that are taken from the scope."""
        if self._names is None:
            self._names = free_names(self.tree) - {INPUT} - LIBRARY.keys()
        return self._names

    def compiled(self) -> Closure:
        """Make the closure, when it is first asked for: of a large table most cells never are."""
        self._closure = compile_node(self.tree)
        return self._closure

    def _run(self, scope: Scope) -> Value:
        """Evaluate within the limits; whatever else goes wrong is null and a warning."""
        warnings = scope.run.environment.warnings
        told = len(warnings)
        try:
            value = (self._closure or self.compiled())(scope)
            scope.run.weigh(value)
        except FeelLimitError:
            raise
        except RecursionError:
            raise FeelLimitError("The evaluation nests too deep.") from None
        except MemoryError:
            raise FeelLimitError("The evaluation takes too much memory.") from None
        except _FAULTS as fault:
            scope.run.warn(f"The expression failed: {fault}", 0)
            return None
        else:
            return value
        finally:
            if len(warnings) > told:
                warnings[told:] = self._with_inputs(warnings[told:], scope)

    def _with_inputs(self, warnings: list[FeelWarning], scope: Scope) -> list[FeelWarning]:
        """Say over which inputs the warnings came to be."""
        names = sorted(self.names | {INPUT})
        try:
            inputs = tuple((name, scope.find(name)) for name in names if scope.knows(name))
        except _FAULTS:  # what holds the names is itself what fails
            return warnings
        return [replace(warning, inputs=inputs) for warning in warnings]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r})"


class Expression(_Compiled):
    """A compiled expression."""

    __slots__ = ()

    def evaluate(self, scope: Mapping[str, Value], env: Environment) -> Value:
        """Evaluate over named values; a fault gives null and a warning in the environment."""
        return self._run(Scope(scope, None, Run(env, self.text)))


class UnaryTests(_Compiled):
    """Compiled unary tests."""

    __slots__ = ()

    def matches(self, value: Value, scope: Mapping[str, Value], env: Environment) -> bool | None:
        """Test a value; None where it cannot be told."""
        run = Run(env, self.text)
        answer = self._run(Scope({INPUT: value}, Scope(scope, None, run), run))
        return answer if isinstance(answer, bool) else None


def compile_expression(text: str, names: Iterable[str] = ()) -> Expression:
    """Compile an expression; ``names`` are those in scope that may hold blanks or signs.

    Raises FeelSyntaxError.
    """
    return Expression(text, parse_expression(text, names, _FUNCTIONS))


def compile_unary_tests(text: str, names: Iterable[str] = ()) -> UnaryTests:
    """Compile unary tests, such as a cell of a decision table; raises FeelSyntaxError."""
    return UnaryTests(text, parse_unary_tests(text, names, _FUNCTIONS))

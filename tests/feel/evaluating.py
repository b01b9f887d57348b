"""Evaluates expressions at a fixed moment; values told as FEEL writes them."""

from datetime import UTC, datetime

from workflows.feel import Environment, Value, compile_expression, compile_unary_tests
from workflows.feel.text import literal_text
from workflows.feel.wire import from_plain

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def an_environment(**settings):
    return Environment(**{"now": NOW, "seed": "case-1", **settings})


def values(variables):
    return {name: from_plain(value) for name, value in variables.items()}


def evaluate(text: str, /, **variables) -> Value:
    """Evaluate an expression over plain variables."""
    scope = values(variables)
    return compile_expression(text, scope).evaluate(scope, an_environment())


def told(text: str, /, **variables) -> str:
    """Evaluate, and write the value."""
    return literal_text(evaluate(text, **variables))


def warned(text: str, /, **variables) -> list[str]:
    """Evaluate, and list the warnings."""
    scope, environment = values(variables), an_environment()
    compile_expression(text, scope).evaluate(scope, environment)
    return [warning.message for warning in environment.warnings]


def matched(tests: str, value: object, /, **variables) -> bool | None:
    """Test a plain value."""
    scope = values(variables)
    return compile_unary_tests(tests, scope).matches(from_plain(value), scope, an_environment())

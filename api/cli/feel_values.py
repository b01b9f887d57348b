"""Variables of the command line, and an evaluation over them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from workflows.feel import (
    Environment,
    FeelError,
    Value,
    compile_expression,
    compile_unary_tests,
)
from workflows.feel.wire import read_json

Scope = dict[str, Value]


def fresh_environment() -> Environment:
    """Make an environment of this very moment."""
    now = datetime.now(UTC)
    return Environment(now=now, seed=now.isoformat())


def evaluate(
    text: str,
    scope: Mapping[str, Value],
    environment: Environment,
    *,
    unary: bool = False,
    tested: Value = None,
) -> Value:
    """Evaluate an expression, or test a value by unary tests."""
    if unary:
        return compile_unary_tests(text, scope).matches(tested, scope, environment)
    return compile_expression(text, scope).evaluate(scope, environment)


def read_value(text: str | None) -> Value:
    """Read a value of the command line: JSON where it is JSON, else text."""
    if text is None:
        return None
    try:
        return read_json(text)
    except (ValueError, FeelError):
        return text


def read_file(file: Path) -> Scope:
    """Read a file of variables, a JSON object; raises ValueError."""
    try:
        found = read_json(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, FeelError) as error:
        raise ValueError(f"{file}: {error}") from None
    if not isinstance(found, dict):
        raise ValueError(f"{file} must hold a JSON object.")  # noqa: TRY004 - it is what we read
    return found


def read_pairs(pairs: Iterable[str]) -> Scope:
    """Read ``name=value`` pairs; raises ValueError."""
    scope: Scope = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name.strip():
            raise ValueError(f"'{pair}' is not name=value.")
        scope[name.strip()] = read_value(value)
    return scope

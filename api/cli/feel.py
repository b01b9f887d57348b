"""``baoquan feel``: evaluate an expression or unary tests; one, or a batch of JSON lines."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Never

import typer

from api.cli.batch import batch_lines, read_case
from workflows.feel import (
    Environment,
    FeelError,
    FeelSyntaxError,
    Value,
    compile_expression,
    compile_unary_tests,
)
from workflows.feel.text import literal_text
from workflows.feel.wire import decode, encode, from_plain, read_json

Scope = dict[str, Value]

Text = Annotated[str | None, typer.Argument(help="The expression.", show_default=False)]
Var = Annotated[
    list[str] | None, typer.Option("--var", help="name=value; the value as JSON, else as text.")
]
Vars = Annotated[
    Path | None,
    typer.Option("--vars", help="A JSON file of variables.", exists=True, dir_okay=False),
]
Unary = Annotated[bool, typer.Option("--unary", help="Read unary tests, and test the input.")]
Input = Annotated[
    str | None, typer.Option("--input", help="What unary tests test: JSON, else text.")
]
Batch = Annotated[
    Path | None,
    typer.Option(
        "--batch",
        help="JSON lines in (- for standard input), JSON lines out; see play.md.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def feel_command(  # noqa: PLR0913 the options of the command line
    expression: Text = None,
    *,
    var: Var = None,
    variables: Vars = None,
    unary: Unary = False,
    input_: Input = None,
    batch: Batch = None,
    json_: Json = False,
) -> None:
    """Evaluate a FEEL expression."""
    if batch is not None:
        for answer in answer_batch(batch_lines(batch)):
            typer.echo(_line(answer))
        return
    if expression is None:
        raise typer.BadParameter("Give an expression, or --batch.")
    scope = _scope(variables, var or ())
    environment = _environment()
    try:
        value = _evaluate(expression, scope, unary, _read(input_), environment)
    except FeelError as error:
        _fail(error, json_)
    _show(value, environment, json_)


def _evaluate(
    text: str, scope: Mapping[str, Value], unary: bool, tested: Value, environment: Environment
) -> Value:
    if unary:
        return compile_unary_tests(text, scope).matches(tested, scope, environment)
    return compile_expression(text, scope).evaluate(scope, environment)


def _environment() -> Environment:
    now = datetime.now(UTC)
    return Environment(now=now, seed=now.isoformat())


# Variables


def _scope(file: Path | None, pairs: Iterable[str]) -> Scope:
    scope: Scope = {}
    if file is not None:
        try:
            found = read_json(file.read_text(encoding="utf-8-sig"))
        except (ValueError, FeelError) as error:
            raise typer.BadParameter(f"{file}: {error}", param_hint="--vars") from None
        if not isinstance(found, dict):
            raise typer.BadParameter(f"{file} must hold a JSON object.", param_hint="--vars")
        scope |= found
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name.strip():
            raise typer.BadParameter(f"'{pair}' is not name=value.", param_hint="--var")
        scope[name.strip()] = _read(value)
    return scope


def _read(text: str | None) -> Value:
    """Read a value of the command line: JSON where it is JSON, else text."""
    if text is None:
        return None
    try:
        return read_json(text)
    except (ValueError, FeelError):
        return text


# Output


def _show(value: Value, environment: Environment, json_: bool) -> None:
    warnings = environment.warnings
    if json_:
        told = [{"message": each.message, "position": each.position} for each in warnings]
        typer.echo(_line({"value": encode(value), "warnings": told}))
        return
    for warning in warnings:
        typer.echo(f"warning: {warning.message} (at {warning.position + 1})", err=True)
    typer.echo(literal_text(value))


def _fail(error: FeelError, json_: bool) -> Never:
    if json_:
        typer.echo(_line(_told(error)))
    else:
        typer.echo(f"error: {error}", err=True)
        if isinstance(error, FeelSyntaxError):
            typer.echo(error.caret(), err=True)
    raise typer.Exit(1)


def _told(error: Exception) -> dict[str, object]:
    if isinstance(error, FeelSyntaxError):
        place = {"position": error.position, "line": error.line, "column": error.column}
        return {"error": str(error), **place}
    return {"error": str(error)}


def _line(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)


# Batch


def answer_batch(lines: Iterable[bytes]) -> Iterator[dict[str, object]]:
    """Answer each line; a line at fault answers an error and stops nothing."""
    return (_answer_line(line) for line in lines if line.strip())


def _answer_line(line: bytes) -> dict[str, object]:
    name: object = None
    try:
        case = read_case(line)
        name = case.get("id")
        return {"id": name, "value": encode(_answer(case))}
    except (ValueError, TypeError, RecursionError, FeelError) as error:
        return {"id": name, **_told(error)}


def _answer(case: Mapping[str, object]) -> Value:
    mode, text = case.get("mode") or "expression", case.get("expression")
    variables = case.get("variables") or {}
    if mode not in ("expression", "unary"):
        raise ValueError("Expected the mode 'expression' or 'unary'.")
    if not isinstance(text, str) or not isinstance(variables, dict):
        raise TypeError("Expected the text 'expression' and the object 'variables'.")
    scope = {str(name): _taken(value) for name, value in variables.items()}
    return _evaluate(text, scope, mode == "unary", _taken(case.get("input")), _environment())


def _taken(value: object) -> Value:
    """Take an encoded value; one without a tag as plain JSON."""
    tagged = isinstance(value, dict) and isinstance(value.get("t"), str)
    return decode(value) if tagged else from_plain(value)

"""``baoquan feel``: evaluate, check or format expressions; one, a batch, or a conversation."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Never

import typer

from api.cli.batch import batch_lines
from api.cli.feel_batch import answer_batch
from api.cli.feel_session import converse
from api.cli.feel_showing import (
    error_as_json,
    error_lines,
    finding_as_json,
    finding_lines,
    json_line,
    value_as_json,
    value_lines,
    warning_lines,
)
from api.cli.feel_values import (
    Scope,
    evaluate,
    fresh_environment,
    read_file,
    read_pairs,
    read_value,
)
from workflows.feel import (
    Expression,
    FeelError,
    UnaryTests,
    Value,
    check,
    compile_expression,
    compile_unary_tests,
)
from workflows.feel.printer import print_tree

Text = Annotated[
    str | None,
    typer.Argument(help="The expression; without one, a conversation.", show_default=False),
]
Var = Annotated[
    list[str] | None, typer.Option("--var", help="name=value; the value as JSON, else as text.")
]
Vars = Annotated[
    Path | None,
    typer.Option(
        "--vars", "--context", help="A JSON file of variables.", exists=True, dir_okay=False
    ),
]
Unary = Annotated[bool, typer.Option("--unary", help="Read unary tests, and test the input.")]
Input = Annotated[
    str | None, typer.Option("--input", help="What unary tests test: JSON, else text.")
]
Check = Annotated[
    bool,
    typer.Option("--check", help="Evaluate nothing; tell what is wrong whatever the inputs are."),
]
Format = Annotated[
    bool, typer.Option("--format", help="Evaluate nothing; print the canonical form.")
]
Batch = Annotated[
    Path | None,
    typer.Option(
        "--batch",
        help="JSON lines in (- for standard input), JSON lines out; see docs/feel.md.",
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
    check_: Check = False,
    format_: Format = False,
    batch: Batch = None,
    json_: Json = False,
) -> None:
    """Evaluate a FEEL expression.

    A null that nobody wrote is explained on standard error: what, where, over which inputs. Names
    with blanks may stand in --var and --vars. Without an expression, on a terminal, a conversation
    begins: lines are answered as they come, Tab completes names, :help tells the rest.
    """
    if batch is not None:
        _say(map(json_line, answer_batch(batch_lines(batch))))
        return
    scope = _scope(variables, var or ())
    if expression is None:
        if not sys.stdin.isatty():
            raise typer.BadParameter("Give an expression, or --batch.")
        converse(scope)
        return
    try:
        if check_ or format_:
            compiled = (compile_unary_tests if unary else compile_expression)(expression, scope)
            _checked(compiled, scope, json_) if check_ else typer.echo(print_tree(compiled.tree))
        else:
            _evaluated(expression, scope, json_, unary=unary, tested=read_value(input_))
    except FeelError as error:
        _fail(error, json_)


def _evaluated(text: str, scope: Scope, json_: bool, *, unary: bool, tested: Value) -> None:
    environment = fresh_environment()
    value = evaluate(text, scope, environment, unary=unary, tested=tested)
    if json_:
        typer.echo(json_line(value_as_json(value, environment.warnings)))
    else:
        _say(warning_lines(environment.warnings), err=True)
        _say(value_lines(value))


def _scope(file: Path | None, pairs: Iterable[str]) -> Scope:
    try:
        known = {} if file is None else read_file(file)
        return known | read_pairs(pairs)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _checked(compiled: Expression | UnaryTests, scope: Scope, json_: bool) -> None:
    """Check against the variables that are given, or, where none is, against any."""
    findings = check(compiled.tree, scope or None).findings
    if json_:
        told = [finding_as_json(compiled.text, found) for found in findings]
        typer.echo(json_line({"findings": told}))
    else:
        _say(finding_lines(compiled.text, findings))
    if any(found.severity == "error" for found in findings):
        raise typer.Exit(1)


def _fail(error: FeelError, json_: bool) -> Never:
    if json_:
        typer.echo(json_line(error_as_json(error)))
    else:
        _say(error_lines(error), err=True)
    raise typer.Exit(1)


def _say(lines: Iterable[str], *, err: bool = False) -> None:
    for line in lines:
        typer.echo(line, err=err)

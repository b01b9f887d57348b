"""``baoquan dmn``: ask a decision, with the rules that fired; one, or a batch of JSON lines."""

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from api.cli.batch import batch_lines, read_case
from api.cli.lint import describe_whole
from api.cli.terminal import visible
from workflows.diagnostics import Diagnostic, Severity
from workflows.dmn import DecisionLibrary, DecisionOutcome, DecisionProgram, compile_decisions
from workflows.dmn.check import check_decisions
from workflows.dmn.explanation import ExplainedTable
from workflows.dmn.library import INVOCABLE_KINDS, InvocableKind
from workflows.feel import (
    Environment,
    FeelLimitError,
    FeelSyntaxError,
    Value,
    compile_expression,
)
from workflows.feel.errors import FeelFault
from workflows.feel.text import literal_text, to_text
from workflows.feel.wire import decode, encode, read_json, to_plain

_COLORS: Final[dict[Severity, str]] = {
    "error": typer.colors.RED,
    "warning": typer.colors.YELLOW,
    "info": typer.colors.BLUE,
}

Model = Annotated[Path | None, typer.Argument(help="The .dmn file.")]
Invocable = Annotated[
    str | None, typer.Argument(help="Id or name of what to ask; the only decision goes unnamed.")
]
Extra = Annotated[
    list[Path] | None, typer.Option("--with", help="A further .dmn file, imported by the model.")
]
Var = Annotated[
    list[str] | None,
    typer.Option("--var", help='name=value; the value as JSON, or as FEEL after "=", else text.'),
]
Batch = Annotated[
    Path | None, typer.Option("--batch", help="JSON lines in, JSON lines out; see play.md.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Explain = Annotated[
    bool, typer.Option("--explain", help="Tell for every rule why it matched or did not.")
]


def dmn_command(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    model: Model = None,
    decision: Invocable = None,
    var: Var = None,
    extra: Extra = None,
    batch: Batch = None,
    json_: Json = False,
    explain: Explain = False,
) -> None:
    """Ask a decision, a decision service or a business knowledge model."""
    if batch is not None:
        for answer in answer_batch(batch_lines(batch)):
            typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    if model is None:
        raise typer.BadParameter("Name a model, or give --batch.")
    library = _library((model, *(extra or ())))
    program = _choose(library, decision)
    inputs = dict(map(_variable, var or ()))
    try:
        outcome = program.evaluate(inputs, _environment(), explain=explain)
    except FeelLimitError as error:
        typer.secho(str(error), err=True, fg=typer.colors.RED)
        raise typer.Exit(1) from None
    _show_json(program, outcome) if json_ else _show(program, outcome)
    if outcome.failed:
        raise typer.Exit(1)


# --- Batch -----------------------------------------------------------------------------------


class Libraries:
    """Models compiled in this run, each set of files once."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, ...], DecisionLibrary] = {}

    def of(self, files: tuple[str, ...]) -> DecisionLibrary:
        """Compile some files, or find them compiled; raises OSError when one is not there."""
        if files not in self._compiled:
            sources = {file: Path(file).read_bytes() for file in files}
            self._compiled[files] = compile_decisions(sources)
        return self._compiled[files]


def answer_batch(lines: Iterable[bytes]) -> Iterator[dict[str, object]]:
    """Answer each line; a line at fault answers an error and stops nothing."""
    libraries = Libraries()
    return (_answer_line(line, libraries) for line in lines if line.strip())


def _answer_line(line: bytes, libraries: Libraries) -> dict[str, object]:
    name: object = None
    try:
        case = read_case(line)
        name = case.get("id")
        return {"id": name, **_answer(case, libraries)}
    except KeyError as error:
        return {"id": name, "error": f"The case lacks {error}."}
    except (OSError, ValueError, TypeError, RecursionError, FeelLimitError) as error:
        return {"id": name, "error": str(error)}


def _answer(case: Mapping[str, Any], libraries: Libraries) -> dict[str, object]:
    files = (str(case["model"]), *map(str, case.get("extra_models") or ()))
    library = libraries.of(files)
    kind = _kind(str(case.get("kind") or "decision"))
    program = library.find(str(case["invocable"]), kind)
    if program is None:
        raise ValueError(_not_found(str(case["invocable"]), kind, library))
    given = case.get("inputs") or {}
    if not isinstance(given, dict):
        raise TypeError("Expected an object at 'inputs'.")
    inputs = {str(name): decode(value) for name, value in given.items()}
    outcome = program.evaluate(inputs, _environment())
    value, result = outcome.value, case.get("result")
    if len(program.outputs) > 1 and result in program.outputs and isinstance(value, dict):
        value = value.get(str(result))
    return {"value": encode(value), "diagnostics": [_plain(one) for one in outcome.diagnostics]}


def _not_found(invocable: str, kind: InvocableKind, library: DecisionLibrary) -> str:
    faults = [one for one in library.diagnostics if one.severity == "error"]
    reasons = "".join(f" {one.message}" for one in faults[:3])
    return f'There is no {kind} "{invocable}" in the model.{reasons}'


def _plain(finding: Diagnostic) -> dict[str, object]:
    fields = dataclasses.asdict(finding)
    return {name: value for name, value in fields.items() if value is not None}


# --- One decision ------------------------------------------------------------------------------


def _library(paths: tuple[Path, ...]) -> DecisionLibrary:
    try:
        library = compile_decisions({str(path): path.read_bytes() for path in paths})
    except OSError as error:
        raise typer.BadParameter(str(error)) from None
    for finding in (*library.diagnostics, *check_decisions(library)):
        typer.secho("\n".join(describe_whole(finding)), err=True, fg=_COLORS[finding.severity])
    return library


def _choose(library: DecisionLibrary, wanted: str | None) -> DecisionProgram:
    if wanted is None and len(library.decisions) == 1:
        return next(iter(library.decisions.values()))
    for kind in INVOCABLE_KINDS:
        program = None if wanted is None else library.find(wanted, kind)
        if program is not None:
            return program
    names = ", ".join(library.by_name) or "none"
    raise typer.BadParameter(f"Name one of the model's decisions: {names}.")


def _kind(text: str) -> InvocableKind:
    for kind in INVOCABLE_KINDS:
        if kind == text:
            return kind
    raise ValueError(f'"{text}" is none of {", ".join(INVOCABLE_KINDS)}.')


def _variable(text: str) -> tuple[str, Value]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise typer.BadParameter(f'Expected name=value, but got "{text}".')
    if value.startswith("="):
        try:
            expression = compile_expression(value[1:])
        except FeelSyntaxError as error:
            raise typer.BadParameter(f"{name}: {error}\n{error.caret()}") from None
        return name, expression.evaluate({}, _environment())
    try:
        return name, read_json(value)
    except FeelFault:
        return name, value


def _environment() -> Environment:
    return Environment(now=datetime.now(UTC).astimezone())


def _show_json(program: DecisionProgram, outcome: DecisionOutcome) -> None:
    document = {
        "decision": program.id,
        "name": program.name,
        "value": to_plain(outcome.value),
        "fired": [dataclasses.asdict(table) for table in outcome.fired],
        "evaluated": {name: to_plain(value) for name, value in outcome.evaluated},
        "diagnostics": [_plain(one) for one in outcome.diagnostics],
    }
    if outcome.explained:
        document["explained"] = list(map(_explained, outcome.explained))
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _show(program: DecisionProgram, outcome: DecisionOutcome) -> None:
    typer.secho(f"{program.name} = {to_text(outcome.value)}", bold=True)
    for table in outcome.fired:
        numbers = ", ".join(str(rule.number) for rule in table.rules) or "none"
        typer.echo(f"  {table.decision}: rules {numbers}")
        for rule in table.rules:
            notes = "; ".join(note for note in rule.annotations if note)
            typer.echo(f"    {rule.number} {rule.id or ''} {notes}".rstrip())
    for one in outcome.explained:
        _show_explained(one)
    for finding in outcome.diagnostics:
        for line in describe_whole(finding):
            typer.secho(f"  {line}", fg=_COLORS[finding.severity])


def _explained(table: ExplainedTable) -> dict[str, object]:
    return {
        "decision": table.decision,
        "hitPolicy": table.hit_policy,
        "inputs": {name: to_plain(value) for name, value in table.inputs},
        "rules": [dataclasses.asdict(rule) for rule in table.rules],
    }


def _show_explained(table: ExplainedTable) -> None:
    asked = ", ".join(f"{name} = {literal_text(value)}" for name, value in table.inputs)
    typer.echo(visible(f"  {table.label}, {table.hit_policy}: {asked}"))
    for rule in table.rules:
        reasons = "; ".join(f"{one.input} is not {one.test.strip()}" for one in rule.failed)
        verdict = f"no: {reasons}" if rule.failed else "matches"
        typer.echo(visible(f"    rule {rule.number} {verdict}"))

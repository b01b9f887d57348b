"""``baoquan lint``: every diagnostic of some drawings, element by element."""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api.deployable import compile_models
from workflows.bpmn.deployment import Compilation
from workflows.diagnostics import Diagnostic
from workflows.xml_source import MAX_BYTES

Files = Annotated[
    list[Path], typer.Argument(help="The .bpmn and .dmn files that are deployed together.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

FORBIDDEN = 1
"""Exit status where a file may not be deployed."""
UNREADABLE = 2
"""Exit status where a file cannot be read."""


def lint_command(files: Files, json_: Json = False) -> None:
    """Check drawings as a deployment would; exit 1 when a file may not be deployed."""
    compilation = compile_models({str(path): _read(path) for path in files})
    _show_json(compilation) if json_ else _show(compilation)
    if not compilation.is_deployable:
        raise typer.Exit(FORBIDDEN)


def _read(path: Path) -> bytes:
    """No more than is ever read of a model; a longer file is refused as too large."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        typer.echo(f"{path}: {error.strerror}", err=True)
        raise typer.Exit(UNREADABLE) from None


def _show(compilation: Compilation) -> None:
    for finding in compilation.diagnostics:
        typer.echo("\n".join(describe_whole(finding)))
    errors = sum(finding.severity == "error" for finding in compilation.diagnostics)
    warnings = sum(finding.severity == "warning" for finding in compilation.diagnostics)
    verdict = "may be deployed" if compilation.is_deployable else "may not be deployed"
    typer.echo(f"{_count(errors, 'error')}, {_count(warnings, 'warning')}: {verdict}.")


def describe_whole(finding: Diagnostic) -> Iterator[str]:
    """One finding with the lines that show the place in the text."""
    yield describe(finding)
    for line in finding.message.split("\n")[1:]:
        yield "    " + "".join(map(_visible, line))


def describe(finding: Diagnostic) -> str:
    """One finding on one line: ``file:line:column severity element code: message [clause]``.

    Of a message of several lines, the first: the others show the place in the text.
    """
    places = (finding.file, finding.line, finding.column)
    place = ":".join(str(part) for part in places if part is not None)
    source = f" [{finding.clause}]" if finding.clause else ""
    headline = finding.message.partition("\n")[0]
    line = (
        f"{place or '-'} {finding.severity} {finding.element or '-'}"
        f" {finding.code}: {headline}{source}"
    )
    return "".join(map(_visible, line))


def _visible(character: str) -> str:
    """A drawing may not steer the terminal, nor turn the line around."""
    if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp"):
        return character.encode("unicode_escape").decode()
    return character


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _show_json(compilation: Compilation) -> None:
    report = {
        "deployable": compilation.is_deployable,
        "hash": compilation.hash,
        "processes": sorted(compilation.programs),
        "diagnostics": [asdict(finding) for finding in compilation.diagnostics],
    }
    typer.echo(json.dumps(report, ensure_ascii=False, indent=2))

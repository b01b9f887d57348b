"""How commands read ``name=value`` and print: tables for people, JSON for programs."""

import json
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from api.cli.connection import Document, show_json
from api.cli.terminal import visible

As = Annotated[
    str | None, typer.Option("--as", help="Sample operator to act as (development issuer).")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Reason = Annotated[str, typer.Option(help="Why; it stands in the audit trail.")]
Set = Annotated[list[str] | None, typer.Option("--set", help="name=value, value as JSON.")]


def variables_of(pairs: Sequence[str]) -> Document:
    """Read ``name=value`` pairs; a value that is no JSON is a text."""
    variables: Document = {}
    for pair in pairs:
        name, separator, text = pair.partition("=")
        if not separator:
            raise typer.BadParameter(f"{pair!r} is not name=value.")
        try:
            variables[name] = json.loads(text)
        except ValueError:
            variables[name] = text
    return variables


def show(page: Document, rows: str, columns: tuple[str, ...], as_json: bool) -> None:
    """Print a page."""
    if as_json:
        show_json(page)
        return
    table = Table(*(_column(name) for name in columns))
    for row in page[rows]:
        cells = ("" if row.get(name) is None else str(row[name]) for name in columns)
        table.add_row(*(Text(visible(cell)) for cell in cells))
    Console().print(table)
    if page.get("next"):
        typer.echo("There is more: narrow the list, or read the pages with --json.", err=True)


def _column(name: str) -> Column:
    """Ids are for copying: never broken, never shortened, however narrow the terminal."""
    is_id = name.endswith("Id")
    return Column(name, no_wrap=is_id, overflow="ignore" if is_id else "fold")


def done(answer: Document, sentence: str, as_json: bool) -> None:
    """Print what was done."""
    if as_json:
        show_json(answer)
    else:
        say(sentence)


def say(line: str, fg: str | None = None) -> None:
    """Print a line that steers no terminal."""
    typer.secho(visible(line), fg=fg)

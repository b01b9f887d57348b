"""``baoquan export xes|csv``: the journal for process mining, written as it arrives."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from api.cli.connection import Connection
from api.cli.printing import As, say

export_app = typer.Typer(no_args_is_help=True, help="The journal for process mining: xes, csv.")
Target = Annotated[Path, typer.Option("--output", "-o", help="File to write.")]
Process = Annotated[str | None, typer.Option(help="Only cases of this process.")]
Since = Annotated[
    str | None, typer.Option(help="Only cases accepted then or later: 2026-10-01T00:00:00Z.")
]
Until = Annotated[str | None, typer.Option(help="Only cases accepted before.")]


@export_app.command("xes")
def export_xes(
    output: Target,
    process: Process = None,
    since: Since = None,
    until: Until = None,
    as_: As = None,
) -> None:
    """Export as XES (IEEE 1849-2016); nothing personal, people under pseudonyms."""
    _export("xes", output, (process, since, until), as_)


@export_app.command("csv")
def export_csv(
    output: Target,
    process: Process = None,
    since: Since = None,
    until: Until = None,
    as_: As = None,
) -> None:
    """Export as CSV, a line for each event; nothing personal, people under pseudonyms."""
    _export("csv", output, (process, since, until), as_)


def _export(
    form: Literal["xes", "csv"],
    output: Path,
    which: tuple[str | None, str | None, str | None],
    as_: str | None,
) -> None:
    process, since, until = which
    parameters = {"format": form, "process": process, "since": since, "until": until}
    size = Connection(as_).download("exports", "journal", parameters=parameters, target=output)
    say(f"{output}: {size} bytes.")

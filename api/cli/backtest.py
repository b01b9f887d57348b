"""``baoquan backtest``: what a changed table would have decided in past cases."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.connection import Connection, Document, show_json
from api.cli.printing import As, Json, say

SHOWN = 5
"""Cases named after each change; all of them with --json."""
Table = Annotated[Path, typer.Argument(help="The candidate, a .dmn file.")]
Extra = Annotated[
    list[Path] | None, typer.Option("--with", help="A further .dmn file, imported by the table.")
]


def backtest_table(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    table: Table,
    decision: Annotated[
        str | None, typer.Option(help="Which decision; the only one goes unnamed.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="Cases accepted then or later; 90 days when absent.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Cases accepted before.")] = None,
    extra: Extra = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Ask a candidate again what past cases asked the table that is deployed; nothing changes."""
    files = {path.name: path.read_text(encoding="utf-8") for path in (table, *(extra or ()))}
    wanted = {"decision": decision, "since": since, "until": until}
    body: Document = {"files": files, **{name: each for name, each in wanted.items() if each}}
    found = Connection(as_).post("backtests", body=body)
    show_json(found) if json_ else _show(found)


def _show(found: Document) -> None:
    say(
        f"{found['decision']}: {found['asked']} decisions in {found['cases']} cases,"
        f" {found['same']} the same, {found['changed']} otherwise"
    )
    for change in found["changes"]:
        say(f"  {change['count']:>5}  {change['before']}  →  {change['after']}")
        more = " …" if change["count"] > SHOWN else ""
        say(f"         {', '.join(change['caseIds'][:SHOWN])}{more}")
    if found["failed"]:
        say(f"  {len(found['failed'])} could not be decided: {', '.join(found['failed'][:SHOWN])}")
    if found["truncated"]:
        say("  There are more cases in that time: ask for a shorter one.")

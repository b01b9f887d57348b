"""``baoquan kpi``: the key figures of a period as a table, as CSV or for programs."""

import csv
import sys
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from api.cli.connection import Connection, Document, show_json
from api.cli.printing import As, Json, say, show
from api.cli.terminal import visible

NOTHING: Final = "no cases"
SUFFIXES: Final = {
    "PERCENT": " %",
    "POINTS": " pt",
    "PER_THOUSAND": " ‰",
    "DAYS": " d",
    "MINUTES": " min",
}
_CSV: Final = ("since", "until", "kpi", "group", "value", "numerator", "denominator")
_DEFINED: Final = ("kpi", "measure", "numerator", "denominator", "source", "target")

Since = Annotated[
    str | None, typer.Option(help="First day, YYYY-MM-DD; else the first of the month.")
]
Until = Annotated[str | None, typer.Option(help="Last day, included; else today.")]
By = Annotated[str, typer.Option(help="all, unit, operator, item or version (of the model).")]


def show_kpis(  # noqa: PLR0913, PLR0917 - one for each option
    since: Since = None,
    until: Until = None,
    by: By = "all",
    cases: Annotated[
        str | None, typer.Option(help="The cases that this figure counts, by its code.")
    ] = None,
    group: Annotated[str | None, typer.Option(help="With --cases: those of one group.")] = None,
    define: Annotated[bool, typer.Option("--define", help="What each figure is.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print comma-separated values.")] = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Show the key figures of a period: whole, by unit, operator, item or version."""
    asked = {"since": since, "until": until, "by": by}
    connection = Connection(as_)
    if cases is not None:
        page = connection.get("kpis", cases, "cases", parameters={**asked, "group": group})
        show(page, "cases", ("caseId", "item", "unit", "numerator", "denominator"), json_)
        return
    found = connection.get("kpis", parameters=asked)
    if json_:
        show_json(found)
    elif as_csv:
        _print_csv(found)
    elif define:
        show(found, "definitions", _DEFINED, as_json=False)
    else:
        _print_table(found)


def _print_csv(found: Document) -> None:
    """One line a figure; one without cases has an empty value."""
    lines = csv.DictWriter(sys.stdout, _CSV, extrasaction="ignore", lineterminator="\n")
    lines.writeheader()
    lines.writerows(
        {"since": found["since"], "until": found["until"], **figure} for figure in found["figures"]
    )


def _print_table(found: Document) -> None:
    """A row for each group that a figure counted something of; one for a figure without any."""
    say(f"{found['since']} to {found['until']}, by {found['by']}")
    table = Table(
        "figure", found["by"], Column("value", justify="right"), Column("of", justify="right")
    )
    for kpi in found["definitions"]:
        name = visible(kpi["name"])
        counted = [
            one for one in found["figures"] if one["kpi"] == kpi["kpi"] and one["value"] is not None
        ]
        for figure in counted:
            value = figure["value"] + SUFFIXES.get(kpi["measure"], "")
            cells = (name, visible(figure["group"]), value, str(figure["denominator"]))
            table.add_row(*map(Text, cells))
            name = ""
        if not counted:
            table.add_row(Text(name), "", NOTHING, "")
    Console().print(table)

"""``baoquan calendar``: working days, how far they are known, what is provisional."""

from typing import Annotated

import typer

from api.cli.connection import Connection, show_json
from api.cli.printing import As, Json, say

calendar_app = typer.Typer(no_args_is_help=True, help="Working-day calendars and their coverage.")
Year = Annotated[int | None, typer.Option(help="The present one when absent.")]


@calendar_app.command("show")
def show_calendar(
    jurisdiction: Annotated[str, typer.Argument(help="CN, HK, …")] = "CN",
    year: Year = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Show the rest days and make-up days of a year, and up to which day they are known."""
    found = Connection(as_).get("calendars", jurisdiction, parameters={"year": year})
    if json_:
        show_json(found)
        return
    known = f"known {found['coveredFrom']} to {found['coveredUntil']}"
    say(f"{found['jurisdiction']} {found['year']}  {known}  ({found['source']})")
    if found["provisional"]:
        say("  PROVISIONAL: beyond what is known only statutory days are counted as rest days")
    for each in found["days"]:
        say(f"  {each['day']}  {'working' if each['working'] else 'rest   '}  {each['name']}")
    say(f"  {found['provisionalClocks']} limits of cases run on days not known yet")

"""``baoquan case suspend`` and ``case resume``: a case stands still, and goes on."""

from typing import Annotated

import typer

from api.cli.case_page import moment
from api.cli.connection import Connection, Document, show_json
from api.cli.printing import As, Json, Reason, say

Dry = Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")]


def suspend_case(
    case_id: str, reason: Reason, dry_run: Dry = False, as_: As = None, json_: Json = False
) -> None:
    """Make a case stand still with all it called; what comes in is kept."""
    _order("suspend", case_id, reason, dry_run, Connection(as_), json_)


def resume_case(
    case_id: str, reason: Reason, dry_run: Dry = False, as_: As = None, json_: Json = False
) -> None:
    """Let a case go on; what was kept happens in the order it came, overdue timers among it."""
    _order("resume", case_id, reason, dry_run, Connection(as_), json_)


def _order(
    act: str, case_id: str, reason: str, dry_run: bool, connection: Connection, as_json: bool
) -> None:
    told = connection.post("cases", case_id, act, body={"reason": reason, "dryRun": dry_run})
    if as_json:
        show_json(told)
    else:
        _tell(told)


def _tell(told: Document) -> None:
    would = "would " if told["dryRun"] else ""
    verb = "stand still" if told["act"] == "suspend" else "go on"
    say(f"{told['caseId']}: {len(told['instances'])} instance(s) {would}{verb}.")
    for wait in told["waits"]:
        place = wait["name"] or wait["element"]
        due = f", due {moment(wait['due'])}" if wait["due"] else ""
        late = ": fires when the case goes on" if wait["isDue"] else ""
        say(f"  {wait['waitsFor']} at {place}{due}{late}")
    if told["openTasks"]:
        say(f"  {told['openTasks']} open task(s): decisions are taken, and applied on resumption")
    for clock in told["clocks"]:
        say(f"  clock {clock['rule']} runs on, due {clock['dueOn']}")
    for source in told["stillSuspendedBy"]:
        say(f"  still suspended by {source}")

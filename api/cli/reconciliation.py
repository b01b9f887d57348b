"""``baoquan reconcile``: the bank's statement, the orders of cases and the ledger side by side."""

import time
from typing import Annotated, Final

import typer

from api.cli.connection import Connection, Document, show_json
from api.cli.printing import As, Json, Reason, done, say, show

reconcile_app = typer.Typer(
    no_args_is_help=True,
    help="Reconciliation with bank and core system: compare a day, see and close breaks.",
)
PATIENCE: Final = 60.0
"""Seconds to wait for the workers; they look every ten."""
COLUMNS = ("kind", "caseId", "about", "atBank", "byCase", "inLedger", "outcome", "breakId")


@reconcile_app.command("run")
def run_day(
    day: Annotated[str, typer.Argument(help="YYYY-MM-DD, today included.")],
    as_: As = None,
    json_: Json = False,
) -> None:
    """Compare a day and wait for the result; exit code 1 when there are breaks."""
    found = _compared(day, as_)
    _tell(found, json_)
    raise typer.Exit(1 if found["breaks"] else 0)


def _compared(day: str, as_: str | None) -> Document:
    """Have a day compared, and wait."""
    connection = Connection(as_)
    connection.post("reconciliations", body={"day": day})
    deadline = time.monotonic() + PATIENCE
    while not (found := connection.get("reconciliations", day))["reconciliation"]["doneAt"]:
        if time.monotonic() > deadline:
            say("The workers have not compared it yet; see `baoquan reconcile show`.")
            raise typer.Exit(3)
        time.sleep(0.5)
    return found


@reconcile_app.command("core")
def run_core(
    day: Annotated[str, typer.Argument(help="YYYY-MM-DD, today included.")],
    as_: As = None,
    json_: Json = False,
) -> None:
    """Compare a day, and tell what differs from the insurer's core system; exit code 1 then."""
    found = _compared(day, as_)
    ours = [one for one in found["breaks"] if one["kind"].startswith("CORE_")]
    if json_:
        show_json({**found, "breaks": ours})
    else:
        say(f"{day}: {len(ours)} breaks between our orders and the core system")
        if ours:
            show({"breaks": ours}, "breaks", COLUMNS, as_json=False)
    raise typer.Exit(1 if ours else 0)


@reconcile_app.command("show")
def show_day(day: str, as_: As = None, json_: Json = False) -> None:
    """Show what became of a day."""
    _tell(Connection(as_).get("reconciliations", day), json_)


@reconcile_app.command("days")
def list_days(as_: As = None, json_: Json = False) -> None:
    """List the days that were compared, the latest first."""
    columns = ("day", "doneAt", "lines", "orders", "breaks", "askedBy")
    show(Connection(as_).get("reconciliations"), "days", columns, json_)


@reconcile_app.command("breaks")
def list_breaks(
    closed: Annotated[bool, typer.Option("--closed", help="Closed ones too.")] = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """List breaks, the oldest first."""
    page = Connection(as_).get("reconciliation-breaks", parameters={"closed": closed or None})
    show(page, "breaks", COLUMNS, json_)


@reconcile_app.command("close")
def close_break(
    break_id: str,
    outcome: Annotated[str, typer.Option(help="RETRIED, RE_ACCOUNTED, SUSPENSE or COMPENSATED.")],
    reason: Reason,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Close a break that finance has dealt with, and its anomaly."""
    body: Document = {"outcome": outcome, "reason": reason}
    closed = Connection(as_).post("reconciliation-breaks", break_id, "close", body=body)
    done(closed, f"{break_id} is closed: {closed['outcome']}.", json_)


def _tell(found: Document, as_json: bool) -> None:
    if as_json:
        show_json(found)
        return
    day = found["reconciliation"]
    if day["doneAt"] is None:
        say(f"{day['day']} is to be compared.")
        return
    say(f"{day['day']}: {day['lines']} lines of the bank, {day['orders']} orders, "
        f"{day['breaks']} breaks")  # fmt: skip
    if found["breaks"]:
        show(found, "breaks", COLUMNS, as_json=False)

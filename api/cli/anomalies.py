"""``baoquan anomaly``: what is out of the ordinary in any case, by queue, and how it ended."""

from typing import Annotated

import typer

from api.cli.connection import Connection
from api.cli.printing import As, Json, Reason, done, show

anomaly_app = typer.Typer(
    no_args_is_help=True, help="Anomalies of all cases: list, close; report a death."
)
COLUMNS = ("anomalyId", "caseId", "anomalyClass", "reason", "queue", "dueOn", "outcome")


@anomaly_app.command("list")
def list_anomalies(
    class_: Annotated[str | None, typer.Option("--class", help="DATA, DOC, MONEY, ...")] = None,
    queue: Annotated[str | None, typer.Option(help="finance, risk-desk, case-owner, ...")] = None,
    case: Annotated[str | None, typer.Option(help="Only of this case.")] = None,
    closed: Annotated[bool, typer.Option("--closed", help="Closed ones too.")] = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """List anomalies, the newest first."""
    parameters = {
        "anomalyClass": class_, "queue": queue, "caseId": case, "closed": closed or None,
    }  # fmt: skip
    show(Connection(as_).get("anomalies", parameters=parameters), "anomalies", COLUMNS, json_)


@anomaly_app.command("close")
def close_anomaly(
    anomaly_id: str,
    outcome: Annotated[str, typer.Option(help="One of its outcomes: see --json of the list.")],
    reason: Reason,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Close an anomaly of your queue."""
    body = {"outcome": outcome, "reason": reason}
    told = Connection(as_).post("anomalies", anomaly_id, "close", body=body)
    done(told, f"{anomaly_id} is closed: {told['outcome']}.", json_)


@anomaly_app.command("death")
def report_death(
    case_id: str,
    on: Annotated[str, typer.Option(help="The day: 2026-10-12.")],
    reason: Reason,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Report that the applicant of a case has died."""
    body = {"diedOn": on, "reason": reason}
    told = Connection(as_).post("cases", case_id, "applicant-death", body=body)
    done(told, f"{case_id}: {told['outcome']}; {told['anomalyId']} is its owner's.", json_)

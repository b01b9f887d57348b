"""``baoquan alert``: risk alerts on persons and on groups, looked into by the risk desk."""

from enum import StrEnum
from typing import Annotated

import typer

from api.cli.connection import Connection, show_json
from api.cli.printing import As, Json, Reason, done, say, show

alert_app = typer.Typer(
    no_args_is_help=True, help="Risk alerts on persons and groups: list, lift, close."
)
PERSONS = ("alertId", "partyId", "caseId", "reason", "raisedAt", "liftedAt")
GROUPS = (
    "alertId", "rule", "severity", "grouping", "key", "day", "count", "usual", "owner", "dueOn",
    "status", "outcome",
)  # fmt: skip


class Outcome(StrEnum):
    """What an alert on a group turned out to be."""

    CONFIRMED = "CONFIRMED"
    FALSE_ALARM = "FALSE_ALARM"


@alert_app.command("list")
def list_alerts(
    party: Annotated[str | None, typer.Option(help="Only about this person.")] = None,
    closed: Annotated[
        bool, typer.Option("--closed", "--lifted", help="Lifted and closed ones too.")
    ] = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """List alerts on persons, and on groups of cases; the newest first."""
    asked = {"partyId": party, "lifted": closed or None}
    persons = Connection(as_).get("risk-alerts", parameters=asked)
    groups = None
    if party is None:
        groups = Connection(as_).get("alerts", parameters={"closed": closed or None})
    if json_:
        show_json(persons if groups is None else {**persons, "groups": groups["alerts"]})
        return
    show(persons, "alerts", PERSONS, as_json=False)
    if groups is not None:
        say("Groups of cases:")
        show(groups, "alerts", GROUPS, as_json=False)


@alert_app.command("lift")
def lift_alert(alert_id: str, reason: Reason, as_: As = None, json_: Json = False) -> None:
    """Lift an alert on a person: the person is served on every channel again."""
    lifted = Connection(as_).post("risk-alerts", alert_id, "lift", body={"reason": reason})
    done(lifted, f"{alert_id} is lifted; {lifted['partyId']} is served everywhere again.", json_)


@alert_app.command("report")
def report_alert(alert_id: str, reason: Reason, as_: As = None, json_: Json = False) -> None:
    """Write down that the police was told of an alert on a person."""
    told = Connection(as_).post("risk-alerts", alert_id, "report", body={"reason": reason})
    done(told, f"{alert_id} was reported.", json_)


@alert_app.command("close")
def close_alert(
    alert_id: str,
    outcome: Annotated[Outcome, typer.Option(help="What it turned out to be.")],
    reason: Reason,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Close an alert on a group of cases: somebody has looked into it."""
    body = {"outcome": outcome.value, "reason": reason}
    closed = Connection(as_).post("alerts", alert_id, "close", body=body)
    done(closed, f"{alert_id} is closed: {closed['outcome']}.", json_)

"""``baoquan alert``: risk alerts on persons, seen and lifted by the risk desk."""

from typing import Annotated

import typer

from api.cli.connection import Connection
from api.cli.printing import As, Json, Reason, done, show

alert_app = typer.Typer(no_args_is_help=True, help="Risk alerts on persons: list, lift.")


@alert_app.command("list")
def list_alerts(
    party: Annotated[str | None, typer.Option(help="Only about this person.")] = None,
    lifted: Annotated[bool, typer.Option("--lifted", help="Lifted ones too.")] = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """List alerts, the newest first."""
    parameters = {"partyId": party, "lifted": lifted or None}
    page = Connection(as_).get("risk-alerts", parameters=parameters)
    columns = ("alertId", "partyId", "caseId", "reason", "raisedAt", "liftedAt")
    show(page, "alerts", columns, json_)


@alert_app.command("lift")
def lift_alert(alert_id: str, reason: Reason, as_: As = None, json_: Json = False) -> None:
    """Lift an alert: the person is served on every channel again."""
    lifted = Connection(as_).post("risk-alerts", alert_id, "lift", body={"reason": reason})
    done(lifted, f"{alert_id} is lifted; {lifted['partyId']} is served everywhere again.", json_)

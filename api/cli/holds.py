"""``baoquan hold``: legal holds, placed by one, lifted by two."""

from typing import Annotated

import typer

from api.cli.connection import Connection, show_json
from api.cli.printing import As, Json, Reason, done, say, show

hold_app = typer.Typer(
    no_args_is_help=True, help="Legal holds: what must be kept until two persons lift it."
)
_BASES = "COURT, REGULATOR, LITIGATION, AML_INVESTIGATION or INTERNAL_INVESTIGATION."
_COLUMNS = ("holdId", "kind", "target", "basis", "reference", "placedBy", "placedAt", "liftedAt")


@hold_app.command("place")
def place_hold(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    kind: Annotated[str, typer.Argument(help="PERSON, POLICY or CASE.")],
    target: Annotated[str, typer.Argument(help="Its id or number.")],
    basis: Annotated[str, typer.Option(help=_BASES)],
    reason: Reason,
    reference: Annotated[str | None, typer.Option(help="What the court calls it.")] = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Keep everything about a person, a policy or a case: nothing of it is erased."""
    body = {"kind": kind, "target": target, "basis": basis, "reason": reason}
    if reference is not None:
        body["reference"] = reference
    placed = Connection(as_).post("legal-holds", body=body)
    done(placed, f"{placed['holdId']}: {kind} {target} is kept until two persons lift it.", json_)


@hold_app.command("lift")
def lift_hold(hold_id: str, reason: Reason, as_: As = None, json_: Json = False) -> None:
    """Lift a hold; another of those entitled orders it as well."""
    lifted = Connection(as_).post("legal-holds", hold_id, "lift", body={"reason": reason})
    by = f"{lifted['liftOrderedBy']} and {lifted['liftedBy']}"
    done(lifted, f"{hold_id} is lifted by {by}.", json_)


@hold_app.command("list")
def list_holds(
    kind: Annotated[str | None, typer.Option(help="PERSON, POLICY or CASE.")] = None,
    target: Annotated[str | None, typer.Option(help="On one of them.")] = None,
    lifted: Annotated[bool, typer.Option("--lifted", help="Those that were lifted, too.")] = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """List holds, the newest first."""
    wanted = {"kind": kind, "target": target, "lifted": lifted or None}
    show(Connection(as_).get("legal-holds", parameters=wanted), "holds", _COLUMNS, json_)


@hold_app.command("show")
def show_hold(hold_id: str, as_: As = None, json_: Json = False) -> None:
    """Show a hold: basis, reason, who placed it, who lifted it."""
    hold = Connection(as_).get("legal-holds", hold_id)
    if json_:
        show_json(hold)
        return
    reference = f" ({hold['reference']})" if hold["reference"] else ""
    say(f"{hold_id}: {hold['kind']} {hold['target']}, {hold['basis']}{reference}.")
    say(f"Placed by {hold['placedBy']} at {hold['placedAt']}: {hold['reason']}")
    if hold["liftedAt"]:
        by = f"{hold['liftOrderedBy']} and {hold['liftedBy']}"
        say(f"Lifted by {by} at {hold['liftedAt']}: {hold['liftReason']}")

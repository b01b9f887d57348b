"""``baoquan migration``: plan, foresee, carry out and undo the migration of a running case."""

import json
from pathlib import Path
from typing import Annotated

import typer

from api.cli.connection import Connection, Document, show_json
from api.cli.forecasts import tell
from api.cli.printing import As, Json, Reason, say
from api.cli.suspensions import Dry

migration_app = typer.Typer(
    no_args_is_help=True, help="Running cases to another version of their model."
)
To = Annotated[int | None, typer.Option(help="The version to go on by; the newest otherwise.")]
PlanFile = Annotated[Path | None, typer.Option("--plan", help="A plan as edited.")]


@migration_app.command("plan")
def plan_migration(
    process: str,
    version: int,
    to: To = None,
    out: Annotated[Path | None, typer.Option(help="Write the plan into a file to edit.")] = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Propose which element takes over for which, by id and by structure."""
    told = Connection(as_).get(
        "definitions", process, str(version), "migration", parameters={"to": to}
    )
    if out is not None:
        out.write_text(json.dumps(told["plan"], ensure_ascii=False, indent=2) + "\n")
    if json_:
        show_json(told)
        return
    say(f"{process} {told['version']} to {told['to']}:")
    for one in told["matches"]:
        if one["by"] != "id":
            say(f"  {one['source']} -> {one['target'] or 'dissolved'} (by {one['by']})")
    for one in told["open"]:
        say(f"  {one['element']} has no target: {one['why']}")
    for element in told["new"]:
        say(f"  {element} is new")


@migration_app.command("run")
def migrate_case(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    case_id: str,
    reason: Reason,
    to: To = None,
    plan: PlanFile = None,
    instance: Annotated[str | None, typer.Option(help="A process that the case called.")] = None,
    call: Annotated[
        list[str] | None, typer.Option(help="PROCESS=VERSION: migrate what it called, too.")
    ] = None,
    dry_run: Dry = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Let a case go on by another version of its model."""
    body: Document = {"reason": reason, "dryRun": dry_run}
    if to is not None:
        body["to"] = to
    if plan is not None:
        body["plan"] = read_plan(plan)
    if instance:
        body["instanceId"] = instance
    if call:
        body["calls"] = dict(map(_called, call))
    _order(case_id, body, Connection(as_), json_)


@migration_app.command("undo")
def undo_migration(
    case_id: str,
    reason: Reason,
    instance: Annotated[str | None, typer.Option(help="A process that the case called.")] = None,
    dry_run: Dry = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Take the newest migration of a case back."""
    body: Document = {"reason": reason, "dryRun": dry_run, "undo": True}
    if instance:
        body["instanceId"] = instance
    _order(case_id, body, Connection(as_), json_)


def read_plan(path: Path) -> Document:
    """Read a plan from a file."""
    try:
        plan = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{path} holds no plan: {error}") from None
    if not isinstance(plan, dict):
        raise typer.BadParameter(f"{path} holds no plan.")
    return plan


def _called(text: str) -> tuple[str, int]:
    process, _, version = text.partition("=")
    if not version.isascii() or not version.isdigit():
        raise typer.BadParameter(f"{text!r} is not PROCESS=VERSION.")
    return process, int(version)


def _order(case_id: str, body: Document, connection: Connection, as_json: bool) -> None:
    told = connection.post("cases", case_id, "migration", body=body)
    if as_json:
        show_json(told)
        return
    verb = "would go" if told["dryRun"] else "goes"
    for one in told["instances"]:
        say(f"{one['instanceId']} {verb} on by {one['process']} {one['to']}:")
        tell(one["forecast"])

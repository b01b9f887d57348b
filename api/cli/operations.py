"""``baoquan case|task|incident|message|deploy``: a running deployment from a terminal."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from api.cli.connection import Connection, show_json

As = Annotated[
    str | None, typer.Option("--as", help="Sample operator to act as (development issuer).")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Reason = Annotated[str, typer.Option(help="Why; it stands in the audit trail.")]
Set = Annotated[list[str] | None, typer.Option("--set", help="name=value, value as JSON.")]

case_app = typer.Typer(no_args_is_help=True, help="Servicing cases: list, show, trail, cancel.")
task_app = typer.Typer(no_args_is_help=True, help="Human tasks: list, show, claim, complete.")
incident_app = typer.Typer(no_args_is_help=True, help="What is stuck: list, show, resolve.")


@case_app.command("list")
def list_cases(
    status: str | None = None, policy: str | None = None, as_: As = None, json_: Json = False
) -> None:
    """List cases, the newest first."""
    page = Connection(as_).get("/v1/cases", {"status": status, "policyNo": policy})
    columns = ("caseId", "status", "item", "policyNo", "openTasks", "openIncidents")
    _show(page, "cases", columns, json_)


@case_app.command("show")
def show_case(case_id: str, as_: As = None, json_: Json = False) -> None:
    """Show a case: its state, and every named reason it waits for."""
    detail = Connection(as_).get(f"/v1/cases/{case_id}")
    if json_:
        show_json(detail)
        return
    typer.echo(f"{detail['caseId']}  {detail['status']}  {detail['process']} v{detail['version']}")
    for wait in detail["waits"]:
        name = wait["name"] or wait["element"]
        typer.echo(f"  waits for {wait['waitsFor']} at {name}" + _until(wait["due"]))
    for incident in detail["incidents"]:
        typer.secho(f"  stuck at {incident['element']}: {incident['message']}", fg="red")
    for clock in detail["clocks"]:
        typer.echo(f"  clock {clock['rule']} due {clock['dueOn']} ({clock['state']})")


@case_app.command("trail")
def show_trail(case_id: str, as_: As = None, json_: Json = False) -> None:
    """Show what a case did, step by step."""
    page = Connection(as_).get(f"/v1/cases/{case_id}/trail", {"limit": 500})
    _show(page, "entries", ("seq", "at", "kind", "element", "name"), json_)


@case_app.command("cancel")
def cancel_case(case_id: str, reason: Reason, as_: As = None) -> None:
    """End a case from outside its model."""
    Connection(as_).post(f"/v1/cases/{case_id}/cancel", {"reason": reason})
    typer.echo(f"{case_id} is cancelled.")


@task_app.command("list")
def list_tasks(as_: As = None, json_: Json = False) -> None:
    """List the tasks you may see."""
    page = Connection(as_).get("/v1/tasks")
    _show(page, "tasks", ("taskId", "name", "caseId", "assignee", "due"), json_)


@task_app.command("show")
def show_task(task_id: str, as_: As = None) -> None:
    """Show a task with what there is to decide on."""
    show_json(Connection(as_).get(f"/v1/tasks/{task_id}"))


@task_app.command("claim")
def claim_task(task_id: str, as_: As = None) -> None:
    """Take a task for yourself."""
    Connection(as_).post(f"/v1/tasks/{task_id}/claim", {})
    typer.echo(f"{task_id} is yours.")


@task_app.command("complete")
def complete_task(
    task_id: str,
    outcome: Annotated[str, typer.Argument(help="approve, reject, return or done")],
    comment: str = "",
    set_: Set = None,
    as_: As = None,
) -> None:
    """Decide on a task, bound to its content as it stands now."""
    connection = Connection(as_)
    shown = connection.get(f"/v1/tasks/{task_id}")
    body = {
        "outcome": outcome,
        "contentHash": shown["contentHash"],
        "comment": comment,
        "variables": _variables(set_ or ()),
    }
    connection.post(f"/v1/tasks/{task_id}/complete", body)
    typer.echo(f"{task_id}: {outcome}.")


@incident_app.command("list")
def list_incidents(as_: As = None, json_: Json = False) -> None:
    """List what is stuck."""
    page = Connection(as_).get("/v1/incidents")
    _show(page, "incidents", ("incidentId", "caseId", "element", "code", "message"), json_)


@incident_app.command("show")
def show_incident(incident_id: str, as_: As = None) -> None:
    """Show one incident."""
    show_json(Connection(as_).get(f"/v1/incidents/{incident_id}"))


@incident_app.command("resolve")
def resolve_incident(
    incident_id: str, reason: Reason, set_: Set = None, retries: int = 1, as_: As = None
) -> None:
    """Try the failed element again, with corrected variables if given."""
    body = {"reason": reason, "variables": _variables(set_ or ()), "retries": retries}
    Connection(as_).post(f"/v1/incidents/{incident_id}/resolve", body)
    typer.echo(f"{incident_id} was tried again.")


def publish_message(
    name: str, key: str, set_: Set = None, ttl: str = "PT1H", as_: As = None
) -> None:
    """Publish a message to whoever waits for it."""
    body = {"name": name, "key": key, "ttl": ttl, "variables": _variables(set_ or ())}
    receipt = Connection(as_).post("/v1/messages", body)
    typer.echo(f"{receipt['messageId']}: {receipt['outcome']}.")


def deploy_files(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)],
    as_: As = None,
    json_: Json = False,
) -> None:
    """Deploy drawings and tables together."""
    body = {"files": {path.name: path.read_text("utf-8") for path in files}}
    _show(
        Connection(as_).post("/v1/definitions", body),
        "definitions",
        ("process", "version", "programHash"),
        json_,
    )


def _variables(pairs: Sequence[str]) -> dict[str, Any]:
    variables: dict[str, Any] = {}
    for pair in pairs:
        name, separator, text = pair.partition("=")
        if not separator:
            raise typer.BadParameter(f"{pair!r} is not name=value.")
        try:
            variables[name] = json.loads(text)
        except ValueError:
            variables[name] = text
    return variables


def _show(page: dict[str, Any], rows: str, columns: tuple[str, ...], as_json: bool) -> None:
    if as_json:
        show_json(page)
        return
    table = Table(*columns)
    for row in page[rows]:
        table.add_row(*("" if row.get(name) is None else str(row[name]) for name in columns))
    Console().print(table)


def _until(due: str | None) -> str:
    return f", due {due}" if due else ""

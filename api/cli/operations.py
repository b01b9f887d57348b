"""``baoquan case|task|incident|message|deploy``: a running deployment from a terminal."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from api.cli.connection import Connection, Document, show_json
from api.cli.terminal import visible

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
    page = Connection(as_).get("cases", parameters={"status": status, "policyNo": policy})
    columns = ("caseId", "status", "item", "policyNo", "openIncidents")
    _show(page, "cases", columns, json_)


@case_app.command("show")
def show_case(case_id: str, as_: As = None, json_: Json = False) -> None:
    """Show a case: its state, and every named reason it waits for."""
    detail = Connection(as_).get("cases", case_id)
    if json_:
        show_json(detail)
        return
    _say(f"{detail['caseId']}  {detail['status']}  {detail['process']} v{detail['version']}")
    for task in detail["tasks"]:
        _say(f"  task {task['taskId']} {task['name']}{_until(task['due'])}")
    for wait in detail["waits"]:
        name = wait["name"] or wait["element"]
        _say(f"  waits for {wait['waitsFor']} at {name}{_until(wait['due'])}")
    for incident in detail["incidents"]:
        _say(f"  stuck at {incident['element']}: {incident['message']}", fg="red")
    for clock in detail["clocks"]:
        _say(f"  clock {clock['rule']} due {clock['dueOn']} ({clock['state']})")


@case_app.command("trail")
def show_trail(case_id: str, as_: As = None, json_: Json = False) -> None:
    """Show what a case did, step by step, all of it."""
    connection = Connection(as_)
    entries: list[Document] = []
    cursor: str | None = None
    while True:
        page = connection.get(
            "cases", case_id, "trail", parameters={"limit": 1000, "cursor": cursor}
        )
        entries += page["entries"]
        cursor = page["next"]
        if cursor is None:
            break
    columns = ("seq", "at", "kind", "element", "name")
    _show({"entries": entries, "next": None}, "entries", columns, json_)


@case_app.command("cancel")
def cancel_case(case_id: str, reason: Reason, as_: As = None, json_: Json = False) -> None:
    """End a case from outside its model."""
    ended = Connection(as_).post("cases", case_id, "cancel", body={"reason": reason})
    _done(ended, f"{case_id} is cancelled.", json_)


@task_app.command("list")
def list_tasks(
    mine: Annotated[bool, typer.Option("--mine", help="Only those assigned to me.")] = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """List the tasks you may see."""
    page = Connection(as_).get("tasks", parameters={"mine": mine or None})
    _show(page, "tasks", ("taskId", "name", "caseId", "assignee", "due"), json_)


@task_app.command("show")
def show_task(task_id: str, as_: As = None) -> None:
    """Show a task with what there is to decide on."""
    show_json(Connection(as_).get("tasks", task_id))


@task_app.command("claim")
def claim_task(task_id: str, as_: As = None, json_: Json = False) -> None:
    """Take a task for yourself."""
    acted = Connection(as_).post("tasks", task_id, "claim", body={})
    _done(acted, f"{task_id} is yours.", json_)


@task_app.command("unclaim")
def unclaim_task(task_id: str, as_: As = None, json_: Json = False) -> None:
    """Give a task back."""
    acted = Connection(as_).post("tasks", task_id, "unclaim", body={})
    _done(acted, f"{task_id} is anybody's again.", json_)


@task_app.command("delegate")
def delegate_task(
    task_id: str, to: str, comment: str = "", as_: As = None, json_: Json = False
) -> None:
    """Hand a task to somebody else who may do it."""
    body = {"to": to, "comment": comment}
    acted = Connection(as_).post("tasks", task_id, "delegate", body=body)
    _done(acted, f"{task_id} is now {to}'s.", json_)


@task_app.command("complete")
def complete_task(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    task_id: str,
    outcome: Annotated[str, typer.Argument(help="approve, reject, return or done")],
    comment: str = "",
    hash_: Annotated[
        str | None, typer.Option("--hash", help="contentHash of what you looked at.")
    ] = None,
    set_: Set = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Decide on a task, bound to its content: as you looked at it, or as it stands now."""
    connection = Connection(as_)
    body = {
        "outcome": outcome,
        "contentHash": hash_ or connection.get("tasks", task_id)["contentHash"],
        "comment": comment,
        "variables": _variables(set_ or ()),
    }
    acted = connection.post("tasks", task_id, "complete", body=body)
    _done(acted, f"{task_id}: {outcome}.", json_)


@incident_app.command("list")
def list_incidents(as_: As = None, json_: Json = False) -> None:
    """List what is stuck."""
    page = Connection(as_).get("incidents")
    _show(page, "incidents", ("incidentId", "caseId", "element", "code", "message"), json_)


@incident_app.command("show")
def show_incident(incident_id: str, as_: As = None) -> None:
    """Show one incident."""
    show_json(Connection(as_).get("incidents", incident_id))


@incident_app.command("resolve")
def resolve_incident(
    incident_id: str,
    reason: Reason,
    set_: Set = None,
    retries: int = 1,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Try the failed element again, with corrected variables if given."""
    body = {"reason": reason, "variables": _variables(set_ or ()), "retries": retries}
    resolved = Connection(as_).post("incidents", incident_id, "resolve", body=body)
    _done(resolved, f"{incident_id} was tried again.", json_)


def publish_message(
    name: str,
    key: str,
    set_: Set = None,
    ttl: str = "PT1H",
    as_: As = None,
    json_: Json = False,
) -> None:
    """Publish a message to whoever waits for it."""
    body = {"name": name, "key": key, "ttl": ttl, "variables": _variables(set_ or ())}
    receipt = Connection(as_).post("messages", body=body)
    _done(receipt, f"{receipt['messageId']}: {receipt['outcome']}.", json_)


def deploy_files(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)],
    as_: As = None,
    json_: Json = False,
) -> None:
    """Deploy drawings and tables together."""
    made = Connection(as_).post("definitions", body={"files": _read(files)})
    _show(made, "definitions", ("process", "version", "programHash"), json_)


def _read(files: Sequence[Path]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in files:
        if path.name in texts:
            raise typer.BadParameter(f"Two files are named {path.name}; rename one.")
        try:
            texts[path.name] = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            raise typer.BadParameter(f"{path} cannot be read as UTF-8 text.") from None
    return texts


def _variables(pairs: Sequence[str]) -> Document:
    variables: Document = {}
    for pair in pairs:
        name, separator, text = pair.partition("=")
        if not separator:
            raise typer.BadParameter(f"{pair!r} is not name=value.")
        try:
            variables[name] = json.loads(text)
        except ValueError:
            variables[name] = text
    return variables


def _show(page: Document, rows: str, columns: tuple[str, ...], as_json: bool) -> None:
    if as_json:
        show_json(page)
        return
    table = Table(*(_column(name) for name in columns))
    for row in page[rows]:
        cells = ("" if row.get(name) is None else str(row[name]) for name in columns)
        table.add_row(*(Text(visible(cell)) for cell in cells))
    Console().print(table)
    if page.get("next"):
        typer.echo("There is more: narrow the list, or read the pages with --json.", err=True)


def _column(name: str) -> Column:
    """Ids are for copying: never broken, never shortened, however narrow the terminal."""
    is_id = name.endswith("Id")
    return Column(name, no_wrap=is_id, overflow="ignore" if is_id else "fold")


def _done(answer: Document, sentence: str, as_json: bool) -> None:
    if as_json:
        show_json(answer)
    else:
        _say(sentence)


def _say(line: str, fg: str | None = None) -> None:
    typer.secho(visible(line), fg=fg)


def _until(due: str | None) -> str:
    return f", due {due}" if due else ""

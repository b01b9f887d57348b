"""``baoquan case|task|message|signal|deploy``: a running deployment from a terminal."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from api.cli.case_page import print_case
from api.cli.connection import Connection, Document, show_json
from api.cli.forecasts import tell
from api.cli.modifications import modify_case, show_tokens
from api.cli.offers import begin_activities
from api.cli.printing import As, Json, Reason, Set, done, show, variables_of
from api.cli.suspensions import Dry, resume_case, suspend_case

case_app = typer.Typer(no_args_is_help=True, help="Servicing cases: list, show, trail, cancel.")
task_app = typer.Typer(no_args_is_help=True, help="Human tasks: list, show, claim, complete.")


@case_app.command("list")
def list_cases(  # noqa: PLR0913, PLR0917 - one option each
    status: str | None = None,
    policy: str | None = None,
    stuck: Annotated[bool, typer.Option("--stuck", help="With an open incident.")] = False,
    unexplained: Annotated[
        bool, typer.Option("--unexplained", help="Open, waiting for nothing, and not moving.")
    ] = False,
    late: Annotated[bool, typer.Option("--late", help="Warned of a limit, or past it.")] = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """List cases, the newest first."""
    parameters = {
        "status": status,
        "policyNo": policy,
        "stuck": stuck or None,
        "unexplained": unexplained or None,
        "late": late or None,
    }
    page = Connection(as_).get("cases", parameters=parameters)
    columns = ("caseId", "status", "item", "policyNo", "dueOn", "alarm", "openIncidents")
    show(page, "cases", columns, json_)


@case_app.command("show")
def show_case(case_id: str, as_: As = None, json_: Json = False) -> None:
    """Show a case: its state, and every named reason it waits for."""
    detail = Connection(as_).get("cases", case_id)
    if json_:
        show_json(detail)
        return
    print_case(detail)


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
    show({"entries": entries, "next": None}, "entries", columns, json_)


@case_app.command("decisions")
def show_decisions(
    case_id: str,
    purpose: Annotated[
        str | None, typer.Option(help="AUDIT shows what was asked and answered, on record.")
    ] = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Show what tables decided in a case (an auditor)."""
    page = Connection(as_).get("cases", case_id, "decisions", parameters={"purpose": purpose})
    show(page, "decisions", ("at", "element", "table", "version", "output", "inputsHash"), json_)


@case_app.command("cancel")
def cancel_case(
    case_id: str, reason: Reason, dry_run: Dry = False, as_: As = None, json_: Json = False
) -> None:
    """End a case from outside its model; nothing is compensated."""
    body = {"reason": reason, "dryRun": dry_run}
    ended = Connection(as_).post("cases", case_id, "cancel", body=body)
    done(ended, f"{case_id} {'would be' if dry_run else 'is'} cancelled.", json_)
    if ended["forecast"] and not json_:
        tell(ended["forecast"])


case_app.command("suspend")(suspend_case)
case_app.command("resume")(resume_case)
case_app.command("activate")(begin_activities)
case_app.command("tokens")(show_tokens)
case_app.command("modify")(modify_case)


@task_app.command("list")
def list_tasks(
    mine: Annotated[bool, typer.Option("--mine", help="Only those assigned to me.")] = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """List the tasks you may see."""
    page = Connection(as_).get("tasks", parameters={"mine": mine or None})
    show(page, "tasks", ("taskId", "name", "caseId", "assignee", "due"), json_)


@task_app.command("show")
def show_task(task_id: str, as_: As = None) -> None:
    """Show a task with what there is to decide on."""
    show_json(Connection(as_).get("tasks", task_id))


@task_app.command("claim")
def claim_task(task_id: str, as_: As = None, json_: Json = False) -> None:
    """Take a task for yourself."""
    acted = Connection(as_).post("tasks", task_id, "claim", body={})
    done(acted, f"{task_id} is yours.", json_)


@task_app.command("unclaim")
def unclaim_task(task_id: str, as_: As = None, json_: Json = False) -> None:
    """Give a task back."""
    acted = Connection(as_).post("tasks", task_id, "unclaim", body={})
    done(acted, f"{task_id} is anybody's again.", json_)


@task_app.command("delegate")
def delegate_task(
    task_id: str, to: str, comment: str = "", as_: As = None, json_: Json = False
) -> None:
    """Hand a task to somebody else who may do it."""
    body = {"to": to, "comment": comment}
    acted = Connection(as_).post("tasks", task_id, "delegate", body=body)
    done(acted, f"{task_id} is now {to}'s.", json_)


@task_app.command("complete")
def complete_task(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    task_id: str,
    outcome: Annotated[
        str,
        typer.Argument(help="approve, reject, return, not-reached or done"),
    ],
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
        "variables": variables_of(set_ or ()),
    }
    acted = connection.post("tasks", task_id, "complete", body=body)
    done(acted, f"{task_id}: {outcome}.", json_)


def publish_message(
    name: str,
    key: str,
    set_: Set = None,
    ttl: str = "PT1H",
    as_: As = None,
    json_: Json = False,
) -> None:
    """Publish a message to whoever waits for it."""
    body = {"name": name, "key": key, "ttl": ttl, "variables": variables_of(set_ or ())}
    receipt = Connection(as_).post("messages", body=body)
    done(receipt, f"{receipt['messageId']}: {receipt['outcome']}.", json_)


def broadcast_signal(name: str, set_: Set = None, as_: As = None, json_: Json = False) -> None:
    """Broadcast a signal to every case that listens now."""
    body = {"name": name, "variables": variables_of(set_ or ())}
    receipt = Connection(as_).post("signals", body=body)
    done(receipt, f"{receipt['signalId']}: heard by {receipt['listening']}.", json_)


def deploy_files(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)],
    reason: Annotated[str | None, typer.Option(help="Why, for the second person.")] = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Deploy drawings and tables together; in production a second person deploys the very same."""
    body: dict[str, object] = {"files": _read(files)}
    if reason is not None:
        body["reason"] = reason
    made = Connection(as_).post("definitions", body=body)
    show(made, "definitions", ("process", "version", "programHash"), json_)


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

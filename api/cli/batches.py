"""``baoquan batch``: one act on many cases: looked at, started, watched, steered."""

import time
from typing import Annotated, Final

import typer

from api.cli.connection import Connection, Document, show_json
from api.cli.forecasts import tell
from api.cli.migrations import PlanFile, read_plan
from api.cli.printing import As, Json, Reason, Set, say, show, variables_of
from api.cli.replays import Undo
from api.cli.suspensions import Dry

batch_app = typer.Typer(no_args_is_help=True, help="One act on many cases, at a rate.")
_OPEN: Final = ("RUNNING",)
_SECONDS: Final = 1.0
_ACTS: Final = "retry, skip, throw, modify, replay, migrate, suspend, resume or cancel."


@batch_app.command("start")
def start_batch(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    do: Annotated[str, typer.Argument(help=_ACTS)],
    reason: Reason,
    case: Annotated[list[str] | None, typer.Option(help="Only these cases.")] = None,
    process: str | None = None,
    version: int | None = None,
    element: Annotated[str | None, typer.Option(help="Where it is stuck or waits.")] = None,
    cause: Annotated[str | None, typer.Option(help="An incident's code, or its cause.")] = None,
    since: Annotated[str | None, typer.Option(help="Not before this moment.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this moment.")] = None,
    policy: str | None = None,
    product: Annotated[str | None, typer.Option(help="Product code of the policy.")] = None,
    outcome: Annotated[str | None, typer.Option(help="Cases that have ended so.")] = None,
    rate: Annotated[float, typer.Option(help="Cases a second.")] = 10.0,
    failure_share: Annotated[float, typer.Option(help="More have failed: it stops.")] = 0.2,
    set_: Set = None,
    retries: int = 1,
    queue: str | None = None,
    code: Annotated[str | None, typer.Option(help="throw: of the error.")] = None,
    move: Annotated[list[str] | None, typer.Option(help="modify: ELEMENT:ELEMENT.")] = None,
    to: Annotated[str | None, typer.Option(help="replay: an element; migrate: a version.")] = None,
    undo: Undo = None,
    plan: PlanFile = None,
    dry_run: Dry = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Do one thing to many cases; --dry-run says to which, and what would come of it."""
    wanted: Document = {
        "caseIds": case or None,
        "process": process,
        "version": version,
        "element": element,
        "cause": cause,
        "since": since,
        "until": until,
        "policyNo": policy,
        "product": product,
        "outcome": outcome,
    }
    body: Document = {
        "do": do,
        "filter": _given(wanted),
        "reason": reason,
        "rate": rate,
        "failureShare": failure_share,
        "dryRun": dry_run,
        "retries": retries,
        "variables": variables_of(set_ or ()),
        "queue": queue,
        "code": code,
        "moves": dict(map(_move, move or ())),
        "plan": read_plan(plan) if plan else None,
        "undo": undo,
        **_goal(do, to),
    }
    _told(Connection(as_).post("batches", body=_given(body)), json_)


@batch_app.command("list")
def list_batches(as_: As = None, json_: Json = False) -> None:
    """List batches, the newest first."""
    page = Connection(as_).get("batches")
    columns = ("batchId", "do", "state", "total", "done", "failed", "left", "orderedBy")
    show(page, "batches", columns, json_)


@batch_app.command("show")
def show_batch(
    batch_id: str,
    follow: Annotated[bool, typer.Option("--follow", help="Until it rests.")] = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Show how far a batch is."""
    connection = Connection(as_)
    told = connection.get("batches", batch_id)
    while follow and told["state"] in _OPEN:
        if not json_:
            _tell(told)
        time.sleep(_SECONDS)
        told = connection.get("batches", batch_id)
    if json_:
        show_json(told)
    else:
        _tell(told)


@batch_app.command("results")
def show_results(
    batch_id: str,
    state: Annotated[str | None, typer.Option(help="PENDING, DONE or FAILED.")] = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Show what came of each case."""
    connection = Connection(as_)
    results: list[Document] = []
    cursor: str | None = None
    while True:
        parameters = {"state": state, "limit": 1000, "cursor": cursor}
        page = connection.get("batches", batch_id, "results", parameters=parameters)
        results += page["results"]
        cursor = page["next"]
        if cursor is None:
            break
    columns = ("no", "caseId", "incident", "state", "problem", "detail")
    show({"results": results, "next": None}, "results", columns, json_)


@batch_app.command("pause")
def pause_batch(
    batch_id: str, reason: Reason, dry_run: Dry = False, as_: As = None, json_: Json = False
) -> None:
    """Begin no more cases until it is resumed."""
    _steer("pause", batch_id, (reason, dry_run), Connection(as_), json_)


@batch_app.command("resume")
def resume_batch(
    batch_id: str, reason: Reason, dry_run: Dry = False, as_: As = None, json_: Json = False
) -> None:
    """Go on with a batch that was paused, or that stopped because too many had failed."""
    _steer("resume", batch_id, (reason, dry_run), Connection(as_), json_)


@batch_app.command("cancel")
def cancel_batch(
    batch_id: str, reason: Reason, dry_run: Dry = False, as_: As = None, json_: Json = False
) -> None:
    """End a batch; what is done stays done."""
    _steer("cancel", batch_id, (reason, dry_run), Connection(as_), json_)


def _steer(
    act: str, batch_id: str, how: tuple[str, bool], connection: Connection, as_json: bool
) -> None:
    reason, dry_run = how
    told = connection.post("batches", batch_id, act, body={"reason": reason, "dryRun": dry_run})
    if as_json:
        show_json(told)
    else:
        say(f"{told['batchId']} {'would be' if dry_run else 'is'} {told['state'].lower()}.")


def _told(made: Document, as_json: bool) -> None:
    if as_json:
        show_json(made)
    else:
        _tell_made(made)


def _given(body: Document) -> Document:
    return {name: value for name, value in body.items() if value is not None}


def _move(text: str) -> tuple[str, str]:
    element, _, target = text.partition(":")
    if not target:
        raise typer.BadParameter(f"{text!r} is not ELEMENT:ELEMENT.")
    return element, target


def _goal(do: str, to: str | None) -> Document:
    if to is None or do != "migrate":
        return {"to": to}
    if not (to.isascii() and to.isdigit()):
        raise typer.BadParameter(f"{to!r} is no version.")
    return {"toVersion": int(to)}


def _tell_made(told: Document) -> None:
    if told["batch"] is not None:
        _tell(told["batch"])
        return
    say(f"{told['total']} would be meant{', by two people' if told['wantsTwo'] else ''}:")
    for item in told["items"]:
        incident = f" incident {item['incident']}" if item["incident"] else ""
        say(f"  {item['caseId']}{incident}")
        if item["forecast"] is not None:
            tell(item["forecast"])


def _tell(batch: Document) -> None:
    why = f" ({batch['why']})" if batch["why"] else ""
    say(
        f"{batch['batchId']} {batch['do']} {batch['state']}{why}: "
        f"{batch['done']} done, {batch['failed']} failed, {batch['left']} left of {batch['total']}"
    )

"""``baoquan suspend``, ``resume``, ``standstills``: processes, types of work and systems."""

from typing import Annotated, Literal

import typer

from api.cli.connection import Connection, Document, show_json
from api.cli.printing import As, Json, Reason, say, show
from api.cli.suspensions import Dry

Kind = Annotated[
    str, typer.Argument(metavar="KIND", help="process, activity (a type of work), or system.")
]
Target = Annotated[
    str,
    typer.Argument(
        help="Id of the process, type of the work, or bank, identity, mail, texts, documents."
    ),
]


def suspend(
    kind: Kind,
    target: Target,
    reason: Reason,
    dry_run: Dry = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Let a process, a type of work or a system stand still; clocks of law run on."""
    _order("suspend", as_, (kind, target, reason, dry_run), json_)


def resume(
    kind: Kind,
    target: Target,
    reason: Reason,
    dry_run: Dry = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Let it go on: timers catch up, what was kept takes effect, work that waited is done."""
    _order("resume", as_, (kind, target, reason, dry_run), json_)


def list_standstills(as_: As = None, json_: Json = False) -> None:
    """List what stands still, by whom, why, and whom it concerns."""
    found = Connection(as_).get("standstills")
    columns = (
        "kind",
        "target",
        "by",
        "reason",
        "since",
        "probeAt",
        "running",
        "standing",
        "unbegun",
    )
    show(found, "standstills", columns, json_)


def _order(
    act: Literal["suspend", "resume"],
    as_: str | None,
    asked: tuple[str, str, str, bool],
    as_json: bool,
) -> None:
    kind, target, reason, dry_run = asked
    body = {"kind": kind, "target": target, "reason": reason, "dryRun": dry_run}
    told = Connection(as_).post("standstills", act, body=body)
    if as_json:
        show_json(told)
        return
    _tell(told)


def _tell(told: Document) -> None:
    verbs = {
        ("suspend", False): "stands still",
        ("suspend", True): "would stand still",
        ("resume", False): "goes on",
        ("resume", True): "would go on",
    }
    say(f"{told['kind']} {told['target']} {verbs[told['act'], told['dryRun']]}")
    say(f"  {told['running']} cases concerned, {told['standing']} of them stand still now")
    if told["unbegun"]:
        say(f"  {told['unbegun']} accepted cases have not begun")
    if told["clocks"]:
        say(f"  {told['clocks']} clocks of law run on")

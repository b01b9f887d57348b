"""``baoquan release``: which build of the workers serves what, checked, ramped up and drained."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.connection import Connection, Document
from api.cli.printing import As, Json, Reason, done, say, show
from api.cli.rehearsals import OtherVersion, rehearse
from api.cli.suspensions import Dry

release_app = typer.Typer(
    no_args_is_help=True, help="Builds of the workers: show, check, ramp, pin, drain."
)
_COLUMNS = ("buildId", "state", "share", "since", "pinned")


@release_app.command("show")
def show_releases(as_: As = None, json_: Json = False) -> None:
    """Show every build, its share of the cases, and how many are pinned to it."""
    show(Connection(as_).get("releases"), "builds", _COLUMNS, json_)


@release_app.command("check")
def check_release(
    sample: Annotated[int, typer.Option(help="Open cases to replay.")] = 20,
    golden: Annotated[Path | None, typer.Option(help="Folder of golden histories.")] = None,
    other: OtherVersion = None,
    json_: Json = False,
) -> None:
    """Replay golden histories and those of open cases with this build; nothing is changed.

    It reads Temporal and the database itself, with the settings of the workers. Exit code 1:
    something differs, and the gate would stop this build.
    """
    given = ["--golden", str(golden.resolve())] if golden else []
    rehearse(["--sample", str(sample), *given], other, json_)


@release_app.command("ramp")
def ramp_release(
    build_id: str,
    reason: Reason,
    to: Annotated[int, typer.Option(min=0, max=100, help="Percent of the cases.")] = 100,
    dry_run: Dry = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Give a build a share of the cases: 100 makes it the current one, 0 takes its share away."""
    body: Document = {"percent": to, "reason": reason, "dryRun": dry_run}
    told = Connection(as_).post("releases", build_id, "ramp", body=body)
    _tell(told, f"{build_id} serves {to} % of the cases.", json_)


@release_app.command("drain")
def drain_release(
    build_id: str, reason: Reason, dry_run: Dry = False, as_: As = None, json_: Json = False
) -> None:
    """Let the cases that are pinned to a build go with the current one, so that it can stop."""
    body: Document = {"reason": reason, "dryRun": dry_run}
    told = Connection(as_).post("releases", build_id, "drain", body=body)
    _tell(told, f"{told['freed']} cases left {build_id}.", json_)


@release_app.command("pin")
def pin_case(
    case_id: str,
    reason: Reason,
    build: Annotated[str | None, typer.Option(help="The build; none: the current one.")] = None,
    dry_run: Dry = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Keep a case with a build, whatever becomes current; without one let it go again."""
    body: Document = {"buildId": build, "reason": reason, "dryRun": dry_run}
    told = Connection(as_).post("cases", case_id, "pin", body=body)
    _tell(told, f"{case_id} goes with {build or 'the current build'}.", json_)


def _tell(told: Document, sentence: str, as_json: bool) -> None:
    if as_json or not told["dryRun"]:
        done(told, sentence, as_json)
        return
    say(f"It would be: {sentence}")

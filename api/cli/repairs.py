"""``baoquan incident``: what is stuck, why, and getting it going again."""

from typing import Annotated

import typer

from api.cli.connection import Connection, Document, show_json
from api.cli.forecasts import tell
from api.cli.incident_page import print_incident
from api.cli.many_incidents import retry_all, skip_all, throw_all
from api.cli.printing import As, Json, Reason, Set, done, say, show, variables_of
from api.cli.setting_aside import ASIDE, command_for
from api.cli.suspensions import Dry

incident_app = typer.Typer(
    no_args_is_help=True,
    help="What is stuck: list, causes, show, retry, skip, throw, hand-over, ignore, attend.",
)
incident_app.command("retry-all")(retry_all)
incident_app.command("skip-all")(skip_all)
incident_app.command("throw-all")(throw_all)
for _act in ASIDE:
    incident_app.command(_act)(command_for(_act))


@incident_app.command("list")
def list_incidents(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    case: Annotated[str | None, typer.Option(help="Only of this case.")] = None,
    code: Annotated[str | None, typer.Option(help="Only with this code.")] = None,
    element: Annotated[str | None, typer.Option(help="Only at this element.")] = None,
    closed: Annotated[bool, typer.Option("--closed", help="Closed ones too.")] = False,
    group: Annotated[bool, typer.Option("--by-cause", "--group", help="Their causes.")] = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """List incidents, the oldest first."""
    if group:
        list_causes(as_, json_)
        return
    parameters = {"caseId": case, "code": code, "element": element, "closed": closed or None}
    page = Connection(as_).get("incidents", parameters=parameters)
    columns = ("incidentId", "status", "element", "code", "message", "openedAt", "attempts")
    show(page, "incidents", columns, json_)


@incident_app.command("causes")
def list_causes(as_: As = None, json_: Json = False) -> None:
    """Group open incidents by cause, the most frequent first."""
    found = Connection(as_).get("incidents", parameters={"group": "cause"})
    columns = ("cause", "incidents", "process", "element", "code", "message", "firstAt", "lastAt")
    show(found, "groups", columns, json_)


@incident_app.command("show")
def show_incident(incident_id: str, as_: As = None, json_: Json = False) -> None:
    """Show one incident: what it means, and what can be done."""
    found = Connection(as_).get("incidents", incident_id)
    if json_:
        show_json(found)
        return
    print_incident(found)


@incident_app.command("retry")
@incident_app.command("resolve", hidden=True)
def retry_incident(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    incident_id: str,
    reason: Reason,
    set_: Set = None,
    retries: Annotated[int, typer.Option(help="How often the work may be tried now.")] = 1,
    queue: Annotated[
        str | None, typer.Option(help="Another task queue, this once; for remote work.")
    ] = None,
    dry_run: Dry = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Try the failed element again, with corrected variables if given."""
    more = {"retries": retries, **({"queue": queue} if queue else {})}
    told = _resolve(as_, incident_id, "retry", reason, set_, dry_run, more)
    _say(told, f"{incident_id} was tried again.", json_)


@incident_app.command("skip")
def skip_incident(
    incident_id: str,
    reason: Reason,
    set_: Set = None,
    dry_run: Dry = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Take the stuck element for done; --set says what its work would have brought."""
    told = _resolve(as_, incident_id, "skip", reason, set_, dry_run, {})
    _say(told, f"{incident_id} was skipped.", json_)


@incident_app.command("throw")
def throw_error(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    incident_id: str,
    code: Annotated[str, typer.Argument(help="Code of the BPMN error.")],
    reason: Reason,
    message: str = "",
    set_: Set = None,
    dry_run: Dry = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Let the stuck element throw a BPMN error instead; whoever catches it goes on."""
    more = {"code": code, "message": message}
    told = _resolve(as_, incident_id, "throw", reason, set_, dry_run, more)
    _say(told, f"{incident_id} threw {code}.", json_)


def _resolve(  # noqa: PLR0913, PLR0917 - what every way to resolve has
    as_: str | None,
    incident_id: str,
    act: str,
    reason: str,
    set_: list[str] | None,
    dry_run: bool,
    more: Document,
) -> Document:
    body = {
        "act": act,
        "reason": reason,
        "variables": variables_of(set_ or ()),
        "dryRun": dry_run,
        **more,
    }
    return Connection(as_).post("incidents", incident_id, "resolve", body=body)


def _say(told: Document, sentence: str, as_json: bool) -> None:
    if as_json or not told["dryRun"]:
        done(told, sentence, as_json)
        return
    say(f"{told['incidentId']}: this would happen:")
    tell(told["forecast"])

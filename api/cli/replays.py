"""``baoquan replay``: a case taken up again from an earlier point; or only rehearsed, locally."""

from typing import Annotated

import typer

from api.cli.connection import Connection, Document, show_json
from api.cli.printing import As, Json, Set, say, variables_of
from api.cli.rehearsals import OtherVersion, rehearse
from api.cli.suspensions import Dry

Why = Annotated[
    str | None, typer.Option("--reason", help="Why; it stands in the audit trail. Not for --local.")
]
To = Annotated[str, typer.Option(help="last-good-point, an element's id, or an event's number.")]
Run = Annotated[
    str | None, typer.Option(help="The run you looked at; refused when there is a newer one.")
]
Undo = Annotated[
    bool | None,
    typer.Option(
        "--undo/--keep",
        help="Undo what was done after the point, the newest first, and make it anew; or keep it.",
    ),
]
Locally = Annotated[
    bool, typer.Option("--local", help="Replay its history on this machine; nothing is changed.")
]


def replay_case(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    case_id: str,
    reason: Why = None,
    to: To = "last-good-point",
    dry_run: Dry = False,
    run: Run = None,
    set_: Set = None,
    undo: Undo = None,
    local: Locally = False,
    other: OtherVersion = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Take a case up again from an earlier point; what was done for good stays done.

    With --local its history is replayed with this code, or another version's, and the first
    difference is told by the element of its model. Exit code 1: it differs.
    """
    if local or other:
        rehearse(["--case", case_id, *(["--run", run] if run else [])], other, json_)
        return
    if reason is None:
        raise typer.BadParameter("Say why, with --reason.")
    body: Document = {
        "to": int(to) if to.isascii() and to.isdigit() else to,
        "reason": reason,
        "dryRun": dry_run,
        "variables": variables_of(set_ or ()),
        **({"runId": run} if run else {}),
        **({} if undo is None else {"undo": undo}),
    }
    told = Connection(as_).post("cases", case_id, "replay", body=body)
    if json_:
        show_json(told)
        return
    _tell(told)


def _tell(told: Document) -> None:
    point = told["point"]
    verb = "would go on" if told["dryRun"] else "goes on"
    say(f"{told['caseId']} {verb} from event {point['eventId']} of run {point['runId']}:")
    say(f"  {point['why']} ({point['at']}), in status {told['status']}")
    for one in told["reopened"]:
        say(f"  open again: {one['waitsFor']} at {one['name'] or one['element']}")
    for one in told["decisionsAgain"]:
        say(f"  to be decided again: {one['element']} ({one['by']}: {one['outcome']})")
    for one in told["effectsKept"]:
        say(f"  kept, not repeated: {one['kind']} at {one['element']}")
    for one in told["effectsRemade"]:
        say(f"  made anew: {one['kind']} at {one['element']}")
    for one in told["effectsUndone"]:
        say(f"  undone first: {one['kind']} at {one['element']} (by {one['by']})")
    for one in told["effectsFixed"]:
        say(f"  cannot be undone: {one['kind']} at {one['element']}")
    if told["corrects"]:
        say(f"  written before anything is done again: {', '.join(told['corrects'])}")
    say(f"  {told['superseded']} entries of the trail are superseded and kept as history")
    if told["newRunId"]:
        say(f"  new run {told['newRunId']}")

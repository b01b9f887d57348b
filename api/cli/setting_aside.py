"""``baoquan incident hand-over|ignore|attend``: one, all of a case, or all of a cause."""

from typing import Annotated

import typer

from api.cli.connection import Connection
from api.cli.many_incidents import Case, Cause, Code, act_on_all, meant_by
from api.cli.printing import As, Json, Reason, done
from api.cli.suspensions import Dry

Incident = Annotated[
    str | None, typer.Argument(help="One incident; or name a case, a cause or a code.")
]
_DONE = {
    "hand-over": "is with those who deal with anomalies.",
    "ignore": "is ignored.",
    "attend": "is attended to again.",
}


def hand_over(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    reason: Reason,
    incident_id: Incident = None,
    case: Case = None,
    cause: Cause = None,
    code: Code = None,
    dry_run: Dry = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Hand to those who deal with anomalies; the case stays as it is."""
    _set_aside("hand-over", (incident_id, case, cause, code), (reason, dry_run), as_, json_)


def ignore(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    reason: Reason,
    incident_id: Incident = None,
    case: Case = None,
    cause: Cause = None,
    code: Code = None,
    dry_run: Dry = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Set aside: it stays named on the case and in the list, and alarms nobody."""
    _set_aside("ignore", (incident_id, case, cause, code), (reason, dry_run), as_, json_)


def attend(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    reason: Reason,
    incident_id: Incident = None,
    case: Case = None,
    cause: Cause = None,
    code: Code = None,
    dry_run: Dry = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Take up again what was ignored or handed over."""
    _set_aside("attend", (incident_id, case, cause, code), (reason, dry_run), as_, json_)


def _set_aside(
    act: str,
    which: tuple[str | None, str | None, str | None, str | None],
    how: tuple[str, bool],
    as_: str | None,
    as_json: bool,
) -> None:
    incident_id, case, cause, code = which
    reason, dry_run = how
    body = {"act": act, "reason": reason, "dryRun": dry_run}
    if incident_id is None:
        act_on_all(as_, {**meant_by(case, cause, code, None, None), **body}, as_json)
        return
    told = Connection(as_).post("incidents", incident_id, "resolve", body=body)
    verb = f"would: {act}" if dry_run else _DONE[act]
    done(told, f"{incident_id} {verb}", as_json)

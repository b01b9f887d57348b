"""``baoquan incident hand-over|ignore|attend``: one, all of a case, or all of a cause."""

from collections.abc import Callable
from typing import Annotated, Final

import typer

from api.cli.connection import Connection
from api.cli.many_incidents import Case, Cause, Code, act_on_all, meant_by
from api.cli.printing import As, Json, Reason, done
from api.cli.suspensions import Dry

Incident = Annotated[
    str | None, typer.Argument(help="One incident; or name a case, a cause or a code.")
]
_TOLD: Final = {
    "hand-over": (
        "Hand to those who deal with anomalies; the case stays as it is.",
        "is with those who deal with anomalies.",
    ),
    "ignore": (
        "Set aside: it stays named on the case and in the list, and alarms nobody.",
        "is ignored.",
    ),
    "attend": ("Take up again what was ignored or handed over.", "is attended to again."),
}
"""Of each act what it does, and what is said when it is done."""
ASIDE: Final = tuple(_TOLD)


def command_for(act: str) -> Callable[..., None]:
    """Build the command of one of the acts."""

    def set_aside(  # noqa: PLR0913, PLR0917 - every one is an option of the command
        reason: Reason,
        incident_id: Incident = None,
        case: Case = None,
        cause: Cause = None,
        code: Code = None,
        dry_run: Dry = False,
        as_: As = None,
        json_: Json = False,
    ) -> None:
        body = {"act": act, "reason": reason, "dryRun": dry_run}
        if incident_id is None:
            act_on_all(as_, {**meant_by(case, cause, code, None, None), **body}, json_)
            return
        told = Connection(as_).post("incidents", incident_id, "resolve", body=body)
        verb = f"would: {act}" if dry_run else _TOLD[act][1]
        done(told, f"{incident_id} {verb}", json_)

    set_aside.__doc__ = _TOLD[act][0]
    return set_aside

"""``baoquan breach``: the register of breaches; who has to be told, what was done about it."""

from typing import Annotated

import typer

from api.cli.connection import Connection, Document
from api.cli.printing import As, Json, Reason, done, show

breach_app = typer.Typer(
    no_args_is_help=True,
    help="The register of breaches: report, list, show, and write down what is done.",
)
COLUMNS = ("breachId", "kind", "severity", "people", "knownAt", "authorityDueAt",
           "authorityToldAt", "subjectsDueAt", "subjectsToldAt", "isLate", "closedAt")  # fmt: skip


@breach_app.command("report")
def report(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    kind: Annotated[
        str,
        typer.Argument(help="UNAUTHORISED_ACCESS, DISCLOSURE, ALTERATION, LOSS or MISSED_LIMIT."),
    ],
    description: Annotated[str, typer.Option(help="What happened; no personal data.")],
    severity: Annotated[str, typer.Option(help="LOW, MEDIUM, HIGH or CRITICAL.")] = "MEDIUM",
    data: Annotated[
        list[str] | None, typer.Option(help="A kind of data: NAME, ID_NO, ACCOUNT, HEALTH, ...")
    ] = None,
    people: Annotated[int, typer.Option(help="How many persons it is about.")] = 0,
    known_at: Annotated[str | None, typer.Option(help="Since when it is known; else now.")] = None,
    case: Annotated[str | None, typer.Option(help="The case that it is about.")] = None,
    exposure: Annotated[str | None, typer.Option(help="What penalty, by which article.")] = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Report a breach; of personal data, the limits to tell of it run from when it was known."""
    body: Document = {
        "kind": kind, "description": description, "severity": severity, "data": data or [],
        "people": people, "knownAt": known_at, "caseId": case, "exposure": exposure,
    }  # fmt: skip
    sent = {name: value for name, value in body.items() if value is not None}
    told = Connection(as_).post("breaches", body=sent)
    due = told["authorityDueAt"]
    done(told, f"{told['breachId']}: " + (f"to be told by {due}." if due else "on record."), json_)


@breach_app.command("list")
def list_breaches(
    closed: Annotated[bool, typer.Option("--closed", help="Closed ones too.")] = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """List breaches, those known longest at the head."""
    page = Connection(as_).get("breaches", parameters={"closed": closed or None})
    show(page, "breaches", COLUMNS, json_)


@breach_app.command("show")
def show_breach(breach_id: str, as_: As = None, json_: Json = False) -> None:
    """Show a breach with everything that was done about it."""
    told = Connection(as_).get("breaches", breach_id)
    if not json_:
        show({"breaches": [told]}, "breaches", COLUMNS, as_json=False)
    show(told, "steps", ("at", "step", "by", "note"), json_)


@breach_app.command("step")
def take_step(
    breach_id: str,
    step: Annotated[
        str,
        typer.Argument(help="MEASURE, AUTHORITY_TOLD, SUBJECTS_TOLD, SUBJECTS_SPARED or CLOSED."),
    ],
    reason: Reason,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Write down what was done; a breach is closed when everybody was told."""
    body = {"step": step, "note": reason}
    told = Connection(as_).post("breaches", breach_id, "steps", body=body)
    done(told, f"{breach_id}: {step} is on record.", json_)

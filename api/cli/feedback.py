"""``baoquan complaint``, ``recovery`` and ``improvement``: what went wrong, and what came of it."""

from typing import Annotated

import typer

from api.cli.connection import Connection
from api.cli.kpis import Since, Until
from api.cli.printing import As, Json, Reason, done, show

complaint_app = typer.Typer(
    no_args_is_help=True, help="Complaints about cases: register, list, decide within their limit."
)
recovery_app = typer.Typer(
    no_args_is_help=True, help="Dissatisfied customers to be called: list, close."
)
improvement_app = typer.Typer(
    no_args_is_help=True,
    help="Improvement items, from reasons of what goes wrong to the version that mends them.",
)
COMPLAINTS = ("complaintId", "caseId", "cause", "channel", "targetOn", "promisedOn", "dueOn",
              "isLate", "outcome")  # fmt: skip
ITEMS = ("improvementId", "state", "source", "reason", "processId", "version", "doneVersion",
         "problem", "closingReason")  # fmt: skip
Closed = Annotated[bool, typer.Option("--closed", help="Closed ones too.")]


@complaint_app.command("register")
def register(
    case_id: str,
    cause: Annotated[str, typer.Option(help="DELAY, REFUSAL, AMOUNT, PAPERS, CONDUCT, ...")],
    channel: Annotated[str, typer.Option(help="How it came.")] = "PHONE",
    together: Annotated[int, typer.Option(help="How many complain together.")] = 1,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Register a complaint about a case, by the code of its cause."""
    body = {"caseId": case_id, "cause": cause, "channel": channel, "complainants": together}
    made = Connection(as_).post("complaints", body=body)
    done(made, f"{made['complaintId']} is to be decided by {made['dueOn']}.", json_)


@complaint_app.command("list")
def list_complaints(
    decided: Annotated[bool, typer.Option("--decided", help="Decided ones too.")] = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """List complaints, those due first at the head."""
    page = Connection(as_).get("complaints", parameters={"decided": decided or None})
    show(page, "complaints", COMPLAINTS, json_)


@complaint_app.command("decide")
def decide(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    complaint_id: str,
    outcome: Annotated[str, typer.Option(help="UPHELD, PARTLY_UPHELD, NOT_UPHELD or WITHDRAWN.")],
    reason: Reason,
    facts: Annotated[str, typer.Option(help="What was found: the letter says so.")],
    basis: Annotated[str, typer.Option(help="The law or contract that it rests on.")],
    as_: As = None,
    json_: Json = False,
) -> None:
    """Decide a complaint, or its review; nobody who worked on its case, or decided it, may."""
    body = {"outcome": outcome, "reason": reason, "facts": facts, "basis": basis}
    told = Connection(as_).post("complaints", complaint_id, "decide", body=body)
    done(told, f"{complaint_id} is decided: {told['outcome']}.", json_)


@complaint_app.command("extend")
def extend(
    complaint_id: str,
    reason: Reason,
    longest: Annotated[bool, typer.Option("--longest", help="By a senior, once more.")] = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Give a complex complaint more time, and tell the customer."""
    body = {"extension": "EXTENDED" if longest else "COMPLEX", "reason": reason}
    told = Connection(as_).post("complaints", complaint_id, "extend", body=body)
    done(told, f"{complaint_id} is to be decided by {told['dueOn']}.", json_)


@complaint_app.command("review")
def review(complaint_id: str, reason: Reason, as_: As = None, json_: Json = False) -> None:
    """Take up the customer's request for a review; somebody else decides it."""
    told = Connection(as_).post("complaints", complaint_id, "review", body={"reason": reason})
    done(told, f"{complaint_id} is to be reviewed by {told['reviewDueOn']}.", json_)


@recovery_app.command("list")
def list_recoveries(closed: Closed = False, as_: As = None, json_: Json = False) -> None:
    """List the dissatisfied customers to be called, those due first at the head."""
    page = Connection(as_).get("recoveries", parameters={"closed": closed or None})
    show(page, "recoveries", ("recoveryId", "caseId", "dueOn", "closedAt"), json_)


@recovery_app.command("close")
def close_recovery(recovery_id: str, reason: Reason, as_: As = None, json_: Json = False) -> None:
    """Close a recovery: somebody has talked with the customer."""
    told = Connection(as_).post("recoveries", recovery_id, "close", body={"reason": reason})
    done(told, f"{recovery_id} is closed.", json_)


@improvement_app.command("reasons")
def list_reasons(
    since: Since = None, until: Until = None, as_: As = None, json_: Json = False
) -> None:
    """List what goes wrong by reason and version of the model, the most frequent first."""
    found = Connection(as_).get("defects", parameters={"since": since, "until": until})
    show(found, "defects", ("source", "reason", "processId", "version", "cases"), json_)


@improvement_app.command("list")
def list_improvements(closed: Closed = False, as_: As = None, json_: Json = False) -> None:
    """List improvement items, the newest first."""
    page = Connection(as_).get("improvements", parameters={"closed": closed or None})
    show(page, "improvements", ITEMS, json_)


@improvement_app.command("show")
def show_improvement(improvement_id: str, as_: As = None, json_: Json = False) -> None:
    """Show an item with the cases of its version, and of the one that it was done in."""
    found = Connection(as_).get("improvements", improvement_id)
    cohorts = [
        {"when": when, **found[when]} for when in ("before", "after") if found[when] is not None
    ]
    rows = {**found, "improvements": [found["improvement"]], "cohorts": cohorts}
    if json_:
        show(found, "", (), as_json=True)
        return
    show(rows, "improvements", ITEMS, as_json=False)
    show(rows, "cohorts", ("when", "version", "cases", "withReason"), as_json=False)


@improvement_app.command("open")
def open_improvement(  # noqa: PLR0913, PLR0917 - one for each part of an item
    source: Annotated[str, typer.Option(help="complaint, survey, anomaly or decision.")],
    reason_code: Annotated[str, typer.Option(help="As `baoquan improvement reasons` lists it.")],
    process: Annotated[str, typer.Option(help="The model.")],
    version: Annotated[int, typer.Option(help="The version in which it was found.")],
    problem: Annotated[str, typer.Option(help="What is wrong, and what is to change.")],
    as_: As = None,
    json_: Json = False,
) -> None:
    """Open an item for a reason that cases of a version of a model have."""
    body = {"source": source, "reason": reason_code, "processId": process, "version": version,
            "problem": problem}  # fmt: skip
    made = Connection(as_).post("improvements", body=body)
    done(made, f"{made['improvementId']} is open.", json_)


@improvement_app.command("close")
def close_improvement(
    improvement_id: str,
    reason: Reason,
    version: Annotated[
        int | None, typer.Option(help="The version it is done in; without it, dropped.")
    ] = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Close an item: done in a later version that is deployed, or dropped with a reason."""
    body = {"version": version, "reason": reason}
    told = Connection(as_).post("improvements", improvement_id, "close", body=body)
    done(told, f"{improvement_id} is {told['state']}.", json_)

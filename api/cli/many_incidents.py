"""Many incidents at once: all of a case, or all of a cause; and what becomes of each."""

from typing import Annotated, Any

import typer

from api.cli.connection import Connection
from api.cli.printing import As, Json, Reason, Set, show, variables_of
from api.cli.suspensions import Dry

Case = Annotated[str | None, typer.Option(help="All of this case.")]
Cause = Annotated[
    str | None, typer.Option(help="All of this cause, as the list of causes names it.")
]
Code = Annotated[str | None, typer.Option(help="All of this code.")]
Element = Annotated[str | None, typer.Option(help="And this element.")]
Process = Annotated[str | None, typer.Option(help="And this process.")]
Retries = Annotated[int, typer.Option(help="How often the work may be tried now.")]


def retry_all(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    reason: Reason,
    case: Case = None,
    cause: Cause = None,
    code: Code = None,
    element: Element = None,
    process: Process = None,
    set_: Set = None,
    retries: Retries = 1,
    dry_run: Dry = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Try every open incident of a case or of a cause again, at most 100 at once."""
    meant = meant_by(case, cause, code, element, process)
    order = {"act": "retry", "variables": variables_of(set_ or ()), "retries": retries}
    act_on_all(as_, {**meant, **order, "reason": reason, "dryRun": dry_run}, json_)


def skip_all(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    reason: Reason,
    case: Case = None,
    cause: Cause = None,
    code: Code = None,
    element: Element = None,
    process: Process = None,
    set_: Set = None,
    dry_run: Dry = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Take every stuck element of a case or of a cause for done."""
    meant = meant_by(case, cause, code, element, process)
    order = {"act": "skip", "variables": variables_of(set_ or ())}
    act_on_all(as_, {**meant, **order, "reason": reason, "dryRun": dry_run}, json_)


def throw_all(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    error: Annotated[str, typer.Argument(help="Code of the BPMN error.")],
    reason: Reason,
    case: Case = None,
    cause: Cause = None,
    code: Code = None,
    element: Element = None,
    process: Process = None,
    dry_run: Dry = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Let every stuck element of a case or of a cause throw a BPMN error."""
    meant = meant_by(case, cause, code, element, process)
    order = {"act": "throw", "code": error}
    act_on_all(as_, {**meant, **order, "reason": reason, "dryRun": dry_run}, json_)


def meant_by(
    case: str | None,
    cause: str | None,
    code: str | None,
    element: str | None,
    process: str | None,
) -> dict[str, Any]:
    """Return what says which incidents are meant."""
    meant = {
        "caseId": case,
        "cause": cause,
        "incidentCode": code,
        "element": element,
        "process": process,
    }
    return {name: value for name, value in meant.items() if value}


def act_on_all(as_: str | None, body: dict[str, Any], as_json: bool) -> None:
    """Act on all of them, and print what became of each."""
    told = Connection(as_).post("incidents", "resolve", body=body)
    show(told, "outcomes", ("incidentId", "caseId", "at", "problem"), as_json)

"""``baoquan case activate``: begin what an ad-hoc sub-process of a case offers."""

from typing import Annotated

import typer

from api.cli.connection import Connection, Document
from api.cli.printing import As, Json, Set, done, variables_of


def begin_activities(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    case_id: str,
    elements: Annotated[list[str] | None, typer.Argument(help="What is to begin.")] = None,
    set_: Set = None,
    last: Annotated[
        bool, typer.Option("--last", help="Nothing more is to be begun: it is over then.")
    ] = False,
    offer: Annotated[
        str | None, typer.Option("--offer", help="Its id, where several are open.")
    ] = None,
    comment: Annotated[str, typer.Option(help="It stands in the audit trail.")] = "",
    as_: As = None,
    json_: Json = False,
) -> None:
    """Begin activities that a case offers; ``case show`` names them."""
    connection = Connection(as_)
    wanted = elements or []
    variables = variables_of(set_ or ())
    body = {
        "offerId": offer or _offer(connection.get("cases", case_id), wanted),
        "activities": [{"element": one, "variables": variables} for one in wanted],
        "isLast": last,
        "comment": comment,
    }
    receipt = connection.post("cases", case_id, "activities", body=body)
    told = ", ".join(wanted) or "nothing more"
    done(receipt, f"{case_id}: begun {told}.", json_)


def _offer(case: Document, wanted: list[str]) -> str:
    """Find the one offer that has all that is wanted."""
    found = [
        offer["offerId"]
        for offer in case["offers"]
        if {*wanted} <= {one["element"] for one in offer["activities"]}
    ]
    if len(found) != 1:
        open_ = ", ".join(found) or "none"
        raise typer.BadParameter(f"Offers that have all of this: {open_}. Name one by --offer.")
    return str(found[0])

"""``baoquan condition``: tell what is true now, so that the conditions over it begin cases."""

from typing import Annotated

import typer

from api.cli.connection import Connection
from api.cli.printing import As, Json, Set, done, variables_of


def tell_conditions(
    set_: Set = None,
    process: Annotated[
        str | None, typer.Option("--process", help="Only conditions of this process.")
    ] = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Test the conditions that begin cases over what is true now."""
    body = {"processId": process, "variables": variables_of(set_ or ())}
    receipt = Connection(as_).post("conditions", body=body)
    told = f"Begun: {', '.join(receipt['begun']) or 'nothing'}."
    for one in receipt["failed"]:
        told += f"\n{one['processId']} {one['element']}: {one['message']}"
    done(receipt, told, json_)

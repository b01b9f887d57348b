"""``baoquan store``: what data stores of processes hold."""

from typing import Annotated, Final

import typer

from api.cli.connection import Connection
from api.cli.printing import As, Json, show

store_app = typer.Typer(no_args_is_help=True, help="Data stores that processes read and write.")
COLUMNS: Final = ("store", "key", "value", "caseId", "writtenAt")


@store_app.command("list")
def list_entries(
    store: Annotated[str | None, typer.Argument(help="The name that models give it.")] = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """List what data stores hold, and which case wrote it; texts by their length alone."""
    page = Connection(as_).get("stores", parameters={"store": store})
    show(page, "entries", COLUMNS, json_)

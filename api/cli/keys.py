"""``baoquan keys``: the keys of this deployment, on the machine that has their file."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, TypeVar

import typer
from rich.console import Console
from rich.table import Column, Table
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.sealing import needs, rewrap
from infra.db.connections.away import DatabaseAway
from infra.db.unit_of_work import Database
from infra.payload_codec import key_path
from infra.payload_keys import KeyFile, PayloadKeyError
from infra.payload_usage import first_use
from infra.settings import Settings
from infra.temporal import connect, leave

T = TypeVar("T")
SETTLED: Final = timedelta(hours=1)

keys_app = typer.Typer(
    no_args_is_help=True, help="The deployment's keys: list, rotate, rewrap, retire."
)


@keys_app.command("list")
def list_keys() -> None:
    """List the keys, the newest last; the last one encrypts."""
    table = Table(Column("key"), Column("made"), Column("superseded"), Column("state"), box=None)
    ring = _opened().ring
    for key in ring.keys.values():
        superseded = key.superseded_at.isoformat() if key.superseded_at else ""
        state = "active" if key == ring.active else "reads only"
        table.add_row(key.id, key.made_at.isoformat(), superseded, state)
    Console().print(table)


@keys_app.command("rotate")
def rotate_keys() -> None:
    """Make a new key that encrypts from now on; the older ones still decrypt."""
    keys = _opened()
    made = keys.rotate()
    typer.echo(f"{made.id} encrypts from now on; running processes follow within seconds.")
    typer.echo(f"Bring {keys.path} to every machine that has a copy of it.")


@keys_app.command("rewrap")
def rewrap_keys() -> None:
    """Wrap the keys of persons in the database by the newest key, so that older ones can go."""
    count = _tried(_rewrapped)
    typer.echo(f"{count} keys of persons were wrapped anew.")
    leave(0)


@keys_app.command("retire")
def retire_key(
    key_id: Annotated[str, typer.Argument(metavar="KEY")],
    force: Annotated[
        bool, typer.Option("--force", help="Also where it is used: that can never be read again.")
    ] = False,
) -> None:
    """Forget an older key for good, once no history in Temporal and no person needs it any more."""
    keys = _opened()
    if not force:
        _tried(lambda: _check_unused(keys, key_id))
    try:
        keys.retire(key_id)
    except PayloadKeyError as error:
        typer.echo(str(error), err=True)
        leave(1)
    typer.echo(f"{key_id} is gone; what it encrypted can never be read again.")
    leave(0)


async def _check_unused(keys: KeyFile, key_id: str) -> None:
    superseded = keys.older(key_id).superseded_at
    if superseded is not None and datetime.now(UTC) - superseded < SETTLED:
        raise PayloadKeyError(
            f"{key_id} was active until {superseded:%H:%M} UTC: what was written with it last may "
            "not be in a history yet. Try again an hour after the rotation, or --force."
        )
    settings = Settings()
    if await _of_database(lambda connection: needs(connection, key_id)):
        raise PayloadKeyError(
            f"{key_id} still wraps keys of persons: run `baoquan keys rewrap`, then try again."
        )
    client = await connect(
        settings.temporal_address, codec=None, namespace=settings.temporal_namespace
    )
    user = await first_use(client, key_id, lambda seen: typer.echo(f"{seen} looked through"))
    if user:
        raise PayloadKeyError(f"{key_id} is still needed, by {user} for one: not retired.")


async def _rewrapped() -> int:
    return await _of_database(rewrap)


async def _of_database(work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    settings = Settings()
    database = Database.at(settings.database_url, keys=key_path(settings))
    try:
        async with database.changing() as connection:
            return await work(connection)
    except DatabaseAway as error:
        raise PayloadKeyError(str(error)) from None
    finally:
        await database.close()


def _tried(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    try:
        return asyncio.run(work())
    except PayloadKeyError as error:
        typer.echo(str(error), err=True)
        leave(1)


def _opened() -> KeyFile:
    try:
        return KeyFile(key_path(Settings()))
    except PayloadKeyError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None

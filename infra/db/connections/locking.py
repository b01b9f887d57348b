"""What a write transaction holds until it ends, so that what it read stays true.

On SQLite a write transaction is alone: there is nothing more to hold. On PostgreSQL it holds the
rows it read in order to change them, and names for what has no row yet.
"""

from hashlib import sha256
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

WRITES = "baoquan_writes"
"""Execution option of a connection that is going to write."""

_HOLD = select(func.pg_advisory_xact_lock(bindparam("name", type_=BigInteger)))


def is_alone(connection: AsyncConnection) -> bool:
    """Whether a write transaction has the whole database to itself."""
    return connection.dialect.name == "sqlite"


async def hold(connection: AsyncConnection, *names: tuple[str, ...]) -> None:
    """Hold names, always in the same order, until the transaction ends."""
    if is_alone(connection):
        return
    for number in sorted({_number(name) for name in names}):
        await connection.execute(_HOLD, {"name": number})


def to_change(connection: AsyncConnection, query: Select[Any]) -> Select[Any]:
    """The query, holding the rows it finds when its transaction writes; readers never hold any."""
    options = connection.sync_connection and connection.sync_connection.get_execution_options()
    if is_alone(connection) or not (options and options.get(WRITES)):
        return query
    return query.with_for_update()


def _number(name: tuple[str, ...]) -> int:
    """A name as PostgreSQL wants it; two names with one number only wait for each other."""
    return int.from_bytes(sha256("\0".join(name).encode()).digest()[:8], signed=True)

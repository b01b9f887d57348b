"""When the database does not answer: what the drivers say, told in two words of our own.

``DatabaseAway``: it cannot be reached, or did not answer in time; repeat later. ``Contended``:
another transaction was in the way; this one left nothing behind and may be repeated at once.
"""

import asyncio
import random
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

import asyncpg
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from workflows.domain.systems import SystemUnavailable

T = TypeVar("T")


class DatabaseAway(SystemUnavailable):
    """The database did not answer; nothing was changed, or the answer was lost with it."""


class Contended(DatabaseAway):
    """Another transaction was in the way: the whole unit of work may be done again at once."""


class LockHeld(DatabaseAway):
    """Another transaction held for too long what this one needs."""


NO_CONNECTION: Final = (
    OSError,
    PoolTimeout,
    DBAPIError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # cut off in the middle of an answer
)
"""What may come of connecting: the drivers' own words are not translated there."""

TRIES: Final = 6
LOCK_WAITS: Final = 3
_FIRST_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 0.5

_BY_CLASS: Mapping[str, type[DatabaseAway]] = MappingProxyType({
    "08": DatabaseAway,  # connection exception
    "40": Contended,  # transaction rollback: serialization failure, deadlock
    "53": DatabaseAway,  # insufficient resources: connections, disk, memory
})  # fmt: skip
_BY_STATE: Mapping[str, type[DatabaseAway]] = MappingProxyType({
    "25006": DatabaseAway,  # read only: a standby answered
    "25P03": DatabaseAway,  # idle in transaction for too long
    "55P03": LockHeld,  # lock not available: lock_timeout
    "57014": DatabaseAway,  # query cancelled: statement_timeout
    "57P01": DatabaseAway,  # shut down by an administrator
    "57P02": DatabaseAway,  # crash of another session
    "57P03": DatabaseAway,  # starting up or shutting down
    "57P05": DatabaseAway,  # idle for too long
})  # fmt: skip
_SQLITE: Final = frozenset({
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
})  # fmt: skip
_PRIMARY: Final = 0xFF
"""SQLite's extended codes keep the primary one in the lowest byte."""


def watch(engine: Engine) -> None:
    """Have an engine tell in our words that the database did not answer."""
    event.listen(engine, "handle_error", _told)


async def unhindered(unit: Callable[[], Awaitable[T]]) -> T:
    """Do a whole unit of work; when others are in its way, do it again after a short, odd pause."""
    for tried in range(1, TRIES):
        try:
            return await unit()
        except Contended:
            longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**tried)
            await asyncio.sleep(random.uniform(0, longest))  # noqa: S311 - a pause is no secret
    return await unit()


async def patiently(unit: Callable[[], Awaitable[T]]) -> T:
    """The same for work that nobody stands and waits for: it also queues for a lock anew."""
    for _ in range(1, LOCK_WAITS):
        try:
            return await unhindered(unit)
        except LockHeld:
            continue
    return await unhindered(unit)


def _told(context: ExceptionContext) -> BaseException | None:
    if not isinstance(context.original_exception, Exception):
        return None  # who was cancelled is told so: the connection is given up, not away
    kind = _kind(context)
    if kind is None or context.is_pre_ping:  # a stale connection is replaced, and nobody told
        return None
    return kind(f"The database did not answer: {type(context.original_exception).__name__}.")


def _kind(context: ExceptionContext) -> type[DatabaseAway] | None:
    error: BaseException | None = context.original_exception
    if isinstance(error, (OSError, asyncio.TimeoutError)):
        return DatabaseAway
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
        return DatabaseAway if code in _SQLITE else None
    state = str(getattr(error, "sqlstate", None) or "")
    found = _BY_STATE.get(state) or _BY_CLASS.get(state[:2])
    return DatabaseAway if found is None and context.is_disconnect else found

"""SQLite connections that cross to their thread once per statement.

``aiosqlite`` crosses four times (open a cursor, execute, fetch, close), and a crossing costs more
than most of our statements do. Rows are fetched at once in any case, so one crossing is enough.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import aiosqlite

_CHUNK = 64
_Parameters = Sequence[Any]


class OneTripCursor:
    """A cursor that executes, fetches and closes in one crossing."""

    arraysize = 1

    def __init__(self, connection: "OneTripConnection") -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> "OneTripCursor":
        return self

    async def execute(self, sql: str, parameters: _Parameters = ()) -> "OneTripCursor":
        """Execute one statement and fetch what it returns."""
        return await self._connection.on_thread(self._run, sql, parameters)

    async def executemany(self, sql: str, parameters: Sequence[_Parameters]) -> "OneTripCursor":
        """Execute one statement for many rows."""
        return await self._connection.on_thread(self._run_many, sql, parameters)

    async def fetchall(self) -> list[Any]:
        """What the last statement returned."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is open."""

    def _run(self, raw: sqlite3.Connection, sql: str, parameters: _Parameters) -> "OneTripCursor":
        cursor = raw.execute(sql, parameters)
        self._rows = cursor.fetchall() if cursor.description else []
        return self._keep(cursor)

    def _run_many(
        self, raw: sqlite3.Connection, sql: str, parameters: _Parameters
    ) -> "OneTripCursor":
        return self._keep(raw.executemany(sql, parameters))

    def _keep(self, cursor: sqlite3.Cursor) -> "OneTripCursor":
        self.description = cursor.description
        self.rowcount = cursor.rowcount
        self.lastrowid = cursor.lastrowid
        cursor.close()
        return self


class OneTripConnection(aiosqlite.Connection):
    """A connection whose cursors make one trip."""

    def cursor(self) -> OneTripCursor:  # type: ignore[override] # what SQLAlchemy's adapter needs
        """A cursor; opening it costs nothing."""
        return OneTripCursor(self)

    async def on_thread(
        self, work: Callable[..., OneTripCursor], sql: str, parameters: _Parameters
    ) -> OneTripCursor:
        """Do some work on the connection's thread."""
        execute: Callable[..., Awaitable[OneTripCursor]] = self._execute
        return await execute(work, self._conn, sql, parameters)


async def connect(path: str) -> OneTripConnection:
    """Open a database file (or ``:memory:``)."""
    connection = OneTripConnection(
        lambda: sqlite3.connect(path, check_same_thread=False, uri=path.startswith("file:")),
        iter_chunk_size=_CHUNK,
    )
    # A process that ends without closing must not wait for the thread.
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy's own adapter does
    await connection
    return connection

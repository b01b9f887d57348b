"""The database under a run, and what can be done to it: a file, or a PostgreSQL of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import asyncpg

from infra.db.chain.roles import Roles, establish
from tests.chaos.plan import FaultKind, Kind
from tests.cluster import OWNER, Cluster

NAME = "baoquan"
URL_VARIABLE = "BAOQUAN_DATABASE_URL"


class Base(Protocol):
    """A database that faults can strike."""

    kind: Kind
    owned: str
    """The URL of who sets it up and who judges; empty: a file in the run's folder."""

    async def open_up(self, owned: str) -> str:
        """It is filled: let the product in; answers the URL that the product works with."""
        ...

    async def strike(self, kind: FaultKind, seconds: float) -> None:
        """Bring a fault about; returns when it is over, or when a dead one will come back."""
        ...

    async def ready(self) -> None:
        """Wait until it answers."""
        ...

    async def left_behind(self) -> list[str]:
        """Tell sessions that sit in a transaction and do nothing."""
        ...


@contextlib.asynccontextmanager
async def base_of(kind: Kind, folder: Path) -> AsyncIterator[Base]:
    """The database of a run; at the end nothing of a server is left."""
    if kind == "sqlite":
        yield Embedded(folder)
        return
    server = Server(Cluster())
    try:
        await server.begin()
        yield server
    finally:
        server.cluster.close()


@contextlib.contextmanager
def furnishing(base: Base) -> Iterator[None]:
    """While it lasts, settings that are read here mean this database."""
    known = os.environ.get(URL_VARIABLE)
    os.environ[URL_VARIABLE] = base.owned
    try:
        yield
    finally:
        os.environ.pop(URL_VARIABLE)
        if known is not None:
            os.environ[URL_VARIABLE] = known


class Embedded:
    """SQLite: no process to kill; what can happen is that somebody holds the write lock."""

    kind: Kind = "sqlite"
    owned = ""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "baoquan.db"

    async def open_up(self, owned: str) -> str:
        return owned

    async def strike(self, kind: FaultKind, seconds: float) -> None:
        if kind == "lock":
            await asyncio.to_thread(self._hold, seconds)

    def _hold(self, seconds: float) -> None:
        with contextlib.closing(sqlite3.connect(self._file, timeout=30)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            connection.rollback()

    async def ready(self) -> None:
        """It always is."""

    async def left_behind(self) -> list[str]:
        return []


class Server:
    """PostgreSQL: the product works with the least rights, the judge reads as the owner."""

    kind: Kind = "postgresql"

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.owned = cluster.url(NAME)
        self._coming: asyncio.Task[None] | None = None
        self._strikes: Mapping[str, Callable[[float], Awaitable[None]]] = {
            "kill": self._kill,
            "freeze": self._freeze,
            "cut": self._cut,
            "lock": self._lock,
        }

    async def begin(self) -> None:
        """Start it, with an empty database."""
        self.cluster.launch()
        await asyncio.to_thread(self.cluster.until_it_answers)
        await self._run(f"CREATE DATABASE {NAME}", database=OWNER)

    async def open_up(self, owned: str) -> str:
        roles = Roles()
        await establish(owned, roles)
        return self.cluster.url(NAME, roles.app)

    async def strike(self, kind: FaultKind, seconds: float) -> None:
        await self.ready()
        await self._strikes[kind](seconds)

    async def ready(self) -> None:
        if self._coming is not None:
            await self._coming

    async def left_behind(self) -> list[str]:
        query = (
            "SELECT application_name, state, left(query, 80) FROM pg_stat_activity "
            "WHERE datname = $1 AND state LIKE 'idle in transaction%' "
            "AND now() - state_change > interval '1 second'"
        )
        async with self._connected() as connection:
            return [" ".join(row) for row in await connection.fetch(query, NAME)]

    async def _kill(self, rest: float) -> None:
        self.cluster.kill()
        self._coming = asyncio.create_task(self._come_back(rest))

    async def _come_back(self, rest: float) -> None:
        await asyncio.sleep(rest)
        self.cluster.launch()
        await asyncio.to_thread(self.cluster.until_it_answers)

    async def _freeze(self, seconds: float) -> None:
        with self.cluster.frozen():
            await asyncio.sleep(seconds)

    async def _cut(self, _seconds: float) -> None:
        await self._run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE usename = '{Roles().app}'"
        )

    async def _lock(self, seconds: float) -> None:
        async with self._connected() as connection, connection.transaction():
            await connection.execute("LOCK TABLE audit_heads IN ACCESS EXCLUSIVE MODE")
            await asyncio.sleep(seconds)

    async def _run(self, statement: str, database: str = NAME) -> None:
        async with self._connected(database) as connection:
            await connection.execute(statement)

    @contextlib.asynccontextmanager
    async def _connected(self, database: str = NAME) -> AsyncIterator[Any]:
        connection = await asyncpg.connect(
            host=str(self.cluster.folder), user=OWNER, database=database, timeout=10
        )
        try:
            yield connection
        finally:
            await connection.close(timeout=5)

"""The engine: SQLite tuned for durability, or PostgreSQL, by URL.

On SQLite every write transaction begins IMMEDIATE: what it reads cannot change under it, and the
audit chain cannot fork. The driver's own transaction control is off; the events below speak BEGIN.
"""

import json
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from infra.db.connections.away import watch
from infra.db.connections.durability import insist_on_durability
from infra.db.connections.field_keys import give_field_keys
from infra.db.connections.locking import WRITES
from infra.db.connections.postgresql import create_postgresql
from infra.db.connections.sqlite_driver import connect

PATIENCE = 1.5
"""Seconds to wait for a connection, when somebody waits for the answer."""

_LOCK_PATIENCE = 5.0
"""Seconds to wait for the embedded database's lock."""

_PRAGMAS = (
    f"PRAGMA busy_timeout={int(_LOCK_PATIENCE * 1000)}",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    # Else INSERT OR REPLACE deletes without asking the triggers that refuse it.
    "PRAGMA recursive_triggers=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA mmap_size=134217728",
    "PRAGMA journal_size_limit=67108864",
)


def create_engine(url: str, *, patience: float = PATIENCE, keys: Path | None = None) -> AsyncEngine:
    """An engine for ``sqlite+aiosqlite://…`` or ``postgresql+asyncpg://…``.

    ``keys``: the deployment's key file; without it that of the environment, or beside SQLite's.
    """
    # Values may be personal; a traceback is no place for them.
    options: dict[str, Any] = {"json_serializer": _json_text, "hide_parameters": True}
    if is_sqlite_url(url):
        path = make_url(url).database or ":memory:"
        engine = create_async_engine(url, async_creator=lambda: connect(path), **options)
    else:
        engine = create_postgresql(url, patience, **options)
    watch(engine.sync_engine)
    give_field_keys(engine.sync_engine, keys)
    prepare(engine.sync_engine)
    return engine


def prepare(engine: Engine) -> None:
    """Take transaction control into our own hands where the driver's is not strict enough."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune)
        event.listen(engine, "begin", _begin)
    insist_on_durability(engine)


def is_sqlite_url(url: str) -> bool:
    """Whether a URL means the embedded database."""
    return url.startswith("sqlite")


def _json_text(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _tune(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    _write_ahead(cursor)
    cursor.close()


def _write_ahead(cursor: DBAPICursor) -> None:
    """Keep a write-ahead log: SQLite waits for no lock when a file first becomes one with it."""
    deadline = time.monotonic() + _LOCK_PATIENCE
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

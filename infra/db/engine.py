"""The engine: SQLite tuned for durability, or PostgreSQL, by URL.

On SQLite every write transaction begins IMMEDIATE: what it reads cannot change under it, and the
audit chain cannot fork. The driver's own transaction control is off; the events below speak BEGIN.
"""

import json

from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from infra.db.sqlite_driver import connect

WRITES = "baoquan_writes"
"""Execution option of a connection that is going to write."""

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    # Else INSERT OR REPLACE deletes without asking the triggers that refuse it.
    "PRAGMA recursive_triggers=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA mmap_size=134217728",
    "PRAGMA journal_size_limit=67108864",
)


def create_engine(url: str) -> AsyncEngine:
    """An engine for ``sqlite+aiosqlite://…`` or ``postgresql+asyncpg://…``."""
    if is_sqlite_url(url):
        path = make_url(url).database or ":memory:"
        engine = create_async_engine(
            url,
            json_serializer=_json_text,
            hide_parameters=True,  # values may be personal; a traceback is no place for them
            async_creator=lambda: connect(path),
        )
    else:
        engine = create_async_engine(
            url, json_serializer=_json_text, hide_parameters=True, pool_pre_ping=True
        )
    prepare(engine.sync_engine)
    return engine


def prepare(engine: Engine) -> None:
    """Take transaction control into our own hands where the driver's is not strict enough."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune)
        event.listen(engine, "begin", _begin)


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
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

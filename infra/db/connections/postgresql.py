"""PostgreSQL as the product uses it: nothing waits for ever, no connection is trusted unasked."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from infra.db.connections.field_keys import give_field_keys

POOL_SIZE: Final = 20
CONNECT_SECONDS: Final = 2.0
STATEMENT_SECONDS: Final = 5
LOCK_SECONDS: Final = 2
IDLE_SECONDS: Final = 10
MIGRATION_LOCK_SECONDS: Final = 60

FAREWELL_SECONDS: Final = 0.3

SESSION: Mapping[str, str] = MappingProxyType({
    "application_name": "baoquan",
    "statement_timeout": f"{STATEMENT_SECONDS}s",
    "lock_timeout": f"{LOCK_SECONDS}s",
    "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
})  # fmt: skip
"""What every session of the product runs under."""

MIGRATING: Mapping[str, str] = MappingProxyType({
    "application_name": "baoquan migrations",
    "statement_timeout": "0",
    "lock_timeout": f"{MIGRATION_LOCK_SECONDS}s",
})  # fmt: skip
"""Migrations take the time they need; they do not queue behind a lock for ever."""


class Connection(asyncpg.Connection):
    """A connection that does not wait long for a server to say goodbye."""

    __slots__ = ()

    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 - its interface
        """Close it in order, or drop it."""
        limit = FAREWELL_SECONDS if timeout is None else min(timeout, FAREWELL_SECONDS)
        await super().close(timeout=limit)


def create_postgresql(url: str, patience: float, **options: Any) -> AsyncEngine:  # noqa: ANN401
    """An engine for the product's transactions; ``patience``: seconds to wait for a connection."""
    return create_async_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=patience,
        pool_pre_ping=True,
        connect_args={
            "connection_class": Connection,
            "timeout": max(CONNECT_SECONDS, patience),
            # The server's limit comes first; this one is for a server that went silent.
            "command_timeout": STATEMENT_SECONDS + 1,
            "server_settings": dict(SESSION),
        },
        **options,
    )


def create_migrating(url: str, keys: Path | None = None) -> AsyncEngine:
    """An engine for one migration."""
    engine = create_async_engine(
        url,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"timeout": CONNECT_SECONDS, "server_settings": dict(MIGRATING)},
    )
    give_field_keys(engine.sync_engine, keys)
    return engine

"""The schema over time. ``upgrade_to_head`` brings a database to the newest one, in-process."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, make_url
from sqlalchemy import create_engine as create_sync_engine

from infra.db.connections.engine import is_sqlite_url, prepare
from infra.db.connections.locking import WRITES, hold
from infra.db.connections.postgresql import create_migrating


def upgrade_to_head(url: str) -> None:
    """Create or migrate the database of a URL; one that is up to date stays as it is.

    Blocks: from a running event loop call it in a thread.
    """
    if is_sqlite_url(url):
        _upgrade_embedded(make_url(url))
    else:
        asyncio.run(_upgrade(url))


def _upgrade_embedded(url: URL) -> None:
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_sync_engine(url.set(drivername="sqlite"))
    prepare(engine)
    try:
        with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            migrate(connection)
    finally:
        engine.dispose()


async def _upgrade(url: str) -> None:
    engine = create_migrating(url)
    try:
        async with engine.begin() as connection:
            await hold(connection, ("migration",))  # two at once: the second finds it done
            await connection.run_sync(migrate)
    finally:
        await engine.dispose()


def migrate(connection: Connection) -> None:
    """Bring the database of a connection to the newest schema, in its transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

"""The schema over time. ``upgrade_to_head`` brings a database to the newest one, in-process."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy import create_engine as create_sync_engine
from sqlalchemy.engine.interfaces import DBAPIConnection

from infra.db.connections.engine import is_sqlite_url, prepare
from infra.db.connections.field_keys import give_field_keys
from infra.db.connections.locking import WRITES, hold
from infra.db.connections.postgresql import create_migrating


def upgrade_to_head(url: str, keys: Path | None = None) -> None:
    """Create or migrate the database of a URL; one that is up to date stays as it is.

    ``keys``: the file of the deployment's keys, where personal data has to be encrypted.
    Blocks: from a running event loop call it in a thread.
    """
    if is_sqlite_url(url):
        _upgrade_embedded(make_url(url), keys)
    else:
        asyncio.run(_upgrade(url, keys))


def _upgrade_embedded(url: URL, keys: Path | None) -> None:
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_sync_engine(url.set(drivername="sqlite"))
    give_field_keys(engine, keys)
    prepare(engine)
    event.listen(engine, "connect", _let_tables_be_remade)
    try:
        with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            migrate(connection)
            _insist_on_references(connection)
    finally:
        engine.dispose()


def _let_tables_be_remade(connection: DBAPIConnection, _record: object) -> None:
    """SQLite changes a column by making its table anew, beside rows that refer to it."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.close()


def _insist_on_references(connection: Connection) -> None:
    """What was not looked at row by row is looked at now, before anything is kept."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"The migration would leave rows without what they refer to: {broken}")


async def _upgrade(url: str, keys: Path | None) -> None:
    engine = create_migrating(url, keys)
    try:
        async with engine.begin() as connection:
            await hold(connection, ("migration",))  # two at once: the second finds it done
            await connection.run_sync(migrate)
    finally:
        await engine.dispose()


def migrate(connection: Connection, to: str = "head") -> None:
    """Bring the database of a connection to the newest schema, or ``to`` a revision of before.

    All of it happens in the connection's transaction.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, to)

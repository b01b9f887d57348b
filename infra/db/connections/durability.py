"""A database that forgets what it confirmed is refused: looked at on every new connection."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

_FULL: Final = 2
_MUST_BE_ON: Mapping[str, str] = MappingProxyType({
    "fsync": "a crash of the machine would corrupt the database",
    "full_page_writes": "a crash of the machine would leave torn pages",
    "synchronous_commit": "a crash would lose what was already answered",
})  # fmt: skip
_SETTINGS = (
    "SELECT name, setting FROM pg_settings"  # noqa: S608 - names of our own
    f" WHERE name IN ({', '.join(repr(name) for name in _MUST_BE_ON)})"
)


class NotDurable(Exception):
    """The database is set up to lose data; the message says which setting, and what to do."""


def insist_on_durability(engine: Engine) -> None:
    """Refuse every connection to a database that may lose a committed transaction."""
    look = _look_at_sqlite if engine.dialect.name == "sqlite" else _look_at_postgresql
    event.listen(engine, "connect", look)


def _look_at_postgresql(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(_SETTINGS)
    off = sorted(name for name, setting in cursor.fetchall() if setting == "off")
    cursor.close()
    if off:
        reasons = "; ".join(f"{name} is off: {_MUST_BE_ON[name]}" for name in off)
        raise NotDurable(f"This PostgreSQL is not set up to keep data ({reasons}). Turn it on.")


def _look_at_sqlite(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous")
    (level,) = cursor.fetchall()[0]
    cursor.close()
    if level < _FULL:
        raise NotDurable(
            f"Expected SQLite with synchronous FULL ({_FULL}), but it is {level}: a power cut "
            "would lose what was already answered."
        )

"""Databases for tests, on SQLite and on PostgreSQL: made once, copied for whoever needs one."""

import contextlib
import itertools
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from sqlalchemy import make_url

from infra.db.chain.roles import Roles, establish
from tests.cluster import OWNER, Cluster

Rows = list[tuple[Any, ...]]
PATIENCE = 10.0
"""Seconds to wait for a connection: a busy machine's first one takes its time."""


class Shelf(Protocol):
    """Where tests get databases."""

    kind: str

    def new(self, name: str) -> str:
        """The URL of a database that does not exist yet, or is empty."""
        ...

    def copy(self, url: str, name: str) -> str:
        """The URL of a fresh copy, which takes the place of one with its name."""
        ...

    def drop(self, url: str) -> None:
        """Throw a copy away."""
        ...

    def hand(self, url: str) -> "Hand":
        """Somebody who gets at a database past the product."""
        ...

    def establish(self, url: str) -> None:
        """Create the product's roles, if there are such, with their rights in a database."""
        ...

    def working(self, url: str) -> str:
        """The URL as the product uses it: on PostgreSQL with the least rights that it needs."""
        ...


class Files:
    """SQLite: a database is a file."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def new(self, name: str) -> str:
        return f"sqlite+aiosqlite:///{self._folder / name}.db"

    def copy(self, url: str, name: str) -> str:
        copied = self.new(name)
        self.drop(copied)
        shutil.copyfile(path_of(url), path_of(copied))
        return copied

    def drop(self, url: str) -> None:
        path = path_of(url)
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)

    def hand(self, url: str) -> "Hand":
        return Hand(url)

    def working(self, url: str) -> str:
        return url

    def establish(self, url: str) -> None:
        """A file has no roles."""


class Templates:
    """PostgreSQL: a database is copied by the server."""

    kind = "postgresql"

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._prefix = f"s{next(_SHELVES)}"

    def new(self, name: str) -> str:
        full = f"{self._prefix}_{name}"
        self._cluster.run(
            f'DROP DATABASE IF EXISTS "{full}" WITH (FORCE)', f'CREATE DATABASE "{full}"'
        )
        return self._cluster.url(full)

    def copy(self, url: str, name: str) -> str:
        full, template = f"{self._prefix}_{name}", make_url(url).database
        self._cluster.run(
            f'DROP DATABASE IF EXISTS "{full}" WITH (FORCE)',
            f'CREATE DATABASE "{full}" TEMPLATE "{template}" STRATEGY file_copy',
        )
        return self._cluster.url(full)

    def drop(self, url: str) -> None:
        name = make_url(url).database
        self._cluster.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def hand(self, url: str) -> "Hand":
        return Hand(url, self._cluster)

    def working(self, url: str) -> str:
        return self.hand(url).working

    def establish(self, url: str) -> None:
        """Create the roles, and give them their rights in a database; its copies have them too."""
        self._cluster.aside(establish(url, ROLES))


ROLES = Roles()
KINDS = ("sqlite", "postgresql")
_SHELVES = itertools.count(1)


def shelf_of(kind: str, request: pytest.FixtureRequest) -> Shelf:
    """Where databases of a kind come from; for the fixtures of rooms that run on both."""
    if kind == "sqlite":
        factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
        return Files(factory.mktemp("shelf"))
    return Templates(request.getfixturevalue("cluster"))


def path_of(url: str) -> Path:
    """The file of an SQLite database."""
    return Path(str(make_url(url).database))


class Hand:
    """Somebody with the database itself in hand: reads and writes past the product."""

    def __init__(self, url: str, cluster: Cluster | None = None) -> None:
        self._url = url
        self.cluster = cluster

    @property
    def kind(self) -> str:
        """The kind of the database."""
        return "sqlite" if self.cluster is None else "postgresql"

    @property
    def working(self) -> str:
        """The URL as the product uses it."""
        return self._as(ROLES.app)

    @property
    def migrating(self) -> str:
        """The URL as a release uses it."""
        return self._as(ROLES.migrator)

    @property
    def owning(self) -> str:
        """The URL as somebody uses it who may do everything."""
        return self._as(OWNER)

    def _as(self, role: str) -> str:
        if self.cluster is None:
            return self._url
        return self.cluster.url(str(make_url(self._url).database), role)

    def rows(self, query: str, *values: Any) -> Rows:
        """What a query finds; its parameters are question marks."""
        if self.cluster is None:
            with self._file() as file:
                return list(file.execute(query, values))
        database = str(make_url(self._url).database)
        return self.cluster.rows(_numbered(query), *values, database=database)

    def scalar(self, query: str, *values: Any) -> Any:
        """The first value that a query finds."""
        found = self.rows(query, *values)
        return found[0][0] if found else None

    def run(self, *statements: str) -> None:
        """Change something."""
        if self.cluster is None:
            with self._file() as file:
                for statement in statements:
                    file.execute(statement)
            return
        self.cluster.run(*statements, database=str(make_url(self._url).database))

    def tables(self) -> list[str]:
        """The names of all tables."""
        query = (
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            if self.cluster is None
            else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
        return [name for (name,) in self.rows(query)]

    def contents(self) -> dict[str, Rows]:
        """Every row of every table; a file is opened once, which takes longer than to read it."""
        queries = {name: f'SELECT * FROM "{name}"' for name in self.tables()}
        if self.cluster is None:
            with self._file() as file:
                return {name: list(file.execute(query)) for name, query in queries.items()}
        return {name: self.rows(query) for name, query in queries.items()}

    def counts(self) -> dict[str, int]:
        """How many rows every table has."""
        query = " UNION ALL ".join(
            f"SELECT '{name}', count(*) FROM \"{name}\"" for name in self.tables()
        )
        return dict(self.rows(query))

    def triggers(self) -> dict[str, str]:
        """The triggers that refuse changes, and their tables."""
        query = (
            "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
            if self.cluster is None
            else "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
        )
        return dict(self.rows(query))

    def unguard(self) -> None:
        """Take them away, as the database's owner can."""
        on = "" if self.cluster is None else " ON {}"
        self.run(
            *(f"DROP TRIGGER {name}{on.format(table)}" for name, table in self.triggers().items())
        )

    def forge(self, *statements: str) -> None:
        """Change what is not to be changed: no guard is there, and no key is looked after."""
        self.unguard()
        loose = () if self.cluster is None else ("SET session_replication_role = replica",)
        self.run(*loose, *statements)

    def shut(self) -> None:
        """Keep everybody out of it."""
        if self.cluster is None:
            self.run(
                "ALTER TABLE cases RENAME TO elsewhere",
                "ALTER TABLE signs_of_life RENAME TO silence",
            )
            return
        name = make_url(self._url).database
        self.cluster.run(
            f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false',
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
        )

    @contextlib.contextmanager
    def _file(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(sqlite3.connect(path_of(self._url), isolation_level=None)) as file:
            yield file


def _numbered(query: str) -> str:
    parts = query.split("?")
    numbered = [f"{part}${place}" for place, part in enumerate(parts[:-1], start=1)]
    return "".join([*numbered, parts[-1]])

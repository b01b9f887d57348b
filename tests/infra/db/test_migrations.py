"""The migrations make exactly the tables the code speaks of."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Table, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import CreateTable

from infra.db.book.parties import PartyTable
from infra.db.chain.emptying import EMPTIED
from infra.db.chain.guards import APPEND_ONLY, guard_statements
from infra.db.connections.engine import create_engine
from infra.db.connections.locking import WRITES
from infra.db.migrations import migrate, upgrade_to_head
from infra.db.tables import metadata
from tests.shelf import Shelf
from tests.unsealing import unsealed


@pytest_asyncio.fixture
async def connection(migrated: str) -> AsyncIterator[AsyncConnection]:
    engine = create_engine(migrated)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


async def names_at(url: str) -> set[str]:
    engine = create_engine(url)
    async with engine.connect() as connection:
        names = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    await engine.dispose()
    return names


async def test_the_migrated_schema_is_the_declared_one(connection: AsyncConnection) -> None:
    def compare(sync: Connection) -> object:
        options = {"compare_type": True, "compare_server_default": True}
        return compare_metadata(MigrationContext.configure(sync, opts=options), metadata)

    assert await connection.run_sync(compare) == []


async def test_the_declared_tables_are_all_there(migrated: str) -> None:
    assert await names_at(migrated) == set(metadata.tables) | {"alembic_version"}


def test_a_database_that_is_up_to_date_stays_as_it_is(shelf: Shelf, migrated: str) -> None:
    url = shelf.copy(migrated, "again")
    before = shelf.hand(url).counts()

    upgrade_to_head(url)

    assert shelf.hand(url).counts() == before
    shelf.drop(url)


def test_two_migrations_at_once_are_one(shelf: Shelf) -> None:
    url = shelf.new("twice")

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(upgrade_to_head, [url, url]))

    assert asyncio.run(names_at(url)) == set(metadata.tables) | {"alembic_version"}
    shelf.drop(url)


def test_a_file_that_somebody_else_is_making_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "half.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE half (made INTEGER)")
    end = threading.Timer(0.2, other.execute, ["ROLLBACK"])

    end.start()
    upgrade_to_head(f"sqlite+aiosqlite:///{path}")

    assert other.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
    end.join()
    other.close()


def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    upgrade_to_head(f"sqlite+aiosqlite:///{tmp_path / 'deep' / 'baoquan.db'}")

    assert (tmp_path / "deep" / "baoquan.db").exists()


def test_what_is_append_only_has_a_trigger_for_each_act(shelf: Shelf, migrated: str) -> None:
    expected = {
        "sqlite": {f"{table}_no_{act}" for table in APPEND_ONLY for act in ("update", "delete")},
        "postgresql": {f"{table}_append_only" for table in APPEND_ONLY},
    }

    emptied = {f"{table}_only_emptied" for table in EMPTIED}
    assert set(shelf.hand(migrated).triggers()) == expected[shelf.kind] | emptied


def test_a_migration_that_fails_leaves_nothing(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = shelf.new("failed")
    monkeypatch.setattr("infra.db.chain.guards.APPEND_ONLY", ("no_such_table",))

    with pytest.raises(DBAPIError):
        upgrade_to_head(url)

    assert asyncio.run(names_at(url)) == set()
    shelf.drop(url)


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_can_be_said_in_postgresql(table: Table) -> None:
    words = str(CreateTable(table).compile(dialect=postgresql.dialect()))

    assert f"CREATE TABLE {table.name}" in words


def test_the_guards_can_be_said_in_postgresql() -> None:
    statements = list(guard_statements("postgresql"))

    assert len(statements) == 1 + len(APPEND_ONLY)


FORMER = "certificate_grace"
"""The newest schema in which persons lay in clear."""


async def test_persons_from_before_come_to_lie_under_keys(shelf: Shelf) -> None:
    url = shelf.new("former")
    await _migrate(url, FORMER)
    shelf.hand(url).run(
        "INSERT INTO parties (id, kind, name, id_type, id_no, born_on, nationality, capacity,"
        " vulnerable, aml_listed, critically_ill) VALUES ('PT-1', 'PERSON', '林晓梅', 'CN_RIC',"
        " '11010519800229002X', '1980-02-29', 'CN', 'FULL', false, false, false)",
        "INSERT INTO contact_points (id, party_id, kind, value, since) VALUES"
        " ('CT-1', 'PT-1', 'PHONE', '13900000001', '2018-03-01 00:00:00')",
        "INSERT INTO bank_accounts (id, party_id, bank, account_no, holder_name, added_at, match)"
        " VALUES ('AC-1', 'PT-1', 'ICBC', '6222000001', '林晓梅', '2018-03-01 00:00:00', 'EXACT')",
        "INSERT INTO party_versions (party_id, no, cause, case_id, effective_at, before_image,"
        " before_hash, after_hash) VALUES ('PT-1', 2, 'CONTACT', 'BQ-1', '2018-03-01 00:00:00',"
        """ '{"party": {"name": "林"}}', 'a', 'b')""",
    )

    await asyncio.to_thread(upgrade_to_head, url)

    rows = shelf.hand(url).rows
    assert unsealed(rows, "parties.name", "true") == ["林晓梅"]
    assert unsealed(rows, "parties.born_on", "true") == [date(1980, 2, 29)]
    assert unsealed(rows, "contact_points.value", "true") == ["13900000001"]
    assert unsealed(rows, "bank_accounts.account_no", "true") == ["6222000001"]
    assert unsealed(rows, "party_versions.before_image", "true") == [{"party": {"name": "林"}}]
    assert not [one for one in ("林", "1390000", "6222", "1980") if one in str(_book(shelf, url))]
    engine = create_engine(url)
    async with engine.connect() as connection:
        found = await PartyTable(connection).named("CN_RIC", "11010519800229002X")
    await engine.dispose()
    assert found is not None
    shelf.drop(url)


def _book(shelf: Shelf, url: str) -> list[object]:
    tables = ("parties", "contact_points", "bank_accounts", "party_versions")
    return [shelf.hand(url).rows(f"SELECT * FROM {table}") for table in tables]


async def _migrate(url: str, revision: str) -> None:
    engine = create_engine(url)
    async with engine.connect() as connection:
        await connection.execution_options(**{WRITES: True})
        async with connection.begin():
            await connection.run_sync(migrate, revision)
    await engine.dispose()

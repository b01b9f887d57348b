"""The migrations make exactly the tables the code speaks of."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Table, create_engine, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateTable

from infra.db.guards import APPEND_ONLY, guard_statements
from infra.db.migrations import upgrade_to_head
from infra.db.tables import metadata


def test_the_migrated_schema_is_the_declared_one(migrated: Path) -> None:
    engine = create_engine(f"sqlite:///{migrated}")
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )

        difference = compare_metadata(context, metadata)

    engine.dispose()
    assert difference == []


def test_the_declared_tables_are_all_there(migrated: Path) -> None:
    engine = create_engine(f"sqlite:///{migrated}")

    names = set(inspect(engine).get_table_names())

    engine.dispose()
    assert names == set(metadata.tables) | {"alembic_version"}


def test_a_database_that_is_up_to_date_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "baoquan.db"
    upgrade_to_head(f"sqlite+aiosqlite:///{path}")
    before = path.stat().st_mtime_ns

    upgrade_to_head(f"sqlite+aiosqlite:///{path}")

    assert path.stat().st_mtime_ns == before


def test_what_is_append_only_has_a_trigger_for_each_act(migrated: Path) -> None:
    engine = create_engine(f"sqlite:///{migrated}")
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        names = {row[0] for row in rows}

    engine.dispose()
    assert names == {f"{table}_no_{act}" for table in APPEND_ONLY for act in ("update", "delete")}


def test_a_migration_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "baoquan.db"
    monkeypatch.setattr("infra.db.guards.APPEND_ONLY", ("no_such_table",))

    with pytest.raises(OperationalError):
        upgrade_to_head(f"sqlite+aiosqlite:///{path}")

    engine = create_engine(f"sqlite:///{path}")
    names = inspect(engine).get_table_names()
    engine.dispose()
    assert names == []


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_can_be_said_in_postgresql(table: Table) -> None:
    words = str(CreateTable(table).compile(dialect=postgresql.dialect()))

    assert f"CREATE TABLE {table.name}" in words


def test_the_guards_can_be_said_in_postgresql() -> None:
    statements = list(guard_statements("postgresql"))

    assert len(statements) == 1 + len(APPEND_ONLY)

"""The trail cannot be changed through the database, and shows what was changed around it."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from infra.db.guards import APPEND_ONLY
from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import NOW, accepted, batch, entry, started
from workflows.domain.audit import AuditVerdict
from workflows.domain.effects import Effect


async def a_case_with_history(database: Database) -> None:
    await accepted(database)
    async with database.work() as books:
        await books.journal.append(batch(started(), entry(2, "statusChanged", status="ACCEPTED")))
        await books.effects.record(
            Effect(
                key="BQ-1/e/1",
                kind="execution.commit",
                case_id="BQ-1",
                instance_id="BQ-1",
                element="e",
                result={},
                at=NOW,
                detail={"afterHash": "h"},
            )
        )


async def verdict_after(database: Database, statement: str) -> AuditVerdict:
    """What the verifier says after somebody with the file in hand changed it."""
    engine = create_engine(str(database.engine.url).replace("+aiosqlite", ""))
    with engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in rows.all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.execute(text(statement))
    engine.dispose()
    async with database.reading() as room:
        return await room.audit.verify("BQ-1")


async def test_every_change_of_a_case_has_one_record(database: Database) -> None:
    await a_case_with_history(database)

    async with database.reading() as room:
        records = await room.audit.records("BQ-1")

    assert [record.change.action for record in records] == ["case.accept", "journal", "effect"]


async def test_an_untouched_trail_is_intact(database: Database) -> None:
    await a_case_with_history(database)

    async with database.reading() as room:
        assert (await room.audit.verify("BQ-1")).intact


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("act", ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}"])
def test_the_database_refuses_to_change_what_is_append_only(
    migrated: Path, table: str, act: str
) -> None:
    engine = create_engine(f"sqlite:///{migrated}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        columns = connection.exec_driver_sql(f"PRAGMA table_info({table})").all()
        names = ", ".join(f'"{column[1]}"' for column in columns)
        values = ", ".join("'{}'" if column[2] == "JSON" else "1" for column in columns)
        # The row itself need not make sense: only what happens to it afterwards is looked at.
        connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({values})")  # noqa: S608 - names from the schema

        with pytest.raises(IntegrityError, match="append-only"):
            connection.exec_driver_sql(act.format(table=table, column=f'"{columns[0][1]}"'))

    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'somebody' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 3",
        "UPDATE audit SET detail = '{}' WHERE seq = 3",
        "UPDATE audit SET previous = hash WHERE seq = 2",
        'UPDATE journal SET data = \'{"status": "CLOSED"}\' WHERE seq = 2',
        "DELETE FROM journal WHERE seq = 1",
    ],
)
async def test_a_forged_trail_is_shown(database: Database, statement: str) -> None:
    await a_case_with_history(database)

    assert not (await verdict_after(database, statement)).intact


async def test_an_effect_is_done_once(database: Database) -> None:
    await a_case_with_history(database)

    with pytest.raises(IntegrityError):
        await a_case_with_history_again(database)


async def a_case_with_history_again(database: Database) -> None:
    async with database.work() as books:
        found = await books.effects.find("BQ-1/e/1")
        assert found is not None
        await books.effects.record(found)


async def test_a_finished_effect_is_found_with_its_result(database: Database) -> None:
    await a_case_with_history(database)

    async with database.work() as books:
        found = await books.effects.find("BQ-1/e/1")

    assert found is not None
    assert (found.kind, found.at, found.detail) == ("execution.commit", NOW, {"afterHash": "h"})

"""The trail cannot be changed through the database, and shows what was changed around it."""

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.chain.emptying import EMPTIED
from infra.db.chain.guards import APPEND_ONLY
from infra.db.tables import metadata
from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import NOW, accepted, batch, entry, started
from tests.shelf import Hand
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


async def verdict_after(database: Database, hand: Hand, statement: str) -> AuditVerdict:
    """What the verifier says after somebody with the database in hand changed it."""
    hand.forge(statement)
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
async def test_the_database_refuses_to_change_what_is_append_only(
    owner: AsyncEngine, table: str, act: str
) -> None:
    if owner.dialect.name != "sqlite" and table in EMPTIED and act.startswith("UPDATE"):
        pytest.skip("PostgreSQL looks at each row of it: tests/infra/db/test_erasing.py")
    column = metadata.tables[table].columns.keys()[0]
    async with owner.connect() as connection:
        await connection.execution_options(baoquan_writes=True)
        await _fill(connection, table)

        with pytest.raises(DBAPIError, match="append-only"):
            await connection.exec_driver_sql(act.format(table=table, column=f'"{column}"'))


async def _fill(connection: AsyncConnection, table: str) -> None:
    """SQLite's triggers need a row; it need not make sense."""
    if connection.dialect.name != "sqlite":
        return  # PostgreSQL's refuse the statement, whatever it would find
    await connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
    await connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    columns = (await connection.exec_driver_sql(f"PRAGMA table_info({table})")).mappings().all()
    names = ", ".join(f'"{column["name"]}"' for column in columns)
    values = ", ".join("'{}'" if column["type"] == "JSON" else "1" for column in columns)
    await connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({values})")


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
async def test_a_forged_trail_is_shown(database: Database, hand: Hand, statement: str) -> None:
    await a_case_with_history(database)

    assert not (await verdict_after(database, hand, statement)).intact


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

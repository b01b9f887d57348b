"""One block, one transaction; writers take their turn and lose nothing."""

import asyncio
import contextlib
from pathlib import Path

import pytest
from sqlalchemy import text

from activities.ports import Books, Work
from infra.db.connections.durability import NotDurable
from infra.db.unit_of_work import Database, UnitOfWork
from tests.infra.db.cases_at_hand import NOW
from tests.shelf import Shelf
from workflows.domain.audit import Change

LENGTHY = """
WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 200000)
SELECT sum(n) FROM counted"""
"""A statement that takes some tens of milliseconds, on each database."""


def a_change(no: int) -> Change:
    return Change(
        stream="S", action="test", actor="a", at=NOW, object_type="thing", object_id=str(no)
    )


def as_port(database: Database) -> Work:
    """The type checker compares the unit of work with the port of the activities here."""
    return database.work


def as_books(unit: UnitOfWork) -> Books:
    return unit


async def test_a_block_that_raises_leaves_nothing(database: Database) -> None:
    async def broken() -> None:
        async with as_port(database)() as books:
            await books.audit.append(a_change(1))
            raise LookupError

    with pytest.raises(LookupError):
        await broken()

    async with database.reading() as room:
        assert await room.audit.records("S") == ()


async def test_a_cancelled_block_leaves_nothing(database: Database) -> None:
    written = asyncio.Event()

    async def slow() -> None:
        async with database.work() as books:
            await books.audit.append(a_change(1))
            written.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(slow())
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async with database.work() as books:
        await books.audit.append(a_change(2))
    async with database.reading() as room:
        assert [record.change.object_id for record in await room.audit.records("S")] == ["2"]


async def test_who_is_cancelled_in_the_middle_of_a_statement_is_cancelled(
    database: Database,
) -> None:
    """Whoever repeats what a database refused would otherwise go on, and never end."""

    async def busy() -> None:
        while True:
            with contextlib.suppress(Exception):
                async with database.snapshot() as connection:
                    await connection.execute(text(LENGTHY))

    for moment in (0.0, 0.001, 0.005, 0.02):
        task = asyncio.create_task(busy())
        await asyncio.sleep(moment)
        task.cancel()
        ended, _ = await asyncio.wait({task}, timeout=5)
        task.cancel()
        assert ended, f"cancelled after {moment} s, and went on"
        assert task.cancelled()


async def test_writers_of_two_engines_never_fork_the_chain(database: Database) -> None:
    other = Database.at(str(database.engine.url))

    async def write(target: Database, no: int) -> None:
        async with target.work() as books:
            await books.audit.append(a_change(no))

    await asyncio.gather(*(write((database, other)[no % 2], no) for no in range(60)))

    async with database.reading() as room:
        verdict = await room.audit.verify("S")
    await other.close()
    assert (verdict.intact, verdict.records) == (True, 60)


async def test_a_reader_sees_one_moment(database: Database) -> None:
    async with database.work() as books:
        await books.audit.append(a_change(1))

    async with database.reading() as room:
        before = await room.audit.records("S")
        async with database.work() as books:
            await books.audit.append(a_change(2))
        after = await room.audit.records("S")

    assert before == after


async def test_the_embedded_database_is_set_up_to_lose_nothing(
    database: Database, shelf: Shelf
) -> None:
    if shelf.kind != "sqlite":
        pytest.skip("about the embedded database")
    async with database.engine.connect() as connection:
        read = [
            (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]

    assert read == ["wal", 2, 1, 5000]


async def test_an_embedded_database_that_forgets_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.db.connections.engine._PRAGMAS", ("PRAGMA synchronous=NORMAL",))
    database = Database.at(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")

    with pytest.raises(NotDurable, match="synchronous FULL"):
        await database.sound()

    await database.close()

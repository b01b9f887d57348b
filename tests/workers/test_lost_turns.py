"""Cases at rest are asked where they are; where the database is ahead of one, it is mended."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio
from temporalio.service import RPCError, RPCStatusCode

from infra.db.migrations import upgrade_to_head
from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import NOW, a_deed, batch, offered, started
from workers import lost_turns
from workers.lost_turns import LostTurns
from workflows.contracts.journal import JournalHead

LATER = NOW + timedelta(minutes=5)
OFFERED = offered(2, 7, "L1")
LOST = OFFERED.model_copy(update={"seq": 3, "kind": "taskClosed", "data": {"why": "completed"}})


class Instance:
    """Stands in for a client and its one case: says where it is, and hears what it is offered."""

    def __init__(self, *heads: JournalHead | Exception) -> None:
        self.heads = list(heads)
        self.asked = 0
        self.offers: list[tuple[str, str]] = []

    def get_workflow_handle(self, _id: str) -> "Instance":
        return self

    async def query(self, _name: str, **_: Any) -> JournalHead:
        self.asked += 1
        head = self.heads.pop(0) if len(self.heads) > 1 else self.heads[0]
        if isinstance(head, Exception):
            raise head
        return head

    async def execute_update(self, name: str, _what: Any, *, id: str, **_: Any) -> None:
        self.offers.append((name, id))


def at(seq: int, moment: datetime | None, *, is_acknowledged: bool = True) -> JournalHead:
    return JournalHead(seq=seq, at=moment, is_acknowledged=is_acknowledged)


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite+aiosqlite:///{tmp_path}/turns.db"
    upgrade_to_head(url)
    opened = Database.at(url)
    async with opened.work() as books:
        await books.journal.append(batch(started(), OFFERED))
    async with opened.work() as books:
        await books.human_tasks.perform(a_deed(act="complete", outcome="approve", at=LOST.at))
        await books.journal.append(batch(LOST, after=OFFERED.at))
    yield opened
    await opened.close()


async def rounds(database: Database, instance: Instance, count: int = 1) -> Instance:
    client: Any = instance
    turns = LostTurns(client=client, database=database)
    for _ in range(count):
        await turns.round(LATER)
    return instance


async def heads(database: Database) -> list[int]:
    async with database.reading() as room:
        rests = await room.acts.resting(NOW - timedelta(days=1), LATER)
    return [rest.seq for rest in rests]


async def test_a_case_that_is_where_it_was_told_to_be_is_asked_once(database: Database) -> None:
    instance = await rounds(database, Instance(at(3, LOST.at)), 3)

    assert (instance.asked, instance.offers, await heads(database)) == (1, [], [3])


async def test_what_was_decided_in_a_lost_turn_is_offered_and_the_database_mended(
    database: Database,
) -> None:
    instance = await rounds(database, Instance(at(2, OFFERED.at)))

    assert instance.offers == [("complete_task", "q1")]
    assert await heads(database) == [2]


async def test_a_case_that_is_under_way_is_left_alone(database: Database) -> None:
    instance = await rounds(database, Instance(at(2, OFFERED.at, is_acknowledged=False)))

    assert (instance.offers, await heads(database)) == ([], [3])


async def test_without_an_answer_it_is_asked_again_after_a_while(
    database: Database, monkeypatch: Any
) -> None:
    away = RPCError("away", RPCStatusCode.UNAVAILABLE, b"")

    at_once = await rounds(database, Instance(away), 2)
    monkeypatch.setattr(lost_turns, "PATIENCE", timedelta())
    later = await rounds(database, Instance(away, at(3, LOST.at)), 3)

    assert (at_once.asked, later.asked) == (1, 2)
    assert await heads(database) == [3]


async def test_one_that_has_just_spoken_is_not_asked_yet(database: Database) -> None:
    client: Any = Instance(at(2, OFFERED.at))
    await LostTurns(client=client, database=database).round(LOST.at + timedelta(seconds=1))

    assert client.asked == 0


async def test_nobody_asks_for_what_was_long_ago(database: Database) -> None:
    client: Any = Instance(at(2, OFFERED.at))
    await LostTurns(client=client, database=database).round(datetime.now(UTC) + timedelta(days=99))

    assert client.asked == 0

"""Two processes on one database: whoever comes first, nothing is lost and nothing done twice."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy.exc import IntegrityError

from infra.db.connections.away import patiently
from infra.db.events.definitions import Deployment
from infra.db.tables import trail
from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import (
    NOW,
    a_message,
    accepted,
    batch,
    closed,
    listening,
    started,
)
from tests.infra.db.test_policies import a_reservation
from workflows.contracts.journal import MessageDelivery
from workflows.domain.audit import Change
from workflows.domain.message import PublicationResult
from workflows.domain.policy import StaleVersion

ROUNDS = 100
ANSWER_SECONDS = 0.003


async def pausing(database: Database, turns: int) -> None:
    """Let the other go ahead: by turns of the loop, or by what a server takes to answer."""
    if database.engine.dialect.name != "sqlite":
        await asyncio.sleep(turns * ANSWER_SECONDS)
        return
    for _ in range(turns):
        await asyncio.sleep(0)


async def publish(database: Database, no: int, turns: int) -> PublicationResult:
    await pausing(database, turns)
    async with database.work() as books:
        return await books.messages.publish(a_message(f"M{no}", key=f"R{no}"))


async def listen(database: Database, no: int, turns: int) -> tuple[MessageDelivery, ...]:
    await pausing(database, turns)
    told = batch(started(), listening(2, 1, key=f"R{no}"), instance=f"I{no}", case=f"I{no}")
    async with database.work() as books:
        return await books.journal.append(told)


@pytest.mark.slow
async def test_a_publication_and_a_subscription_at_once_always_meet(database: Database) -> None:
    other = Database.at(str(database.engine.url))
    met = []

    for no in range(ROUNDS):
        ahead, behind = no % 4, no // 4 % 4
        met.append(await asyncio.gather(publish(database, no, ahead), listen(other, no, behind)))
        met.append(
            await asyncio.gather(
                publish(other, no + ROUNDS, behind), listen(database, no + ROUNDS, ahead)
            )
        )
    await other.close()

    for published, received in met:
        by_publisher = published.result == "correlated"
        assert by_publisher != bool(received), "exactly one of the two brings the message"
    assert {published.result for published, _ in met} == {"correlated", "buffered"}
    async with database.engine.connect() as connection:
        rows = (await connection.execute(trail.message_deliveries.select())).all()
    assert len(rows) == 2 * ROUNDS


async def test_journals_of_one_case_from_two_processes_keep_one_chain(database: Database) -> None:
    other = Database.at(str(database.engine.url))

    await asyncio.gather(
        *(
            books.messages_of(no)
            for no in range(20)
            for books in (Teller(database, "A"), Teller(other, "B"))
        )
    )

    await other.close()
    async with database.reading() as room:
        verdict = await room.audit.verify("BQ-1")
    assert (verdict.intact, verdict.records) == (True, 40)


class Teller:
    """A process that tells of called processes of one case."""

    def __init__(self, database: Database, name: str) -> None:
        self._database, self._name = database, name

    async def messages_of(self, no: int) -> None:
        """One batch of one called process, into the chain of the case."""

        async def unit() -> None:
            async with self._database.work() as books:
                await books.journal.append(batch(started(), instance=f"BQ-1/{self._name}/{no}"))

        await patiently(unit)


@pytest.fixture
async def processes(database: Database) -> AsyncIterator[list[Database]]:
    """The same database as several processes see it."""
    others = [Database.at(str(database.engine.url), patience=10) for _ in range(3)]
    yield [database, *others]
    for other in others:
        await other.close()


async def test_four_writers_of_one_chain_leave_no_gap_and_no_fork(
    processes: list[Database],
) -> None:
    async def writer(target: Database, name: str) -> None:
        for no in range(50):
            async with target.work() as books:
                await books.audit.append(
                    Change(
                        stream="one", action="test", actor=name, at=NOW,
                        object_type="thing", object_id=str(no),
                    )
                )  # fmt: skip

    await asyncio.gather(*(writer(each, f"w{no}") for no, each in enumerate(processes)))

    async with processes[0].reading() as room:
        verdict = await room.audit.verify("one")
        records = await room.audit.records("one")
    assert (verdict.intact, verdict.records) == (True, 200)
    assert [record.seq for record in records] == list(range(1, 201))


async def test_one_case_accepted_in_parallel_is_accepted_once(processes: list[Database]) -> None:
    answers = await asyncio.gather(*(accepted(each) for each in processes), return_exceptions=True)

    refused = [answer for answer in answers if isinstance(answer, BaseException)]
    assert len(refused) == len(processes) - 1
    assert all(isinstance(answer, IntegrityError) for answer in refused), refused
    async with processes[0].reading() as room:
        assert (await room.audit.verify("BQ-1")).records == 1


async def test_one_message_published_in_parallel_is_one_message(
    processes: list[Database],
) -> None:
    async def publishing(target: Database) -> PublicationResult:
        async with target.work() as books:
            return await books.messages.publish(a_message())

    results = await asyncio.gather(*map(publishing, processes))

    assert sorted(result.duplicate for result in results) == [False, True, True, True]


async def test_one_subscription_takes_one_of_many_messages(processes: list[Database]) -> None:
    async with processes[0].work() as books:
        await books.journal.append(batch(started(), listening(2, 1)))

    async def publishing(target: Database, no: int) -> str:
        async with target.work() as books:
            return (await books.messages.publish(a_message(f"M{no}"))).result

    results = await asyncio.gather(*(publishing(each, no) for no, each in enumerate(processes * 3)))

    assert sorted(results) == ["buffered"] * 11 + ["correlated"]


async def test_a_wait_that_ends_while_a_message_comes_keeps_none(
    processes: list[Database],
) -> None:
    """Either the message came first and is free again, or it found nobody."""
    here, there = processes[:2]
    for no in range(20):
        instance, key = f"I{no}", f"K{no}"
        async with here.work() as books:
            await books.journal.append(
                batch(started(), listening(2, 1, key=key), instance=instance, case=instance)
            )

        async def ends(instance: str = instance) -> None:
            async with here.work() as books:
                await books.journal.append(batch(closed(3, 1), instance=instance, case=instance))

        async def comes(no: int = no, key: str = key) -> None:
            await pausing(there, no % 4)
            async with there.work() as books:
                await books.messages.publish(a_message(f"M{no}", key=key))

        await asyncio.gather(ends(), comes())

    async with here.engine.connect() as connection:
        query = trail.message_deliveries.select().where(
            trail.message_deliveries.c.state != "RETURNED"
        )
        assert (await connection.execute(query)).all() == []


async def test_versions_deployed_in_parallel_are_numbered_without_a_gap(
    processes: list[Database],
) -> None:
    async def deploying(target: Database, no: int) -> None:
        async with target.work() as books:
            await books.definitions.deploy(
                Deployment(
                    bundle_hash=f"{no:064}", files={"a": b"x"}, processes={"p": None},
                    at=NOW, by="ops-1",
                )
            )  # fmt: skip

    await asyncio.gather(*(deploying(each, no % 6) for no, each in enumerate(processes * 3)))

    async with processes[0].reading() as room:
        versions = [made.version for made in await room.definitions.versions("p")]
    assert versions == [6, 5, 4, 3, 2, 1]


async def test_a_policy_reserved_in_parallel_is_held_by_one_case(
    insurer: Database,
) -> None:
    other = Database.at(str(insurer.engine.url), patience=10)

    async def reserving(target: Database, case_id: str) -> None:
        async with target.work() as books:
            await books.policies.reserve(a_reservation(id=f"RS-{case_id}", case_id=case_id), at=NOW)

    results = await asyncio.gather(
        *(reserving(each, f"BQ-{no}") for no, each in enumerate([insurer, other] * 3)),
        return_exceptions=True,
    )

    await other.close()
    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, StaleVersion) for result in results) == 5

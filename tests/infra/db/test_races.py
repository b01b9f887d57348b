"""Two processes on one file: whoever comes first, a message and its subscription always meet."""

import asyncio

import pytest

from infra.db.tables import trail
from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import a_message, batch, listening, started
from workflows.contracts.journal import MessageDelivery
from workflows.domain.message import PublicationResult

ROUNDS = 100


async def publish(database: Database, no: int, turns: int) -> PublicationResult:
    for _ in range(turns):
        await asyncio.sleep(0)
    async with database.work() as books:
        return await books.messages.publish(a_message(f"M{no}", key=f"R{no}"))


async def listen(database: Database, no: int, turns: int) -> tuple[MessageDelivery, ...]:
    for _ in range(turns):
        await asyncio.sleep(0)
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
        async with self._database.work() as books:
            await books.journal.append(batch(started(), instance=f"BQ-1/{self._name}/{no}"))

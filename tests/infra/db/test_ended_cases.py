"""A case that operations end: nothing of it runs on, and a replay finds its clocks running."""

from datetime import timedelta

import pytest

from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import NOW, accepted, batch, entry, offered, started
from tests.infra.db.test_cases import a_clock
from tests.infra.db.test_replays import replayed
from workflows.domain.clocks import Clock


async def ended(database: Database, *, after: timedelta) -> None:
    await accepted(database)
    over = entry(3, "caseFinished", outcome="terminated")
    async with database.work() as books:
        await books.clocks.start(a_clock())
        await books.journal.append(batch(started(), offered(2, 7, "L1")))
        told = over.model_copy(update={"at": NOW + after})
        await books.journal.append(batch(told))


async def the_clock(database: Database) -> Clock:
    async with database.work() as books:
        (clock,) = await books.clocks.of_case("BQ-1")
    return clock


@pytest.mark.parametrize(
    ("after", "state", "breaches"),
    [(timedelta(hours=3), "STOPPED", []), (timedelta(days=30), "BREACHED", ["K-ACC_BREACH"])],
)
async def test_its_clocks_stop_and_what_was_missed_is_on_record(
    database: Database, after: timedelta, state: str, breaches: list[str]
) -> None:
    await ended(database, after=after)

    async with database.work() as books:
        found = [each.reason for each in await books.anomalies.of_case("BQ-1")]
        case = await books.cases.get("BQ-1")
    assert case is not None
    assert case.status == "CANCELLED"
    assert (await the_clock(database)).state == state
    assert found == breaches


async def test_a_replay_lets_them_run_on(database: Database) -> None:
    await ended(database, after=timedelta(hours=3))

    await replayed(database)

    clock = await the_clock(database)
    assert (clock.state, clock.closed_at) == ("RUNNING", None)

"""The starter lets start events fire when their time has come: once, and what was missed once."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from infra.db.events.definitions import Deployment
from infra.db.migrations import upgrade_to_head
from infra.db.unit_of_work import Database
from workers.starter import Starter
from workflows.domain.start import StartEvent

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite+aiosqlite:///{tmp_path}/starter.db"
    upgrade_to_head(url)
    opened = Database.at(url)
    yield opened
    await opened.close()


def a_timer(text: str = "R/PT1H", left: int = -1, due: datetime = NOW - HOUR) -> StartEvent:
    form = {"R": "cycle", "P": "duration"}.get(text[0], "date")
    return StartEvent(
        element="nightly", kind="timer", name=text, form=form, due=due, anchor=due, left=left
    )


async def deploy(database: Database, *starts: StartEvent, no: int = 1) -> None:
    deployment = Deployment(
        bundle_hash=f"{no:064d}",
        files={"m.bpmn": b"<x/>"},
        processes={"p": None},
        at=NOW,
        by="ops-1",
        starts={"p": starts},
    )
    async with database.work() as books:
        await books.definitions.deploy(deployment)


async def rounds(database: Database, *hours: float) -> int:
    """Let starters look at so many hours from now; how many cases there are then."""
    for hour in hours:
        ahead = timedelta(hours=hour)
        await Starter(database=database, zone="Asia/Shanghai", clock_offset=ahead).round()
    async with database.reading() as room:
        cases = await room.acceptance.unstarted(NOW + timedelta(days=99))
    assert {case.started_by for case in cases} <= {"clock"}
    return len(cases)


async def test_what_was_missed_fires_once_and_the_series_goes_on(database: Database) -> None:
    await deploy(database, a_timer(due=NOW - 5.5 * HOUR))

    assert await rounds(database, 0, 0, 0.2) == 1
    assert await rounds(database, 0.6, 0.6) == 2
    assert await rounds(database, 1.6) == 3


@pytest.mark.parametrize("text", ["R1/PT1H", "2026-10-01T00:00:00Z", "PT1H"])
async def test_a_last_firing_is_the_last(database: Database, text: str) -> None:
    await deploy(database, a_timer(text, left=0))

    assert await rounds(database, 0, 1, 30) == 1


async def test_executions_are_counted(database: Database) -> None:
    await deploy(database, a_timer("R3/PT1H", left=2))

    assert await rounds(database, 0, 1.1, 2.1, 3.1, 4.1) == 3


async def test_the_newest_version_alone_fires(database: Database) -> None:
    await deploy(database, a_timer(), no=1)
    await deploy(database, a_timer(due=NOW + 2 * HOUR), no=2)

    assert await rounds(database, 0, 1) == 0
    assert await rounds(database, 2.1) == 1

    await deploy(database, no=3)
    assert await rounds(database, 9) == 1


async def test_the_same_time_of_another_version_is_another_firing(database: Database) -> None:
    await deploy(database, a_timer(left=0), no=1)
    first = await rounds(database, 0)
    await deploy(database, a_timer(left=0), no=2)

    assert (first, await rounds(database, 0)) == (1, 2)

"""The anchoring task of a worker: when it anchors, and that it goes on whatever fails."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
import pytest_asyncio

from activities.failpoints import NAMES
from infra.anchoring.folder import AnchorFolder
from infra.db.migrations import upgrade_to_head
from infra.db.unit_of_work import Database
from infra.settings import Settings
from tests.infra.db.cases_at_hand import a_case, accepted, batch, entry, started
from workers import anchoring as module
from workers.anchoring import Anchoring, anchoring
from workflows.contracts.journal import JournalEntry

DEADLINE = 10.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(profile="test", data_folder=tmp_path, anchor_seconds=3600, anchor_rows=3)
    upgrade_to_head(settings.database_url)
    return settings


@pytest_asyncio.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    opened = Database.at(settings.database_url)
    yield opened
    await opened.close()


@asynccontextmanager
async def running(task: Anchoring) -> AsyncIterator[None]:
    run = asyncio.create_task(task.run())
    try:
        yield
    finally:
        run.cancel()
        with suppress(asyncio.CancelledError):
            await run


async def until_anchors(folder: Path, count: int) -> None:
    async with asyncio.timeout(DEADLINE):
        while len(list(AnchorFolder(folder / "anchors").lines())) < count:  # noqa: ASYNC110 - a file
            await asyncio.sleep(0.01)


async def test_it_anchors_at_once_and_again_when_enough_was_recorded(
    settings: Settings, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK", 0.01)
    await accepted(database)

    async with running(anchoring(settings, database)):
        await until_anchors(tmp_path, 1)
        for no in (2, 3):
            await accepted(database, a_case(f"BQ-{no}"))
        await asyncio.sleep(0.1)
        assert len(list(AnchorFolder(tmp_path / "anchors").lines())) == 1
        await accepted(database, a_case("BQ-4"))
        await until_anchors(tmp_path, 2)


async def test_it_anchors_whatever_was_recorded_when_it_is_time(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    often = settings.model_copy(update={"anchor_seconds": 0.02, "anchor_rows": 10_000})
    await accepted(database)

    async with running(anchoring(often, database)):
        await until_anchors(tmp_path, 1)
        await accepted(database, a_case("BQ-2"))
        await until_anchors(tmp_path, 2)


async def test_it_anchors_when_a_case_has_ended(
    settings: Settings, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK", 0.01)
    rarely = settings.model_copy(update={"anchor_rows": 10_000})
    await accepted(database)

    async with running(anchoring(rarely, database)):
        await until_anchors(tmp_path, 1)
        await told(database, started())
        await asyncio.sleep(0.1)
        assert len(list(AnchorFolder(tmp_path / "anchors").lines())) == 1
        await told(database, entry(2, "caseFinished", outcome="completed"))
        await until_anchors(tmp_path, 2)


async def told(database: Database, *entries: JournalEntry) -> None:
    async with database.work() as books:
        await books.journal.append(batch(*entries))


async def test_a_round_that_fails_is_followed_by_the_next(
    settings: Settings, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK", 0.01)
    often = settings.model_copy(update={"anchor_seconds": 0.02})
    (tmp_path / "anchors").write_text("a file where the folder should be")
    await accepted(database)

    async with running(anchoring(often, database)):
        await asyncio.sleep(0.1)
        (tmp_path / "anchors").unlink()
        await until_anchors(tmp_path, 1)


async def test_anchors_go_where_the_setting_says(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "another medium"
    moved = settings.model_copy(update={"anchor_folder": elsewhere / "anchors"})
    await accepted(database)

    async with running(anchoring(moved, database)):
        await until_anchors(elsewhere, 1)

    shutil.rmtree(elsewhere)
    assert not (tmp_path / "anchors").exists()


def test_its_instants_can_be_armed() -> None:
    assert {"anchor.built", "anchor.written"} <= NAMES

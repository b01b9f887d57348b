"""The figures of the database: asked seldom, and never the reason why a scrape fails."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from infra.db.tables import trail
from infra.db.unit_of_work import Database
from infra.telemetry import census
from infra.telemetry.census import Census
from infra.telemetry.metrics import Metrics

NOW = datetime(2026, 10, 12, 9, 30, tzinfo=UTC)


async def stuck(database: Database, key: int, code: str = "job-failed") -> None:
    async with database.engine.begin() as connection:
        await connection.execute(
            insert(trail.incidents).values(
                instance_id="BQ-1",
                key=key,
                case_id="BQ-1",
                code=code,
                message="of 张三",
                opened_at=NOW - timedelta(minutes=key),
            )
        )


async def scraped(taking: Census) -> str:
    metrics = Metrics()
    metrics.registry.register(taking)
    return (await asyncio.to_thread(metrics.text)).decode()


async def test_what_is_open_is_counted_with_the_age_of_the_oldest(database):
    for key in (1, 2, 3):
        await stuck(database, key)

    text = await scraped(Census(database, lambda: NOW))

    assert 'baoquan_open_incidents{code="job-failed"} 3.0' in text
    assert "baoquan_oldest_incident_seconds 180.0" in text
    assert "baoquan_oldest_unstarted_seconds 0.0" in text
    assert "baoquan_undelivered_messages 0.0" in text
    assert "baoquan_database_up 1.0" in text
    assert "张三" not in text
    assert "BQ-1" not in text


async def test_a_second_scrape_asks_nobody(database, monkeypatch):
    taking = Census(database, lambda: NOW)
    await scraped(taking)
    await stuck(database, 1)

    assert 'open_incidents{code="job-failed"' not in await scraped(taking)
    monkeypatch.setattr(census, "KEPT_SECONDS", 0.0)
    assert 'open_incidents{code="job-failed"' in await scraped(taking)


async def test_a_database_that_is_away_leaves_the_figures_of_before(database, hand, monkeypatch):
    monkeypatch.setattr(census, "KEPT_SECONDS", 0.0)
    await stuck(database, 1)
    taking = Census(database, lambda: NOW)
    await scraped(taking)
    hand.run("ALTER TABLE incidents RENAME TO elsewhere")

    text = await scraped(taking)

    assert 'baoquan_open_incidents{code="job-failed"} 1.0' in text
    assert "baoquan_database_up 0.0" in text

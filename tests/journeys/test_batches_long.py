"""A thousand failed cases replayed, five hundred waiting ones migrated; workers are killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys import many
from tests.journeys.clock import WallClock
from tests.journeys.crashing import ByForking, Mortals, file_server, forking
from tests.journeys.house import House, house

pytestmark = [pytest.mark.journey, pytest.mark.long, pytest.mark.timeout(2_400)]

STUCK = "SELECT count(*) FROM incidents WHERE closed_at IS NULL AND source = 'case'"
OVER = "SELECT count(*) FROM cases WHERE outcome = 'completed'"
WAITING = "SELECT count(*) FROM waits WHERE kind = 'message'"
PATIENCE = 900.0
DEATHS = 4
"""Workers killed on the way, each when another fifth of the batch is done."""
DONE = "SELECT count(*) FROM batch_items WHERE state = 'DONE'"
GLANCE = 0.05
REPLAYED = int(os.environ.get("MANY_REPLAYED", "1000"))
MIGRATED = int(os.environ.get("MANY_MIGRATED", "500"))


class Workers(Mortals):
    """Worker processes, one after the other, that live as long as they are let."""

    killed: int = 0

    async def die_on_the_way(self, items: int) -> None:
        """Work a batch off; workers are killed -9 in the middle of it, others take their place."""
        for death in range(1, DEATHS + 1):
            async with self._worker("") as worker:
                await self._done(items * death // (DEATHS + 1))
                worker.kill()
                await worker.wait()
            self.killed += 1
        await self.work()

    async def _done(self, items: int) -> None:
        while True:
            if many.count(self.house, DONE) >= items:
                return
            await asyncio.sleep(GLANCE)

    @contextlib.asynccontextmanager
    async def at_work(self, *, dying: int = 0) -> AsyncIterator[None]:
        """Have them work in the meantime, dying on the way through so many items."""
        living = self.die_on_the_way(dying) if dying else self.work()
        working = asyncio.create_task(living)
        try:
            yield
        finally:
            working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await working


def told_on(line: str) -> None:
    """Show a figure to who runs this with ``-s``."""
    sys.stdout.write(f"{line}\n")


@contextlib.asynccontextmanager
async def a_house(furnished: Path, folder: Path) -> AsyncIterator[tuple[House, Workers]]:
    shutil.copytree(furnished, folder / "house")
    clock = WallClock("2026-10-12T09:30:00+08:00")
    async with (
        file_server(folder) as (client, address),
        forking() as spawning,
        house(folder / "house", client, clock, task_queue="many") as inside,
    ):
        inside.patience, inside.repeats = PATIENCE, True
        yield inside, _workers(inside, address, spawning)


def _workers(inside: House, address: str, spawning: ByForking) -> Workers:
    return Workers(house=inside, address=address, spawning=spawning, deaths=())


async def test_a_thousand_failed_cases_are_replayed_while_workers_are_killed(
    furnished: Path, tmp_path: Path
) -> None:
    async with a_house(furnished, tmp_path) as (home, workers):
        await many.deploy(home, many.stuck())
        async with workers.at_work():
            await many.begin(home, "manystuck", REPLAYED)
            await many.until(home, STUCK, REPLAYED, PATIENCE)
        many.put_on_the_books(home)
        begun = time.monotonic()
        async with workers.at_work(dying=REPLAYED):
            wanted = {"process": "manystuck", "element": "look"}
            made = await many.batch(home, "replay", wanted, rate=100)
            told = await many.finished(home, made["batch"]["batchId"], PATIENCE)
            took = time.monotonic() - begun
        async with workers.at_work():
            await many.until(home, OVER, REPLAYED, PATIENCE)
        told_on(f"replayed {REPLAYED} in {took:.0f} s; {workers.killed} workers killed")

        assert workers.killed == DEATHS
        assert (told["state"], told["done"], told["failed"]) == ("COMPLETED", REPLAYED, 0)
        many.nothing_twice(home, REPLAYED)


async def test_five_hundred_waiting_cases_are_migrated_while_workers_are_killed(
    furnished: Path, tmp_path: Path
) -> None:
    async with a_house(furnished, tmp_path) as (home, workers):
        old = await many.deploy(home, many.waiting())
        keys = [f"k{number}" for number in range(MIGRATED)]
        half = keys[::2]
        async with workers.at_work():
            await many.begin(home, "manywait", MIGRATED)
            await many.until(home, WAITING, 2 * MIGRATED, PATIENCE)
            await many.tell(home, "second", half)
            await many.until(home, WAITING, 2 * MIGRATED - len(half), PATIENCE)
        new = await many.deploy(home, many.changed())
        begun = time.monotonic()
        async with workers.at_work(dying=MIGRATED):
            wanted = {"process": "manywait", "version": old}
            made = await many.batch(home, "migrate", wanted, toVersion=new, rate=50)
            told = await many.finished(home, made["batch"]["batchId"], PATIENCE)
            took = time.monotonic() - begun
        # A turn that was lost with its worker is told, and told anew: what counts is each case.
        acts = "SELECT count(DISTINCT stream) FROM audit WHERE action = 'case.migrate'"
        migrated = home.rows(acts)
        async with workers.at_work():
            await many.tell(home, "first", keys)
            await many.tell(home, "second", keys[1::2])
            await many.until(home, OVER, MIGRATED, PATIENCE)
        told_on(f"migrated {MIGRATED} in {took:.0f} s; {workers.killed} workers killed")

        assert workers.killed == DEATHS
        assert (told["state"], told["done"], told["failed"]) == ("COMPLETED", MIGRATED, 0)
        assert migrated == [(MIGRATED,)]
        versions = "SELECT DISTINCT version FROM cases WHERE process_id = 'manywait'"
        assert home.rows(versions) == [(new,)]

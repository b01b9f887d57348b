"""What S15 is about: workers that die in the middle, and another case that was faster."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

from tests.journeys.clock import WallClock
from tests.journeys.crashing import Death, Mortals, file_server, forking
from tests.journeys.house import House, house
from workflows.domain.policy import Policy

AT = "2026-10-12T09:30:00+08:00"


@contextlib.asynccontextmanager
async def dying(furnished: Path, folder: Path, *deaths: Death) -> AsyncIterator[House]:
    """The house with workers that die as planned; at the end all of them have."""
    home = folder / "home"
    shutil.copytree(furnished, home)
    async with (
        file_server(folder) as (client, address),
        forking() as forked,
        house(home, client, WallClock(AT), task_queue="s15") as inside,
    ):
        inside.patience, inside.glance, inside.repeats = 90.0, 0.3, True
        mortals = Mortals(house=inside, address=address, spawning=forked, deaths=deaths)
        working = asyncio.create_task(mortals.work())
        try:
            yield inside
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
        assert mortals.died == list(deaths)


async def another_case_commits(inside: House, after: Policy) -> None:
    """Another case's change of the policy, past the in-flight lock as a core system would."""
    async with inside.database.work() as books:
        await books.policies.commit(
            after,
            cause="CORRECTION",
            case_id="BQ-OTHER",
            at=datetime.fromisoformat(AT),
            reservation_id=None,
        )

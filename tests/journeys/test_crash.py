"""A worker killed -9 between any two steps of S3: the case ends right, nothing twice."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from temporalio.client import Client

from tests.journeys.clock import WallClock
from tests.journeys.crashing import ByCommand, Death, Mortals, Spawning, file_server, forking
from tests.journeys.house import house
from tests.journeys.surrendering import came_out_right, surrendered

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

STEPS = 29
"""Effects, decisions and messages of S3; a worker dies after every one of them."""
LANES = 8
"""So many cases side by side, each losing a worker at every eighth step: a workflow task that times
out again and again is given ever more time, which nobody wants to wait for."""
PLANS: dict[str, list[Death]] = {
    **{
        f"every-{LANES}th-from-{first}": [
            Death(step=step) for step in range(first, STEPS + 1, LANES)
        ]
        for first in range(1, LANES + 1)
    },
    "letter-intended": [
        Death(failpoint="effect.before_commit"),
        Death(failpoint="letter.intent_written"),
    ],
    "letter-sent": [
        Death(failpoint="letter.sent"),
        Death(failpoint="journal.after_commit"),
    ],
    "letter-recorded": [
        Death(failpoint="effect.after_commit"),
        Death(failpoint="letter.recorded"),
    ],
    "payment-intended": [Death(failpoint="pay.intent_written")],
    "payment-sent": [Death(failpoint="pay.sent")],
    "payment-recorded": [Death(failpoint="pay.recorded")],
}
AS_DEPLOYED = "payment-sent"
"""The lane whose workers are started by their command; the others are forked, to save CPU."""


async def test_s3_survives_a_worker_killed_between_any_two_steps(
    furnished: Path, tmp_path: Path
) -> None:
    async with (
        file_server(tmp_path) as (client, address),
        forking() as forked,
        asyncio.TaskGroup() as lanes,
    ):
        for name in PLANS:
            home = tmp_path / name
            shutil.copytree(furnished, home)
            spawning = ByCommand() if name == AS_DEPLOYED else forked
            lanes.create_task(_lane(home, client, address, spawning))


async def _lane(home: Path, client: Client, address: str, spawning: Spawning) -> None:
    clock = WallClock("2026-10-12T09:30:00+08:00")
    async with house(home, client, clock, task_queue=home.name) as inside:
        inside.patience, inside.glance, inside.repeats = 150.0, 0.7, True
        plan = PLANS[home.name]
        mortals = Mortals(house=inside, address=address, spawning=spawning, deaths=plan)
        case = await _lived_through(mortals)
        assert mortals.died == plan, "every death happened"
        await came_out_right(inside, case)


async def _lived_through(mortals: Mortals) -> str:
    """Play while the workers live and die; a worker that ends unasked ends the test."""
    working = asyncio.create_task(mortals.work())
    playing = asyncio.create_task(surrendered(mortals.house))
    try:
        await asyncio.wait({working, playing}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
        return await playing
    finally:
        for task in (working, playing):
            task.cancel()
        await asyncio.gather(working, playing, return_exceptions=True)

"""A surrender over lines that are cut, silent, slow, forgetful or double: it ends right, once.

The lines are those from API and worker to Temporal, and from the worker to the bank and the mail.
The one to the database is struck by ``tests/api/test_lost_commit.py`` and the chaos runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.service import RPCError

from infra.task_queues import WORKFLOW_QUEUE, is_served
from infra.temporal import connect
from tests.encryption import CODEC
from tests.journeys.clock import WallClock
from tests.journeys.crashing import file_server
from tests.journeys.house import House, house
from tests.journeys.surrendering import came_out_right, surrendered
from tests.journeys.working import working
from tests.weather import Fault, Line, line_to

pytestmark = [
    pytest.mark.journey,
    pytest.mark.long,
    pytest.mark.timeout(240),
    # The SDK: a turn was cut off from its server, and the activity of it had ended by itself.
    pytest.mark.filterwarnings("ignore:Cannot find activity to cancel"),
]

GUSTS: dict[Fault, int] = {
    "N1-cut": 2,
    "N2-silent": 1,
    "N3-late": 20,
    "N4-thin": 20,
    "N5-answer-lost": 2,
    "N6-twice": 2,
}
"""How often each fault strikes in one go."""
GOES = {"temporal": 5, "bank": 2, "mail": 2}
CALM_SECONDS = 1.0
_PATIENCE = timedelta(seconds=5)
NEVER = frozenset({("temporal", "N6-twice"), ("mail", "N6-twice")})
"""A connection of gRPC has a meaning as a whole only, and so has one of SMTP."""


@pytest.mark.parametrize("fault", GUSTS)
async def test_a_surrender_survives_a_bad_line(
    furnished: Path, tmp_path: Path, fault: Fault
) -> None:
    home = tmp_path / fault
    shutil.copytree(furnished, home)
    async with file_server(tmp_path) as (_, address):
        await _lane(home, fault, int(address.rpartition(":")[2]))


async def _lane(folder: Path, fault: Fault, temporal: int) -> None:
    async with line_to(temporal) as to_temporal, _at_home(folder, to_temporal) as (inside, lines):
        struck = {place: line for place, line in lines.items() if (place, fault) not in NEVER}
        await _at_work(inside, folder.name)
        async with asyncio.TaskGroup() as weather:
            gusts = [
                weather.create_task(_bad(line, fault, GOES[place]))
                for place, line in struck.items()
            ]
            case = await surrendered(inside)
            for gust in gusts:
                gust.cancel()
        await came_out_right(inside, case)
        assert all(line.struck for line in struck.values()), (
            fault,
            {place: line.struck for place, line in struck.items()},
        )


@contextlib.asynccontextmanager
async def _at_home(folder: Path, to_temporal: Line) -> AsyncIterator[tuple[House, dict[str, Line]]]:
    """The house, its API and its worker at the ends of lines."""
    client = await connect(f"127.0.0.1:{to_temporal.port}", codec=CODEC)
    clock = WallClock("2026-10-12T09:30:00+08:00")
    async with house(folder, client, clock, task_queue=folder.name) as inside:
        inside.patience, inside.glance, inside.repeats = 150.0, 0.3, True
        settings = inside.settings
        async with (
            line_to(int(settings.bank_url.rpartition(":")[2])) as to_bank,
            line_to(settings.smtp_port) as to_mail,
            working(
                settings.model_copy(
                    update={
                        "bank_url": f"http://127.0.0.1:{to_bank.port}",
                        "smtp_port": to_mail.port,
                    }
                ),
                client,
            ),
        ):
            yield inside, {"temporal": to_temporal, "bank": to_bank, "mail": to_mail}


async def _at_work(inside: House, task_queue: str) -> None:
    """Wait until the worker has begun: one that cannot begin ends, and is started anew."""
    for _ in range(300):
        with contextlib.suppress(RPCError):
            if await is_served(inside.client, task_queue, WORKFLOW_QUEUE, _PATIENCE):
                return
        await asyncio.sleep(0.2)
    raise AssertionError("nobody works")


async def _bad(line: Line, fault: Fault, goes: int) -> None:
    for _ in range(goes):
        await line.suffer(fault, GUSTS[fault])
        await asyncio.sleep(CALM_SECONDS)

"""S3 where the insurer's core system keeps the policies, and stumbles: the same, once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pydantic import SecretStr
from temporalio.testing import WorkflowEnvironment

from infra.systems.core_simulator.app import Behaviour, Core, create_core
from infra.systems.core_simulator.books import CoreBooks
from tests.journeys.clock import SkippingClock
from tests.journeys.house import house
from tests.journeys.serving import free_port, serving
from tests.journeys.surrendering import came_out_right, surrendered
from tests.journeys.working import working

pytestmark = [pytest.mark.journey, pytest.mark.long, pytest.mark.timeout(600)]
TOKEN = "-".join(("core", "of", "s3"))


async def test_a_surrender_goes_through_a_core_system_that_stumbles(
    furnished: Path, tmp_path: Path, time_skipping: WorkflowEnvironment
) -> None:
    folder = tmp_path / "house"
    shutil.copytree(furnished, folder)
    clock = SkippingClock(time_skipping)
    await clock.begin("2026-10-12T09:30:00+08:00")
    books = CoreBooks(folder / "core.db", clock.now)
    books.load([("P-S3", 1, "IN_FORCE", "CNY")])
    core = Core(books=books, token=TOKEN)
    core.behaviours = [
        Behaviour(operation="reserve", fail_status=503),
        Behaviour(operation="reserve", lost_answer=True),
        Behaviour(operation="commit", fail_status=500),
        Behaviour(operation="commit", garbled=True),
    ]
    port = free_port()
    async with (
        house(folder, time_skipping.client, clock) as home,
        serving(create_core(core), port),
    ):
        asked = {"core_url": f"http://127.0.0.1:{port}", "core_token": SecretStr(TOKEN)}
        async with working(home.settings.model_copy(update=asked), time_skipping.client):
            case = await surrendered(home)
            await came_out_right(home, case)

    policy = books.policy("P-S3")
    assert [effect.operation for effect in books.effects()] == ["reserve", "commit"]
    assert policy is not None
    assert (policy.state, policy.policy_version) == ("TERMINATED", 2)
    assert books.lines("P-S3") == [
        "DR 6401 8640000", "DR 2211 125030", "CR 2202 8765030",
        "DR 2202 3084885", "CR 1221 3075616", "CR 6011 9269",
    ]  # fmt: skip
    assert core.behaviours == []
    books.close()

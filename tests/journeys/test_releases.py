"""Two builds on a real server: a share, the whole, a case that stays behind, and drained."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from temporalio.common import WorkerDeploymentVersion
from temporalio.testing import WorkflowEnvironment

from infra.releases import DEPLOYMENT
from tests.journeys.clock import WallClock
from tests.journeys.house import House, house
from tests.journeys.working import working

pytestmark = [pytest.mark.journey, pytest.mark.long, pytest.mark.timeout(180)]

OLD, NEW = "0.1.0-old", "0.2.0-new"
WHY = {"reason": "a quiet day"}
Json = dict[str, Any]


def version(build_id: str) -> WorkerDeploymentVersion:
    return WorkerDeploymentVersion(deployment_name=DEPLOYMENT, build_id=build_id)


async def test_builds_are_ramped_up_pinned_and_drained(
    furnished: Path, tmp_path: Path, dev_server: WorkflowEnvironment
) -> None:
    folder = tmp_path / "house"
    shutil.copytree(furnished, folder)
    client, clock = dev_server.client, WallClock("2026-10-12T09:30:00+08:00")
    async with (
        house(folder, client, clock) as home,
        working(home.settings, client, version(OLD)),
        working(home.settings, client, version(NEW)),
    ):
        await until(home, lambda one: {OLD, NEW} <= one.keys())
        await ramp(home, OLD, 100)
        case = await home.request("P-PARTIAL", item="PARTIAL", request={"newSumAssured": 350000})
        await home.task("checker-1", case, "make")
        await ramp(home, NEW, 10)
        ramped = await until(home, lambda one: one[NEW]["share"] == 10)
        await home.post("ops-1", f"/v1/cases/{case}/pin", {"buildId": OLD, **WHY})
        await ramp(home, NEW, 100)
        left = await until(home, lambda one: one[OLD]["pinned"] == 1)
        await home.decide("checker-1", case, "make")
        drained = await home.post("ops-1", f"/v1/releases/{OLD}/drain", WHY)
        gone = await until(home, lambda one: one[OLD]["pinned"] == 0)
        await home.decide("checker-2", case, "approval/check")
        audited = await home.get("auditor-1", f"/v1/cases/{case}/audit")

    assert (ramped[OLD]["state"], ramped[NEW]["state"]) == ("current", "ramping")
    assert (left[NEW]["state"], left[NEW]["share"], left[OLD]["share"]) == ("current", 100, 0)
    assert (drained["freed"], gone[NEW]["state"]) == (1, "current")
    assert audited["whole"]


async def ramp(home: House, build_id: str, percent: int) -> None:
    await home.post("ops-1", f"/v1/releases/{build_id}/ramp", {"percent": percent, **WHY})


async def until(home: House, are: Callable[[dict[str, Json]], bool]) -> dict[str, Json]:
    async def look() -> dict[str, Json] | None:
        told = (await home.get("ops-1", "/v1/releases"))["builds"]
        builds = {one["buildId"]: one for one in told}
        return builds if are(builds) else None

    return await patiently(look)


async def patiently(look: Callable[[], Awaitable[dict[str, Json] | None]]) -> dict[str, Json]:
    for _ in range(200):
        found = await look()
        if found is not None:
            return found
        await asyncio.sleep(0.3)
    raise AssertionError("The builds did not come to stand as wanted.")

"""Two builds on a real server: a share, the whole, a case that stays behind, and drained."""

from __future__ import annotations

import asyncio
import shlex
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from temporalio.common import WorkerDeploymentVersion
from temporalio.testing import WorkflowEnvironment
from typer.testing import CliRunner

from api.cli.__main__ import assembled
from infra.releases import DEPLOYMENT
from tests.journeys.clock import WallClock
from tests.journeys.house import House, house
from tests.journeys.test_operations_guide import ELSEWHERE, commands
from tests.journeys.working import working

pytestmark = [pytest.mark.journey, pytest.mark.long, pytest.mark.timeout(180)]

OLD, NEW = "0.1.0-old", "0.2.0-new"
WHY = {"reason": "a quiet day"}
Json = dict[str, Any]
_OLD, _NEW = "0.1.0-9c0d4e53f2a9", "0.2.0-3f2a91c0d4e5"
"""The guide's builds."""


def version(build_id: str) -> WorkerDeploymentVersion:
    return WorkerDeploymentVersion(deployment_name=DEPLOYMENT, build_id=build_id)


async def test_builds_are_ramped_up_pinned_and_drained(
    furnished: Path,
    tmp_path: Path,
    dev_server: WorkflowEnvironment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By the commands of the guide for people on call, as they stand there."""
    folder = tmp_path / "house"
    shutil.copytree(furnished, folder)
    client, clock = dev_server.client, WallClock("2026-10-12T09:30:00+08:00")
    async with (
        house(folder, client, clock) as home,
        working(home.settings, client, version(OLD)),
        working(home.settings, client, version(NEW)),
    ):
        guide = Guide(monkeypatch, home.settings.public_url, await home._token("ops-1"))
        await until(home, lambda one: {OLD, NEW} <= one.keys())
        await ramp(home, OLD, 100)
        case = await home.request("P-PARTIAL", item="PARTIAL", request={"newSumAssured": 350000})
        await home.task("checker-1", case, "make")
        await guide.runs("ramp", "--to 10", "--dry-run", really=True)
        ramped = await until(home, lambda one: one[NEW]["share"] == 10)
        guide.case = case
        await guide.runs("pin")
        await guide.runs("ramp", "--to 100")
        left = await until(home, lambda one: one[OLD]["pinned"] == 1)
        await home.decide("checker-1", case, "make")
        drained = await guide.runs("drain", "--dry-run", really=True)
        gone = await until(home, lambda one: one[OLD]["pinned"] == 0)
        shown = await guide.runs("show")
        await home.decide("checker-2", case, "approval/check")
        audited = await home.get("auditor-1", f"/v1/cases/{case}/audit")

    assert (ramped[OLD]["state"], ramped[NEW]["state"]) == ("current", "ramping")
    assert (left[NEW]["state"], left[NEW]["share"], left[OLD]["share"]) == ("current", 100, 0)
    assert ("1 cases left" in drained, gone[NEW]["state"]) == (True, "current")
    assert NEW in shown
    assert guide.left == []
    assert audited["whole"]


class Guide:
    """The guide's commands about builds; its ids stand for those of this house."""

    def __init__(self, environment: pytest.MonkeyPatch, url: str, token: str) -> None:
        for name, value in (("BAOQUAN_URL", url), ("BAOQUAN_TOKEN", token), ("COLUMNS", "200")):
            environment.setenv(name, value)
        self.case = ""
        self.left = [
            one for one in commands() if one.startswith(ELSEWHERE) and "release check" not in one
        ]

    async def runs(self, *words: str, really: bool = False) -> str:
        """Run the command with these words; with ``really`` once more, not only to look."""
        (line,) = (one for one in self.left if all(word in one for word in words))
        self.left.remove(line)
        for said, meant in (("BQ-1F0C…", self.case), (_OLD, OLD), (_NEW, NEW)):
            line = line.replace(said, meant)
        told = await _told(line)
        return await _told(line.replace("--dry-run", "")) if really else told


async def _told(line: str) -> str:
    result = await asyncio.to_thread(CliRunner().invoke, assembled(), shlex.split(line)[1:])
    assert result.exit_code == 0, f"{line}: {result.output}"
    return str(result.output)


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

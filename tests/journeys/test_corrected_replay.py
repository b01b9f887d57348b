"""A case replayed with corrected variables, and only rehearsed: on a real server."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from infra.releases import current_build
from tests.builders.process import a_process, message
from tests.journeys.clock import WallClock
from tests.journeys.house import House, house
from tests.journeys.working import working
from workers.gate import ReleaseRefused, pass_gate
from workers.rehearsal.replaying import rehearse
from workflows.host import jobs

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

Json = dict[str, Any]
CORRECTED: Json = {"to": "again", "variables": {"limit": 7}}


@pytest_asyncio.fixture
async def home(
    furnished: Path, tmp_path: Path, dev_server: WorkflowEnvironment
) -> AsyncIterator[House]:
    """The house on a real server: the time-skipping one knows no reset."""
    folder = tmp_path / "house"
    shutil.copytree(furnished, folder)
    clock = WallClock("2026-10-12T09:30:00+08:00")
    client = dev_server.client
    async with house(folder, client, clock) as opened, working(opened.settings, client):
        yield opened


async def a_case(house: House) -> str:
    """It hears a message, then decides by a variable; it waits for another message after that."""
    drawn = a_process("limits").start("s").receive("asked", message("asked", "=caseId"))
    drawn = drawn.script("again", "=limit * 2", "twice")
    drawn = drawn.receive("more", message("more", "=caseId")).end("e")
    await house.post("ops-1", "/v1/definitions", {"files": {"limits.bpmn": drawn.xml().decode()}})
    case = await house.request("P-PARTIAL", process="limits")
    await house.waits(case, "asked")
    await house.tell("asked", case, limit=5)
    await house.waits(case, "more")
    return case


async def test_a_replay_writes_corrected_variables_before_anything_is_done_again(
    home: House,
) -> None:
    case = await a_case(home)
    await home.tell("more", case)
    await home.when(case, outcome="completed")
    path, order = f"/v1/cases/{case}/replay", {"reason": "the limit was wrong", **CORRECTED}

    would = await home.post("ops-1", path, {**order, "dryRun": True})
    alone = await home.ask("ops-1", "POST", path, json=order)
    told = await home.post("ops-2", path, order)

    assert would["corrects"] == told["corrects"] == ["limit"]
    assert (alone.status_code, alone.json()["type"]) == (409, "/problems/second-person")
    await home.waits(case, "more")
    changes = [one["data"]["variables"] for one in await standing(home, case)]
    assert {"limit": 7} in changes
    assert {"twice": 14} in changes
    acted = [one["data"] for one in await home.trail(case) if one["kind"] == "operatorActed"]
    assert [(one["act"], one["actor"], one["proposedBy"]) for one in acted] == [
        ("case.replay", "ops-2", "ops-1")
    ]


async def standing(house: House, case: str) -> list[Json]:
    return [one for one in await house.trail(case) if one["kind"] == "variablesChanged"]

"""A case of the whole house stands still, is not called stuck, and goes on as if in time."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.builders.process import a_process, message, timer
from tests.journeys.clock import WallClock
from tests.journeys.house import House, house
from tests.journeys.working import working
from workers.watchdog import LATE, STILL, Watchdog

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

Json = dict[str, Any]


async def test_what_came_in_time_counts_however_late_the_case_goes_on(
    furnished: Path, tmp_path: Path, dev_server: WorkflowEnvironment
) -> None:
    """Called by another, which stands still with it; the watchdog keeps silent meanwhile."""
    folder = tmp_path / "house"
    shutil.copytree(furnished, folder)
    clock = WallClock("2026-10-12T09:30:00+08:00")
    async with (
        house(folder, dev_server.client, clock) as inside,
        working(inside.settings, dev_server.client),
    ):
        await _deployed(inside)
        case = await inside.request("P-PARTIAL", process="outer")
        await inside.waits(case, "docs")
        done = await _order(inside, case, "suspend")
        await inside.eventually(lambda: _all_stand_still(inside, case), case, "stands still")
        await inside.tell("docs", case)
        dog = Watchdog(
            client=dev_server.client,
            database=inside.database,
            clock_offset=timedelta(seconds=clock.offset) + max(LATE, STILL) + timedelta(minutes=1),
        )
        await dog.round(sweep=True)
        found = await inside.get("ops-1", "/v1/incidents", caseId=case)
        told = await inside.case(case)
        await inside.eventually(lambda: _is_due(inside, case), case, "the timer is due")
        await _order(inside, case, "resume")
        await inside.when(case, outcome="completed")
        trail = await inside.get("ops-1", f"/v1/cases/{case}/trail", limit=1000)
        audit = await inside.get("auditor-1", f"/v1/cases/{case}/audit")

    assert len(done["instances"]) == 2
    assert found["incidents"] == []
    assert told["reasons"][0]["kind"] == "suspended"
    reached = [one["element"] for one in trail["entries"] if one["kind"] == "elementCompleted"]
    assert "heard" in reached
    assert "late" not in reached
    assert audit["whole"]
    told_by = [one["data"].get("act") for one in trail["entries"] if one["kind"] == "operatorActed"]
    assert told_by == ["case.suspend", "case.resume"]


async def _order(inside: House, case: str, act: str, **more: Any) -> Json:
    return await inside.post("ops-1", f"/v1/cases/{case}/{act}", {"reason": "for a look", **more})


async def _all_stand_still(inside: House, case: str) -> bool:
    waits = (await inside.case(case))["waits"]
    return [wait["waitsFor"] for wait in waits].count("suspension") == 2


async def _is_due(inside: House, case: str) -> bool:
    planned = await _order(inside, case, "resume", dryRun=True)
    return any(bool(wait["isDue"]) for wait in planned["waits"])


async def _deployed(inside: House) -> None:
    inner = a_process("inner").start("s").receive("docs", message("docs", "=caseId")).end("heard")
    inner.boundary("docs", "late", timer(duration="PT6S")).end("too_late")
    outer = a_process("outer").start("s").call("sub", "inner").end("e")
    files = {"inner.bpmn": inner.xml().decode(), "outer.bpmn": outer.xml().decode()}
    await inside.post("ops-1", "/v1/definitions", {"files": files})

"""The repair desk against the whole house: stuck, looked at, mended, and on record."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.builders.process import a_process, message
from tests.journeys.clock import WallClock
from tests.journeys.house import House, house
from tests.journeys.working import working

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

Json = dict[str, Any]
WHY = {"reason": "for a look"}


async def test_a_stuck_element_is_skipped_and_a_token_moved_as_was_foreseen(
    furnished: Path, tmp_path: Path, dev_server: WorkflowEnvironment
) -> None:
    folder = tmp_path / "house"
    shutil.copytree(furnished, folder)
    clock = WallClock("2026-10-12T09:30:00+08:00")
    async with (
        house(folder, dev_server.client, clock) as inside,
        working(inside.settings, dev_server.client),
    ):
        await _deployed(inside)
        case = await inside.request("P-PARTIAL", process="desk")
        stuck = await inside.eventually(lambda: _incident(inside, case), case, "is stuck")
        path = f"/v1/incidents/{stuck['incidentId']}/resolve"
        skip = {**WHY, "act": "skip", "variables": {"total": 5}}
        foreseen = await inside.post("ops-1", path, {**skip, "dryRun": True})
        await inside.post("ops-1", path, skip)
        await inside.waits(case, "docs")
        looked = await _modify(inside, case, [], dryRun=True)
        key = _key(looked, "docs")
        move = [{"do": "move", "key": key, "element": "more"}]
        before = await _modify(inside, case, move, dryRun=True)
        await _modify(inside, case, move)
        await inside.waits(case, "more")
        after = await _modify(inside, case, [], dryRun=True)
        await inside.tell("more", case)
        await inside.when(case, outcome="completed")
        trail = await inside.get("ops-1", f"/v1/cases/{case}/trail", limit=1000)
        audit = await inside.get("auditor-1", f"/v1/cases/{case}/audit")

    assert [one["element"] for one in foreseen["forecast"]["after"]["waits"]] == ["docs"]
    assert before["forecast"]["after"] == after["forecast"]["after"], "foreseen is what happened"
    acts = [one["data"]["act"] for one in trail["entries"] if one["kind"] == "operatorActed"]
    assert acts == ["incident.skip", "case.modify"]
    assert audit["whole"]


async def _modify(inside: House, case: str, wanted: list[Json], **more: Any) -> Json:
    body = {**WHY, "instructions": wanted, **more}
    return await inside.post("ops-1", f"/v1/cases/{case}/modification", body)


async def _incident(inside: House, case: str) -> Json | None:
    page = await inside.get("ops-1", "/v1/incidents", caseId=case)
    return next(iter(page["incidents"]), None)


def _key(looked: Json, element: str) -> int:
    tokens = looked["forecast"]["after"]["tokens"]
    return next(int(one["key"]) for one in tokens if one["element"] == element)


async def _deployed(inside: House) -> None:
    desk = a_process("desk").start("s").script("sum", '=assert(n, n > 0, "none")', "total")
    desk = desk.receive("docs", message("docs", "=caseId"))
    desk = desk.receive("more", message("more", "=caseId")).end("e")
    files = {"desk.bpmn": desk.xml().decode()}
    await inside.post("ops-1", "/v1/definitions", {"files": files})

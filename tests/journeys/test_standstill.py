"""A process, work and a system stand still over cases of the whole house, and nothing is lost."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from infra import standing
from tests.builders.process import a_process, message, timer
from tests.journeys.clock import WallClock
from tests.journeys.house import House, house
from tests.journeys.working import working
from workers.relay import Relay
from workers.warden import Warden

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

Json = dict[str, Any]


@dataclass(kw_only=True)
class Office:
    """A house with workers, and a warden whose rounds the test makes."""

    house: House
    warden: Warden

    async def order(self, act: str, kind: str, target: str) -> Json:
        """Let something stand still or go on, and cases follow."""
        body = {"kind": kind, "target": target, "reason": "for a look"}
        told = await self.house.post("ops-1", f"/v1/standstills/{act}", body)
        await self.warden.round()
        return told

    async def reasons(self, case: str) -> list[str]:
        return [one["kind"] for one in (await self.house.case(case))["reasons"]]

    async def held(self, case: str) -> Json:
        """Wait until work of a case is held."""

        async def looks() -> Json | None:
            found = (await self.house.case(case))["reasons"]
            return next((one for one in found if one["kind"] == "held"), None)

        return await self.house.eventually(looks, case, "held")


@pytest_asyncio.fixture
async def office(
    furnished: Path,
    tmp_path: Path,
    dev_server: WorkflowEnvironment,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Office]:
    monkeypatch.setattr(standing, "KEPT_SECONDS", 0.0)
    folder = tmp_path / "house"
    shutil.copytree(furnished, folder)
    clock = WallClock("2026-10-12T09:30:00+08:00")
    async with (
        house(folder, dev_server.client, clock) as inside,
        working(inside.settings, dev_server.client),
    ):
        warden = Warden(client=dev_server.client, database=inside.database)
        yield Office(house=inside, warden=warden)


async def test_a_process_stands_still_with_running_and_with_new_cases(office: Office) -> None:
    inside = office.house
    drawn = a_process("desk").start("s").receive("docs", message("docs", "=caseId")).end("heard")
    drawn.boundary("docs", "late", timer(duration="PT5S")).end("too_late")
    await inside.post("ops-1", "/v1/definitions", {"files": {"desk.bpmn": drawn.xml().decode()}})
    running = await inside.request("P-PARTIAL", process="desk")
    await inside.waits(running, "docs")

    told = await office.order("suspend", "process", "desk")
    new = await inside.request("P-PARTIAL", process="desk")
    while_standing = await office.reasons(running), await office.reasons(new)
    relay = _relay(office)
    await relay.round()
    await inside.tell("docs", running)
    seen = await inside.get("ops-1", "/v1/insight")
    await office.order("resume", "process", "desk")
    await inside.when(running, outcome="completed")
    began = (await inside.case(new))["status"], await office.reasons(new)
    await inside.eventually(lambda: _begins(inside, relay, new), new, "begins")
    trail = await inside.trail(running)
    audit = await inside.get("auditor-1", f"/v1/cases/{running}/audit")

    assert (told["running"], told["act"]) == (1, "suspend")
    assert "suspended" in while_standing[0]
    assert while_standing[1] == ["suspended"]
    assert began[1] == ["accepted-not-started"]
    assert seen["standstills"] == ["process:desk"]
    assert "heard" in [one["element"] for one in trail if one["kind"] == "elementCompleted"]
    acts = [one["data"]["act"] for one in trail if one["kind"] == "operatorActed"]
    assert acts == ["case.suspend", "case.resume"]
    assert audit["whole"]


async def test_a_system_stands_still_and_nothing_is_sent_to_it(office: Office) -> None:
    inside = office.house
    await office.order("suspend", "system", "identity")
    case = await inside.request("P-PARTIAL")

    held = await office.held(case)
    done = inside.rows("SELECT kind FROM effects WHERE case_id = ?", case)
    listed = (await inside.get("ops-1", "/v1/standstills"))["standstills"]
    await office.order("resume", "system", "identity")
    await inside.eventually(lambda: _is_past(office, case), case, "goes on")
    page = await inside.case(case)

    assert held["text"].endswith("system:identity stands still: for a look.")
    assert ("verification.identity",) not in done
    assert [(one["target"], one["running"]) for one in listed] == [("identity", 1)]
    assert [one for one in page["incidents"] if one["status"] == "open"] == []


async def test_work_stands_still_in_whatever_process(office: Office) -> None:
    inside = office.house
    await office.order("suspend", "activity", "verification.policy")
    case = await inside.request("P-PARTIAL")

    held = await office.held(case)
    again = await inside.ask(
        "ops-1",
        "POST",
        "/v1/standstills/suspend",
        json={"kind": "activity", "target": "verification.policy", "reason": "once more"},
    )
    await office.order("resume", "activity", "verification.policy")
    await inside.eventually(lambda: _is_past(office, case), case, "goes on")

    assert "activity:verification.policy stands still" in held["text"]
    assert again.json()["type"] == "/problems/suspended"


async def _is_past(office: Office, case: str) -> bool | None:
    return "held" not in await office.reasons(case) or None


async def _begins(inside: House, relay: Relay, case: str) -> bool | None:
    await relay.round()
    await asyncio.sleep(0.2)
    return (await inside.case(case))["waits"] != [] or None


def _relay(office: Office) -> Relay:
    inside = office.house
    return Relay(
        client=inside.client,
        database=inside.database,
        task_queue=inside.settings.task_queue,
        zone=inside.settings.zone,
        clock_offset=timedelta(seconds=inside.settings.clock_offset),
    )

"""A turn that the database was told and Temporal lost: made up for by itself, or named.

An update lives in Temporal's memory until its turn is in the history. A crash in between leaves
the database ahead of the case, and whoever asked may never ask again. Here the same is brought
about by a reset behind everybody's back: nothing of the turn is applied again.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, ResetReapplyExcludeType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.testing import WorkflowEnvironment

from tests.builders.process import a_process, message
from tests.journeys.clock import WallClock
from tests.journeys.house import House, house
from tests.journeys.working import working
from workers.lost_turns import SURE
from workers.relay import Relay
from workers.watchdog import LATE, Watchdog

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

FOREIGN = "print-shop.print"
AFTERWARDS = LATE + SURE
Act = Callable[[House, str], Awaitable[Any]]


@dataclass(kw_only=True)
class Scene:
    """A house, and those who look after it."""

    house: House
    relay: Relay
    dog: Watchdog

    async def stands_at(self, process: str, element: str) -> str:
        """A case that has come to an element."""
        case = await self.house.request("P-PARTIAL", process=process)

        async def looks() -> bool | None:
            entries = await self.house.trail(case)
            return (
                any(one["element"] == element and one["kind"] in _RESTS for one in entries) or None
            )

        await self.house.eventually(looks, case, element)
        return case

    async def lose_the_last_turn(self, case: str) -> None:
        """Have Temporal forget the turn that an update brought about, and what came after."""
        client = self.house.client
        exclude = ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_UPDATE
        async for event in client.get_workflow_handle(case).fetch_history_events():
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
                turn = event.event_id
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
                break
        await client.workflow_service.reset_workflow_execution(
            ResetWorkflowExecutionRequest(
                namespace=client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=case),
                reason="what a crash does",
                request_id=f"lost/{case}",
                workflow_task_finish_event_id=turn,
                reset_reapply_exclude_types=[exclude],
            )
        )

    async def works(self, case: str) -> bool:
        """Whether Temporal has work under way for the case."""
        described = await self.house.client.get_workflow_handle(case).describe()
        return bool(described.raw_description.pending_activities)

    async def found(self, case: str) -> list[str]:
        """What is open about the case, seen from outside."""
        await self.dog.round(sweep=True)
        page = await self.house.get("ops-1", "/v1/incidents", caseId=case)
        return [one["code"] for one in page["incidents"] if one["source"] == "watch"]


_RESTS = frozenset({"taskOpened", "waitOpened", "incidentOpened"})


@pytest_asyncio.fixture
async def scene(
    furnished: Path, tmp_path: Path, dev_server: WorkflowEnvironment
) -> AsyncIterator[Scene]:
    folder = tmp_path / "house"
    shutil.copytree(furnished, folder)
    clock = WallClock("2026-10-12T09:30:00+08:00")
    async with house(folder, dev_server.client, clock) as opened:
        await _deployed(opened)
        offset = timedelta(seconds=clock.offset) + AFTERWARDS
        relay = Relay(
            client=dev_server.client,
            database=opened.database,
            task_queue=opened.settings.task_queue,
            zone="Asia/Shanghai",
            clock_offset=offset,
        )
        dog = Watchdog(client=dev_server.client, database=opened.database, clock_offset=offset)
        async with working(opened.settings, dev_server.client):
            yield Scene(house=opened, relay=relay, dog=dog)


async def _approve(inside: House, case: str) -> None:
    await inside.decide("lead-1", case, "decide")


async def _tell(inside: House, case: str) -> None:
    await inside.tell("docs", case)


async def _cancel(inside: House, case: str) -> None:
    await inside.post("ops-1", f"/v1/cases/{case}/cancel", {"reason": "asked for by mistake"})


async def _resolve(inside: House, case: str) -> None:
    (incident,) = (await inside.get("ops-1", "/v1/incidents", caseId=case))["incidents"]
    body = {"reason": "it had no name", "variables": {"letter": case}}
    await inside.post("ops-1", f"/v1/incidents/{incident['incidentId']}/resolve", body)


@pytest.mark.parametrize(
    ("process", "element", "act"), [("deciding", "decide", _approve), ("hearing", "docs", _tell)]
)
async def test_what_nobody_asks_for_again_goes_on_by_itself(
    scene: Scene, process: str, element: str, act: Act
) -> None:
    case = await scene.stands_at(process, element)
    await act(scene.house, case)
    await scene.house.waits(case, "print")
    await scene.lose_the_last_turn(case)
    idle = not await scene.works(case)

    await scene.relay.round()

    assert idle
    assert await scene.works(case)
    assert (await scene.house.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]


async def test_a_cancellation_that_was_lost_ends_its_case_all_the_same(scene: Scene) -> None:
    case = await scene.stands_at("deciding", "decide")
    await _cancel(scene.house, case)
    await scene.lose_the_last_turn(case)
    await scene.found(case)  # ended here, and Temporal runs it

    await scene.relay.round()

    described = await scene.house.client.get_workflow_handle(case).describe()
    assert described.close_time is not None


async def test_a_decision_before_a_replay_is_asked_for_again(scene: Scene) -> None:
    """What operators took back the relay does not bring back."""
    case = await scene.stands_at("deciding", "decide")
    await _approve(scene.house, case)
    await scene.house.waits(case, "print")
    body = {"reason": "another look", "to": "decide"}
    await scene.house.post("ops-1", f"/v1/cases/{case}/replay", body)

    await scene.relay.round()

    assert await scene.house.task("lead-1", case, "decide")
    assert not await scene.works(case)


async def test_an_incident_whose_resolution_was_lost_is_open_again(scene: Scene) -> None:
    case = await scene.stands_at("stuck", "docs")
    await _resolve(scene.house, case)
    await scene.house.waits(case, "docs")
    await scene.lose_the_last_turn(case)

    await scene.relay.round()

    (incident,) = (await scene.house.get("ops-1", "/v1/incidents", caseId=case))["incidents"]
    assert incident["element"] == "docs"
    await _resolve(scene.house, case)
    await scene.house.waits(case, "docs")
    assert (await scene.house.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]


async def test_an_end_that_was_lost_is_found_and_taken_back(scene: Scene) -> None:
    case = await scene.stands_at("ending", "docs")
    await scene.house.tell("docs", case)
    await scene.house.when(case, outcome="completed")
    await scene.lose_the_last_turn(case)

    found = await scene.found(case)
    await scene.relay.round()

    handle = scene.house.client.get_workflow_handle(case)
    assert found == ["ended-but-running"]
    assert (await handle.describe()).close_time is not None
    assert await scene.found(case) == []


async def _deployed(inside: House) -> None:
    by_lead = {"candidateGroups": "L3"}
    decision = {"act": "decision"}
    printing = [
        a_process("deciding").start("s").user("decide", assignment=by_lead, headers=decision),
        a_process("hearing").start("s").receive("docs", message("docs", "=caseId")),
        a_process("stuck").start("s").receive("docs", message("docs", "=letter")),
    ]
    ending = a_process("ending").start("s").receive("docs", message("docs", "=caseId"))
    drawings = [*(one.service("print", FOREIGN) for one in printing), ending]
    files = {f"{place}.bpmn": drawn.end("e").xml().decode() for place, drawn in enumerate(drawings)}
    await inside.post("ops-1", "/v1/definitions", {"files": files})

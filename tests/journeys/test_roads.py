"""One decision by four roads: HTTP, command line, Temporal update and signal meet one judge."""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from collections.abc import Awaitable, Callable, Mapping

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from api.presenting import split_id
from tests.journeys import seen
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import House, Json
from workflows.contracts.human_task import TaskAct, TaskReceipt
from workflows.contracts.routing import COMPLETE_TASK, SIGNAL_SUFFIX

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

Road = Callable[[House, str, Json], Awaitable[str | None]]
"""Approves a task as an operator; returns the refusal, if it is refused at once."""


async def by_http(house: House, operator: str, task: Json) -> str | None:
    answer = await house.complete(operator, task)
    return None if answer.is_success else f"{answer.status_code} {answer.json()['type']}"


async def by_command(house: House, operator: str, task: Json) -> str | None:
    """The command shows the task first, so it always decides on what is there now."""
    command = [sys.executable, "-m", "api.cli", "task", "complete", task["taskId"], "approve"]
    process = await asyncio.create_subprocess_exec(
        *command,
        "--as",
        operator,
        env={**os.environ, "BAOQUAN_URL": house.settings.public_url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return None if process.returncode == 0 else output.decode()


async def by_update(house: House, operator: str, task: Json) -> str | None:
    handle = house.client.get_workflow_handle(task["caseId"])
    try:
        await handle.execute_update(
            COMPLETE_TASK, _act(operator, task), result_type=TaskReceipt
        )
    except WorkflowUpdateFailedError as error:
        assert isinstance(error.cause, ApplicationError)
        return error.cause.type
    return None


async def by_signal(house: House, operator: str, task: Json) -> str | None:
    handle = house.client.get_workflow_handle(task["caseId"])
    await handle.signal(COMPLETE_TASK + SIGNAL_SUFFIX, _act(operator, task))
    return None


ROADS: Mapping[str, Road] = {
    "http": by_http,
    "command": by_command,
    "update": by_update,
    "signal": by_signal,
}


@pytest.mark.parametrize("road", ROADS)
async def test_a_decision_meets_the_same_judge_by_every_road(
    opened: Opening, replays: Replaying, road: str
) -> None:
    decide = ROADS[road]
    async with opened("2026-10-12T09:30:00+08:00") as house:
        case = await house.request("P-PARTIAL", item="PARTIAL", request={"newSumAssured": 350000})
        assert await decide(house, "checker-1", await _task(house, "checker-1", case, "make")) is None
        check = await _task(house, "checker-2", case, "approval/check")

        by_its_maker = await decide(house, "checker-1", check)
        stale = await decide(house, "checker-2", {**check, "contentHash": "0" * 64})
        await house.eventually(_refusals(house, case, road), case, "refusals in the trail")
        print(road, by_its_maker, stale)
        assert [one["element"] for one in (await house.case(case))["tasks"]] == ["approval/check"]

        assert await decide(house, "checker-2", check) is None
        answer = await house.waits(case, "follow_up/survey_answered")
        await house.tell("survey.answered", answer["key"], csat=5)
        page = await house.when(case, status="CLOSED", outcome="completed")

        assert page["quote"]["net"] == "25920.00"
        assert seen.deciders(await house.trail(case)) == [
            ("make", "checker-1", "approve"),
            ("approval/check", "checker-2", "approve"),
        ]
        assert (await house.policy("P-PARTIAL")).sum_assured.minor == 35_000_000
        await replays(house, case, f"decision-by-{road}")


async def _task(house: House, operator: str, case: str, element: str) -> Json:
    return await house.task(operator, case, element)


def _refusals(house: House, case: str, road: str) -> Callable[[], Awaitable[list[str] | None]]:
    async def looks() -> list[str] | None:
        trail = await house.trail(case)
        codes = [one["data"]["code"] for one in trail if one["kind"] == "decisionRefused"]
        print(road, codes)
        return codes or None

    return looks


def _act(operator: str, task: Json) -> TaskAct:
    place = split_id(task["taskId"])
    assert place is not None
    return TaskAct(
        request_id=uuid.uuid4().hex,
        act="complete",
        task_key=place[1],
        actor=operator,
        outcome="approve",
        content_hash=task["contentHash"],
    )

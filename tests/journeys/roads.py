"""The four roads by which a decision reaches a case."""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from collections.abc import Awaitable, Callable, Mapping

from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from api.local_ids import split_id
from tests.journeys.house import House, Json
from workflows.contracts.human_task import TaskAct, TaskReceipt
from workflows.contracts.routing import COMPLETE_TASK, SIGNAL_SUFFIX

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
        await handle.execute_update(COMPLETE_TASK, _act(operator, task), result_type=TaskReceipt)
    except WorkflowUpdateFailedError as error:
        return error.cause.type if isinstance(error.cause, ApplicationError) else repr(error)
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

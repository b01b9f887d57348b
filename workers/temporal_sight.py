"""What Temporal itself knows of cases that cannot tell: failing tasks, ends, queues, attempts."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from temporalio.api.common.v1 import WorkflowExecution as Execution
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    DescribeWorkflowExecutionResponse,
    GetWorkflowExecutionHistoryReverseRequest,
)
from temporalio.client import Client, WorkflowExecution
from temporalio.exceptions import ApplicationError, FailureError
from temporalio.service import RPCError, RPCStatusCode

from workflows.contracts.routing import CASE_WORKFLOW

RPC_TIMEOUT: Final = timedelta(seconds=5)
MOST: Final = 1_000
"""Cases looked at in one round, of those that a query finds."""
_ROOMS: Final = ("workflows", "workers", "activities", "infra")
_LAST_EVENTS: Final = 50

_FAILED: Final = EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
_DIVERGED: Final = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR
_TIMED_OUT: Final = EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT

FAILING: Final = (
    f"WorkflowType = '{CASE_WORKFLOW}' AND ExecutionStatus = 'Running' "
    "AND TemporalReportedProblems IS NOT NULL"
)
RUNNING: Final = f"WorkflowType = '{CASE_WORKFLOW}' AND ExecutionStatus = 'Running'"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyFailing:
    """Why workflow tasks fail: a code of ours, and a sentence."""

    cause: str
    code: str = "workflow-task-failing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An activity that Temporal is trying."""

    type: str
    attempt: int
    next_at: datetime | None
    last_failure: str


async def found(
    client: Client, query: str, limit: int | None = MOST
) -> AsyncIterator[WorkflowExecution]:
    """List executions by a visibility query; each workflow id once, the newest run first."""
    seen: set[str] = set()
    async for execution in client.list_workflows(query, limit=limit, rpc_timeout=RPC_TIMEOUT):
        if execution.id not in seen:
            seen.add(execution.id)
            yield execution


async def described(
    client: Client, instance_id: str, run_id: str = ""
) -> DescribeWorkflowExecutionResponse | None:
    """Describe an instance; None: Temporal does not know it."""
    request = DescribeWorkflowExecutionRequest(
        namespace=client.namespace,
        execution=Execution(workflow_id=instance_id, run_id=run_id),
    )
    try:
        return await client.workflow_service.describe_workflow_execution(
            request, timeout=RPC_TIMEOUT
        )
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return None
        raise


def pending_of(answer: DescribeWorkflowExecutionResponse) -> tuple[Pending, ...]:
    """Read what an instance's activities are at."""
    return tuple(
        Pending(
            type=one.activity_type.name,
            attempt=one.attempt,
            next_at=_moment(one.scheduled_time.seconds),
            last_failure=_class_of(one.last_failure),
        )
        for one in answer.pending_activities
    )


async def why_failing(client: Client, instance_id: str, run_id: str) -> WhyFailing:
    """Say why an instance's workflow tasks fail: kind, class and place, never a text."""
    request = GetWorkflowExecutionHistoryReverseRequest(
        namespace=client.namespace,
        execution=Execution(workflow_id=instance_id, run_id=run_id),
        maximum_page_size=_LAST_EVENTS,
    )
    page = await client.workflow_service.get_workflow_execution_history_reverse(
        request, timeout=RPC_TIMEOUT
    )
    for event in page.history.events:
        if event.event_type == _FAILED:
            return await _failed(client, event)
        if event.event_type == _TIMED_OUT:
            return WhyFailing(cause="The workflow task timed out: the worker gave no answer.")
    return WhyFailing(cause="The workflow task fails.")


async def _failed(client: Client, event: HistoryEvent) -> WhyFailing:
    told = event.workflow_task_failed_event_attributes
    cause = WorkflowTaskFailedCause.Name(told.cause).removeprefix("WORKFLOW_TASK_FAILED_CAUSE_")
    error = await _readable(client, told.failure)
    where = _place(error)
    words = cause.replace("_", " ").lower()
    kind = error.type if isinstance(error, ApplicationError) and error.type else ""
    text = f"{words}{f': {kind}' if kind else ''}{f' at {where}' if where else ''}."
    if told.cause == _DIVERGED:
        return WhyFailing(cause=text, code="non-determinism")
    return WhyFailing(cause=text)


async def _readable(client: Client, failure: Failure) -> BaseException:
    """Decode what the codec hid; only its class and its places are used."""
    copy = Failure()
    copy.CopyFrom(failure)
    return await client.data_converter.decode_failure(copy)


def _place(error: BaseException) -> str:
    """The deepest place in our own rooms."""
    told = error.failure.stack_trace if isinstance(error, FailureError) and error.failure else ""
    places = [
        line.split('"')[1] + ":" + line.split("line ")[1].split(",")[0]
        for line in told.splitlines()
        if line.strip().startswith('File "') and "line " in line
    ]
    ours = [place for place in places if any(f"/{room}/" in place for room in _ROOMS)]
    if not ours:
        return ""
    deepest = ours[-1]
    room = max(deepest.rfind(f"/{name}/") for name in _ROOMS)
    return deepest[room + 1 :]


def _class_of(failure: Failure) -> str:
    if failure.HasField("application_failure_info"):
        return failure.application_failure_info.type or "application failure"
    if failure.HasField("timeout_failure_info"):
        return "timeout"
    return "failure" if failure.ByteSize() else ""


def _moment(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None

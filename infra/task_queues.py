"""Who polls a task queue, by what Temporal says."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

FRESH: Final = timedelta(seconds=75)
"""A poll lasts a minute; who polled longer ago has gone."""
WORKFLOW_QUEUE: Final = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
ACTIVITY_QUEUE: Final = TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY


async def is_served(
    client: Client, queue: str, kind: TaskQueueType.ValueType, patience: timedelta
) -> bool:
    """Tell whether somebody polls a task queue."""
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=kind,
        ),
        timeout=patience,
    )
    since = datetime.now(UTC) - FRESH
    return any(poller.last_access_time.ToDatetime(tzinfo=UTC) > since for poller in answer.pollers)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """A task queue as Temporal sees it; None: it does not say."""

    queue: str
    kind: Literal["workflow", "activity"]
    backlog: int | None = None
    pollers: int | None = None


async def state_of(
    client: Client, queue: str, kind: Literal["workflow", "activity"], patience: timedelta
) -> QueueState:
    """Tell how many tasks wait on a queue, and how many poll it."""
    wanted = WORKFLOW_QUEUE if kind == "workflow" else ACTIVITY_QUEUE
    try:
        answer = await client.workflow_service.describe_task_queue(
            DescribeTaskQueueRequest(
                namespace=client.namespace,
                task_queue=TaskQueue(name=queue),
                task_queue_type=wanted,
                report_stats=True,
            ),
            timeout=patience,
        )
    except (RPCError, RuntimeError):
        return QueueState(queue=queue, kind=kind)
    return QueueState(
        queue=queue,
        kind=kind,
        backlog=answer.stats.approximate_backlog_count,
        pollers=len(answer.pollers),
    )

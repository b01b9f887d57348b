"""Who polls a task queue, by what Temporal says."""

from datetime import UTC, datetime, timedelta
from typing import Final

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

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

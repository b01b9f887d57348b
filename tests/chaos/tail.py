"""After everything is healed: new cases run through, nobody asks twice, every worker works."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest

from infra.payload_codec import deployment_codec
from infra.temporal import connect
from tests.chaos.house import House
from tests.chaos.people import Life, Office
from tests.chaos.plan import CasePlan
from tests.chaos.victims import WORKERS

PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Tail:
    """What came of the time after."""

    lives: Sequence[Life]
    office: Office
    idle: Sequence[str]
    """Workers that do not ask Temporal for work."""


async def live_on(house: House, plans: Sequence[CasePlan]) -> Tail:
    """Run some more cases, one after the other."""
    async with httpx.AsyncClient(base_url=house.api_url, timeout=20) as http:
        office = Office(http=http, until=time.monotonic() + PATIENCE_SECONDS)
        lives = [Life(plan=plan, office=office) for plan in plans]
        for life in lives:
            await life.lived()
    return Tail(lives=lives, office=office, idle=await _idle(house))


async def _idle(house: House) -> list[str]:
    settings = house.settings
    client = await connect(settings.temporal_address, codec=deployment_codec(settings))
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=settings.task_queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
            report_pollers=True,
        )
    )
    asking = {poller.identity.partition("@")[0] for poller in answer.pollers}
    processes = {name: house.victims.named[name].process for name in WORKERS}
    return [
        f"{name} asks for no work"
        for name, process in processes.items()
        if process is None or str(process.pid) not in asking
    ]

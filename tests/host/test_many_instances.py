"""A multi-instance activity of many thousand items, on a server."""

from itertools import accumulate

import pytest
from temporalio.api.history.v1 import HistoryEvent

from tests.builders.process import a_process, multi_instance
from tests.host.world import World
from workflows.contracts.case import Limits
from workflows.host.dispatch import IN_FLIGHT

pytestmark = [pytest.mark.journey, pytest.mark.timeout(1_800)]

LOCAL, REMOTE = "verification.policy", "verification.payee"
HISTORY = 51_200
"""Events after which the server ends a run."""
BUFFERED = 100
"""Events that the server keeps while a workflow task runs; then it takes the task back."""


@pytest.mark.long
@pytest.mark.parametrize(
    ("work", "sequential"), [(LOCAL, False), (LOCAL, True), (REMOTE, False), (REMOTE, True)]
)
async def test_ten_thousand_items_are_worked_off_within_the_limits_of_a_history(
    dev_server, work, sequential
):
    items = 10_000
    loop = multi_instance(cardinality=f"={items}", sequential=sequential)
    world = World()
    world.deploy(a_process("p").start().service("work", work, loop=loop).end())

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p", limits=Limits())
        result = await case.result()

    assert result.outcome == "completed"
    assert len({call.key for call in world.calls}) == items
    assert len(await case.events()) < HISTORY


async def test_the_server_keeps_its_workflow_task_whatever_ends_at_the_same_time(dev_server):
    world = World()
    loop = multi_instance(cardinality="=90")
    world.deploy(a_process("p").start().service("work", REMOTE, loop=loop).end())

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        result = await case.result()

    under_way = list(accumulate(map(_change, await case.events())))
    assert (result.outcome, len(world.calls)) == ("completed", 90)
    assert max(under_way) == IN_FLIGHT["remote"]
    assert 2 * max(under_way) < BUFFERED, "each ends by two events"


def _change(event: HistoryEvent) -> int:
    begun = event.HasField("activity_task_scheduled_event_attributes")
    return begun - event.HasField("activity_task_completed_event_attributes")

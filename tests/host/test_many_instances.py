"""A multi-instance activity of many thousand items, on a server."""

import pytest

from tests.builders.process import a_process, multi_instance
from tests.host.world import World
from workflows.contracts.case import Limits

pytestmark = [pytest.mark.journey, pytest.mark.long, pytest.mark.timeout(1_800)]

LOCAL = "verification.policy"
HISTORY = 51_200
"""Events after which the server ends a run."""


@pytest.mark.parametrize(("items", "sequential"), [(10_000, False), (10_000, True)])
async def test_ten_thousand_items_are_worked_off_within_the_limits_of_a_history(
    dev_server, items, sequential
):
    loop = multi_instance(cardinality=f"={items}", sequential=sequential)
    world = World()
    world.deploy(a_process("p").start().service("work", LOCAL, loop=loop).end())

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p", limits=Limits())
        result = await case.result()

    assert result.outcome == "completed"
    assert len({call.key for call in world.calls}) == items
    assert len(await case.events()) < HISTORY

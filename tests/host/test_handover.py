"""A run that is never without work hands over all the same: what is to begin goes over."""

from typing import Any

import pytest

from tests.builders.process import a_process, multi_instance
from tests.host.test_many_instances import runs_of
from tests.host.world import World, at_once
from workflows.contracts.case import Limits
from workflows.host.case import decode_all

pytestmark = pytest.mark.journey

REMOTE = "verification.payee"


def many(items):
    loop = multi_instance(cardinality=f"={items}", output="all", output_element="=done")
    return a_process("p").start().service("work", REMOTE, loop=loop).end()


async def played(server, limits, *models):
    """The case, its result and its runs, each of them a history."""
    world = World(work={REMOTE: at_once({"done": 1})})
    world.deploy(*models)
    async with world.worker(server.client):
        case = await world.start(server.client, "p", limits=limits)
        result = await case.result()
        return world, case, result, await runs_of(server.client, case)


async def test_side_by_side_goes_over_when_the_run_is_far_too_long(dev_server):
    world, case, result, runs = await played(dev_server, Limits(events=2), many(100))

    gathered: Any = decode_all(result.variables)["all"]
    assert (result.outcome, len(gathered)) == ("completed", 100)
    assert len({call.key for call in world.calls}) == len(world.calls) == 100
    assert len(runs) > 2
    waits = [(e.kind, e.key) for e in world.journal(case.id) if e.data.get("for") == "job"]
    assert len(waits) == len(set(waits)) == 200, "each is awaited once, and once no more"


async def test_what_goes_over_may_be_a_called_process(dev_server):
    child = a_process("child").start("begun").service("work", REMOTE).end("done")
    loop = multi_instance(cardinality="=4", sequential=True)
    parent = a_process("p").start().call("sub", "child", loop=loop).end()

    world, _, result, runs = await played(dev_server, Limits(events=1), parent, child)

    assert (result.outcome, len(world.calls), len(runs) > 4) == ("completed", 4, True)

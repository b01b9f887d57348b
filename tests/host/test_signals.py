"""Signals in a case on a server: heard once, by what listened then, in order, past any run."""

from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError

from tests.builders.events import signal
from tests.builders.process import a_flow, a_process
from tests.host.test_suspension import order
from tests.host.world import Running, World, code_of, wire
from workflows.contracts.case import Limits, Receipt
from workflows.contracts.repair import Resume, Suspend
from workflows.contracts.routing import DELIVER_SIGNAL
from workflows.contracts.signal import SignalDelivery

pytestmark = pytest.mark.journey


def many_ears() -> World:
    """A case that hears every S beside a task, and once at a catch event."""
    world = World()
    heard = a_flow().start("ear", signal("S"), interrupting=False).end("heard")
    model = a_process("p").start().catch("wait", signal("S")).user("decide").end()
    world.deploy(model.event_sub_process("ears", heard))
    return world


async def delivery(case: Running, no: int, *elements: str, **variables: Any) -> SignalDelivery:
    opened = [await case.world.until(case.id, "waitOpened", element) for element in elements]
    return SignalDelivery(
        instance_id=case.id,
        no=no,
        name="S",
        waits=tuple(entry.key or 0 for entry in opened),
        variables=wire(variables),
    )


async def tell(case: Running, told: SignalDelivery) -> Receipt:
    receipt: Receipt = await case.handle.execute_update(DELIVER_SIGNAL, told, result_type=Receipt)
    return receipt


async def test_everything_that_listened_hears_it_and_a_repetition_is_nothing(dev_server):
    world = many_ears()

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        told = await delivery(case, 1, "ear", "wait", n=7)
        first, again = await tell(case, told), await tell(case, told)
        await case.approve("decide")
        result = await case.result()

    assert first == again
    assert world.completed(case.id).count("heard") == 1
    assert world.completed(case.id).count("wait") == 1
    assert world.entry(case.id, "signalConsumed").data["no"] == 1
    assert result.variables["n"] == wire({"n": 7})["n"]


async def test_a_signal_that_comes_while_the_case_stands_still_is_heard_when_it_goes_on(dev_server):
    world = many_ears()

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        told = await delivery(case, 1, "ear", "wait", n=7)
        await order(case, Suspend(), "o-1")
        await tell(case, told)
        before = world.completed(case.id)
        receipt = await order(case, Resume(), "o-2")
        await case.approve("decide")
        result = await case.result()

    assert before == ["start"]
    assert receipt.detail["kept"] == 1
    assert world.completed(case.id).count("heard") == 1
    assert result.variables["n"] == wire({"n": 7})["n"]


async def test_what_began_to_listen_later_does_not_hear_it(dev_server):
    world = many_ears()

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        await tell(case, await delivery(case, 1, "ear"))
        stands = world.hearing(case.id, "S")
        await tell(case, await delivery(case, 2, "ear", "wait"))
        await case.approve("decide")
        await case.result()

    assert len(stands) == 2, "the catch event went on listening"
    assert world.completed(case.id).count("heard") == 2


async def test_a_signal_that_nothing_listens_for_any_more_is_refused(dev_server):
    world = World()
    world.deploy(a_process("p").start().catch("wait", signal("S")).user("decide").end())

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        told = await delivery(case, 1, "wait")
        await tell(case, told)
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await tell(case, told.model_copy(update={"no": 2}))
        await case.approve("decide")
        await case.result()

    assert code_of(refused.value) == "NOT_OPEN"


async def test_a_thrower_hears_itself_before_it_goes_on(dev_server):
    world = World()
    handler = a_flow().start("ear", signal("S")).end("heard")
    model = a_process("p").start().throw("up", signal("S"), inputs={"n": "=1"}).end("over")
    world.deploy(model.event_sub_process("ears", handler))

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        result = await case.result()

    assert "heard" in world.completed(case.id)
    assert "over" not in world.completed(case.id)
    assert result.variables == wire({"n": 1})
    (thrown,) = world.broadcasts
    assert thrown.effect_key == f"{case.id}/up/{thrown.key}"


async def test_what_was_heard_is_known_in_every_later_run(dev_server):
    world = many_ears()

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p", limits=Limits(events=1))
        for no in range(1, 4):
            elements = ("ear", "wait") if no == 1 else ("ear",)
            told = await delivery(case, no, *elements)
            await tell(case, told)
            await tell(case, told)
        await case.approve("decide")
        await case.result()

    assert world.completed(case.id).count("heard") == 3
    assert len({batch.run_id for batch in world.batches}) > 1

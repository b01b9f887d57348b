"""Work of what stands still is not begun, is named, and is done when that goes on."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import WorkflowUpdateFailedError
from temporalio.worker import Worker

from tests.builders.process import a_process, timer
from tests.host.test_suspension import order, waits
from tests.host.world import World, at_once, code_of, wire
from workflows.contracts.case import Cancellation, Receipt
from workflows.contracts.repair import Resume, Suspend
from workflows.contracts.routing import CANCEL_CASE

pytestmark = pytest.mark.journey

LOCAL = "verification.policy"
HELD = f"activity:{LOCAL}"


def one_task(**more: Any):
    return a_process("p").start().service("one", LOCAL, **more).end()


async def until_held(world: World, case_id: str) -> None:
    for _ in range(500):
        if "held" in waits(world, case_id, "waitOpened"):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"nothing held in {world.kinds(case_id)}")


async def test_held_work_is_done_once_when_it_goes_on(dev_server):
    world = World(work={LOCAL: at_once({"a": 1})}, standing={HELD})
    world.deploy(one_task())

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        held = await world.until(case.id, "waitOpened", "one")
        calls = len(world.calls)
        world.standing.clear()
        receipt = await order(case, Resume(source=HELD), "o-1")
        result = await case.result()

    assert held.data == {"for": "held", "source": HELD, "type": LOCAL}
    assert (calls, len(world.calls)) == (0, 1)
    assert receipt.detail == {"begun": 1}
    assert waits(world, case.id, "waitClosed") == ["held"]
    assert result.variables == wire({"a": 1})


async def test_held_work_stays_held_by_a_suspension_of_the_case(dev_server):
    world = World(standing={HELD})
    world.deploy(one_task())

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        await world.until(case.id, "waitOpened", "one")
        await order(case, Suspend(), "o-1")
        world.standing.clear()
        await order(case, Resume(source=HELD), "o-2")
        await asyncio.sleep(0.2)
        calls = len(world.calls)
        await order(case, Resume(), "o-3")
        await case.result()

    assert (calls, len(world.calls)) == (0, 1)


async def test_held_work_that_is_not_wanted_any_more_is_never_done(dev_server):
    world = World(standing={HELD})
    process = one_task()
    process.boundary("one", "late", timer(duration="PT1S")).end("too_late")
    world.deploy(process)

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        await case.result()

    assert world.calls == []
    assert world.completed(case.id)[-2:] == ["too_late", "p"]
    assert waits(world, case.id, "waitClosed").count("held") == 1


async def test_a_case_with_held_work_can_be_cancelled(dev_server):
    world = World(standing={HELD})
    world.deploy(one_task())

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        await world.until(case.id, "waitOpened", "one")
        told = Cancellation(request_id="c-1", actor="ops-1", role="ops", reason="not wanted")
        await case.handle.execute_update(CANCEL_CASE, told, result_type=Receipt)
        result = await case.result()

    assert (result.outcome, world.calls) == ("terminated", [])


async def test_work_of_others_is_not_sent_out_while_it_stands_still(dev_server):
    foreign = f"print-{uuid4().hex[:6]}"
    source = f"activity:{foreign}"
    printed: list[int] = []

    @activity.defn(name=foreign)
    async def print_(_: dict[str, Any]) -> dict[str, Any]:
        printed.append(1)
        return {}

    world = World(standing={source})
    world.deploy(a_process("p").start().service("print", foreign).end())

    async with (
        world.worker(dev_server.client),
        Worker(dev_server.client, task_queue=foreign, activities=[print_]),
    ):
        case = await world.start(dev_server.client, "p")
        await until_held(world, case.id)
        before = len(printed)
        world.standing.clear()
        await order(case, Resume(source=source), "o-1")
        await case.result()

    assert (before, len(printed)) == (0, 1)
    assert sorted(waits(world, case.id, "waitClosed")) == ["held", "job"]


async def test_what_does_not_stand_still_is_not_let_go(dev_server):
    world = World(standing={HELD})
    world.deploy(one_task())

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        await world.until(case.id, "waitOpened", "one")
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await order(case, Resume(source="system:bank"), "o-1")
        world.standing.clear()
        await order(case, Resume(source=HELD), "o-2")
        await case.result()

    assert code_of(refused.value) == "NOT_SUSPENDED"

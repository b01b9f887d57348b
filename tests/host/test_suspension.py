"""A suspended case keeps what happens, begins nothing, and makes up for it in order."""

import asyncio
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError

from tests.builders.process import a_process, message, timer
from tests.host.world import Running, World, at_once, code_of, wire
from workflows.contracts.activity import TaskCall
from workflows.contracts.case import Cancellation, Limits, Receipt
from workflows.contracts.journal import MessageDelivery
from workflows.contracts.repair import RepairOrder, Resume, Suspend
from workflows.contracts.routing import CANCEL_CASE, DELIVER_MESSAGE, REPAIR_CASE

pytestmark = pytest.mark.journey

LOCAL, REMOTE = "verification.policy", "verification.payee"


async def order(case: Running, act: Any, name: str) -> Receipt:
    wanted = RepairOrder(request_id=name, actor="ops-1", role="ops", reason="for a test", act=act)
    receipt: Receipt = await case.handle.execute_update(
        REPAIR_CASE, wanted, id=name, result_type=Receipt
    )
    return receipt


def waits(world: World, instance_id: str, kind: str) -> list[Any]:
    return [e.data.get("for") for e in world.journal(instance_id) if e.kind == kind]


async def test_a_job_in_flight_ends_and_what_follows_waits_for_the_resumption(dev_server):
    begun, let_go = asyncio.Event(), asyncio.Event()

    async def slow(_call: TaskCall) -> dict[str, Any]:
        begun.set()
        await let_go.wait()
        return {"a": 1}

    world = World(work={REMOTE: slow, LOCAL: at_once({"b": 2})})
    world.deploy(a_process("p").start().service("one", REMOTE).service("two", LOCAL).end())

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        await begun.wait()
        await order(case, Suspend(), "o-1")
        let_go.set()
        await world.until(case.id, "waitClosed")
        await asyncio.sleep(0.3)
        while_suspended = [call.element for call in world.calls]
        receipt = await order(case, Resume(), "o-2")
        result = await case.result()

    assert while_suspended == ["one"]
    assert receipt.detail == {"kept": 1, "timers": 0, "begun": 0}
    assert result.variables == wire({"a": 1, "b": 2})


def a_deadline():
    process = a_process("p").start().receive("docs", message("documents", "=caseNo")).end("heard")
    process.boundary("docs", "late", timer(duration="PT4S")).end("too_late")
    return process


async def a_case_that_waits(world: World, client: Any, **more: Any) -> tuple[Running, int]:
    case = await world.start(client, "p", {"caseNo": "c-1"}, **more)
    opened = [
        entry
        for entry in [await world.until(case.id, "waitOpened", "docs")]
        if entry.data["for"] == "message"
    ]
    return case, opened[0].key or 0


async def deliver(case: Running, wait: int, message_id: str = "m-1") -> Receipt:
    told = MessageDelivery(
        instance_id=case.id,
        wait=wait,
        message_id=message_id,
        name="documents",
        variables=wire({"d": 1}),
    )
    receipt: Receipt = await case.handle.execute_update(DELIVER_MESSAGE, told, result_type=Receipt)
    return receipt


async def test_a_timer_that_falls_due_meanwhile_fires_when_the_case_goes_on(dev_server):
    world = World()
    world.deploy(a_deadline())

    async with world.worker(dev_server.client):
        case, _ = await a_case_that_waits(world, dev_server.client)
        await order(case, Suspend(), "o-1")
        await asyncio.sleep(4.3)
        before = world.completed(case.id)
        receipt = await order(case, Resume(), "o-2")
        await case.result()

    assert before == ["start"]
    assert receipt.detail["timers"] == 1
    assert "too_late" in world.completed(case.id)


@pytest.mark.parametrize("limits", [Limits(), Limits(events=1)], ids=["one-run", "many-runs"])
async def test_a_message_that_came_before_the_deadline_is_heard_before_it(dev_server, limits):
    world = World()
    world.deploy(a_deadline())

    async with world.worker(dev_server.client):
        case, wait = await a_case_that_waits(world, dev_server.client, limits=limits)
        await order(case, Suspend(), "o-1")
        await deliver(case, wait)
        consumed = world.kinds(case.id, "messageConsumed")
        await asyncio.sleep(4.3)
        await order(case, Resume(), "o-2")
        result = await case.result()

    assert consumed == []
    assert "heard" in world.completed(case.id)
    assert result.variables == wire({"caseNo": "c-1", "d": 1})


async def test_a_decision_is_taken_and_applied_when_the_case_goes_on(dev_server):
    world = World()
    world.deploy(a_process("p").start().user("decide").service("one", LOCAL).end())

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        await case.task("decide")
        await order(case, Suspend(), "o-1")
        taken = await case.approve("decide")
        before = (world.kinds(case.id, "decisionMade"), [call.element for call in world.calls])
        await order(case, Resume(), "o-2")
        await case.result()

    assert taken.outcome == "approve"
    assert before == ([("decisionMade", "decide")], [])
    assert [call.element for call in world.calls] == ["one"]


async def test_called_processes_stand_still_with_their_caller(dev_server):
    world = World(work={LOCAL: at_once({"b": 2})})
    world.deploy(a_process("deep").start().user("decide").service("one", LOCAL).end())
    world.deploy(a_process("middle").start().call("sub", "deep").end())
    world.deploy(a_process("p").start().call("sub", "middle").end())

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        for _ in range(500):
            deep = next((one for one in world.journals if one.count("/sub/") == 2), None)
            if deep and world.kinds(deep, "taskOpened"):
                break
            await asyncio.sleep(0.02)
        assert deep is not None
        await order(case, Suspend(), "o-1")
        for _ in range(500):
            if "suspension" in waits(world, deep, "waitOpened"):
                break
            await asyncio.sleep(0.02)
        below = Running(world=world, handle=dev_server.client.get_workflow_handle(deep), id=deep)
        await below.approve("decide")
        await asyncio.sleep(0.3)
        before = [call.element for call in world.calls]
        await order(case, Resume(), "o-2")
        result = await case.result()

    assert before == []
    assert waits(world, deep, "waitClosed").count("suspension") == 1
    assert result.variables["b"] == wire({"b": 2})["b"]


async def test_standing_still_twice_and_going_on_twice_are_refused(dev_server):
    world = World()
    world.deploy(a_process("p").start().user("decide").end())

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        await case.task("decide")
        with pytest.raises(WorkflowUpdateFailedError) as not_suspended:
            await order(case, Resume(), "o-0")
        await order(case, Suspend(), "o-1")
        with pytest.raises(WorkflowUpdateFailedError) as again:
            await order(case, Suspend(), "o-2")
        repeated = await order(case, Suspend(), "o-1")
        await order(case, Resume(), "o-3")

    assert code_of(not_suspended.value) == "NOT_SUSPENDED"
    assert code_of(again.value) == "SUSPENDED"
    assert repeated.request_id == "o-1"


async def test_a_case_with_two_reasons_goes_on_when_both_are_gone(dev_server):
    world = World()
    world.deploy(a_process("p").start().user("decide").end())

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        await case.task("decide")
        await order(case, Suspend(), "o-1")
        await order(case, Suspend(source="process"), "o-2")
        first = await order(case, Resume(), "o-3")
        await case.approve("decide")
        described = await case.handle.describe()
        still_running = described.close_time is None
        await order(case, Resume(source="process"), "o-4")
        await case.result()

    assert first.detail == {"stillSuspendedBy": ["process"]}
    assert still_running


async def test_a_suspended_case_can_be_cancelled(time_skipping):
    world = World()
    world.deploy(a_process("p").start().user("decide").catch("pause", timer(duration="P1D")).end())

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p")
        await case.task("decide")
        await order(case, Suspend(), "o-1")
        wanted = Cancellation(request_id="o-2", actor="ops-1", reason="no longer wanted")
        await case.handle.execute_update(CANCEL_CASE, wanted, result_type=Receipt)
        result = await case.result()

    assert result.outcome == "terminated"

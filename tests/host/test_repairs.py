"""Stuck elements answered for, and tokens moved, in cases on a server; each looked at before."""

from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from tests.builders.process import a_process, error
from tests.host.test_suspension import order
from tests.host.world import Running, World, at_once, code_of, raising, wire
from workflows.contracts.repair import (
    Cancel,
    Forecast,
    Instruction,
    Modify,
    RepairOrder,
    Resume,
    Retry,
    Skip,
    Suspend,
    Throw,
)
from workflows.contracts.routing import FORESEE_REPAIR

pytestmark = pytest.mark.journey

LOCAL, OTHER = "verification.policy", "verification.documents"


async def foreseen(case: Running, act: Any) -> Forecast:
    wanted = RepairOrder(request_id="q", actor="ops-1", role="ops", reason="for a test", act=act)
    told: Forecast = await case.handle.query(FORESEE_REPAIR, wanted, result_type=Forecast)
    return told


def a_world() -> World:
    bug = ApplicationError("boom", type="bug")
    world = World(work={LOCAL: raising(bug, bug, bug), OTHER: at_once({"b": 2})})
    process = a_process("p").start().service("one", LOCAL, retries="1").service("two", OTHER).end()
    process.boundary("one", "no", error("NO")).end("refused")
    world.deploy(process)
    return world


async def test_a_stuck_job_is_skipped_as_the_preview_said(dev_server):
    world = a_world()
    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        opened = await world.until(case.id, "incidentOpened")
        act = Skip(incident=opened.key or 0, variables=wire({"a": 1}))
        told = await foreseen(case, act)
        await order(case, act, "o-1")
        result = await case.result()
        acted = world.entry(case.id, "operatorActed")

    assert [(one.what, one.element, one.type) for one in told.effects] == [
        ("answered", "one", LOCAL),
        ("begins", "two", OTHER),
    ]
    assert result.variables == wire({"a": 1, "b": 2})
    assert acted.data["act"] == "incident.skip"
    assert acted.data["variables"] == ["a"], "names, never values"


async def test_an_error_is_thrown_instead_of_trying_again(dev_server):
    world = a_world()
    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        opened = await world.until(case.id, "incidentOpened")
        caught = await foreseen(case, Throw(incident=opened.key or 0, code="NO"))
        uncaught = await foreseen(case, Throw(incident=opened.key or 0, code="ELSE"))
        await order(case, Throw(incident=opened.key or 0, code="NO"), "o-1")
        await case.result()

    assert caught.after is not None
    assert uncaught.after is not None
    assert caught.after.outcome == "completed"
    assert [one.code for one in uncaught.after.incidents] == ["unhandled-error"]
    assert "refused" in world.completed(case.id)


async def test_an_incident_that_is_not_open_is_refused_by_preview_and_case(dev_server):
    world = a_world()
    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        await world.until(case.id, "incidentOpened")
        told = await foreseen(case, Retry(incident=99))
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await order(case, Skip(incident=99), "o-1")

    assert told.faults == ("The incident is not open.",)
    assert code_of(refused.value) == "NOT_OPEN"


async def test_a_token_is_moved_and_what_makes_no_sense_is_refused(dev_server):
    world = World(work={OTHER: at_once({"b": 2})})
    world.deploy(a_process("p").start().user("decide").service("two", OTHER).end())
    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        opened = await case.task("decide")
        ghost = Modify(instructions=(Instruction(do="activate", element="ghost"),))
        told = await foreseen(case, ghost)
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await order(case, ghost, "o-0")
        move = Instruction(do="move", key=opened.key or 0, element="two")
        await order(case, Modify(instructions=(move,)), "o-1")
        result = await case.result()

    assert told.faults == ("There is no element 'ghost'.",)
    assert code_of(refused.value) == "INVALID"
    assert world.entry(case.id, "taskClosed").data == {"why": "withdrawn"}
    assert result.variables == wire({"b": 2})


async def test_what_a_cancellation_would_withdraw_is_told_and_the_case_goes_on(dev_server):
    world = World(work={OTHER: at_once({"b": 2})})
    world.deploy(a_process("p").start().user("decide").service("two", OTHER).end())
    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        opened = await case.task("decide")
        told = await foreseen(case, Cancel())
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await order(case, Cancel(), "o-0")
        move = Instruction(do="move", key=opened.key or 0, element="two")
        await order(case, Modify(instructions=(move,)), "o-1")
        await case.result()

    assert told.after is not None
    assert (told.after.tokens, told.after.outcome) == ((), "terminated")
    assert [(one.what, one.element) for one in told.effects] == [("withdrawn", "decide")]
    assert code_of(refused.value) == "INVALID"


async def test_a_suspended_case_is_repaired_and_begins_nothing_before_it_goes_on(dev_server):
    world = World(work={OTHER: at_once({"b": 2})})
    world.deploy(a_process("p").start().user("decide").service("two", OTHER).end())
    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        opened = await case.task("decide")
        await order(case, Suspend(), "o-1")
        move = Instruction(do="move", key=opened.key or 0, element="two")
        await order(case, Modify(instructions=(move,)), "o-2")
        before = list(world.calls)
        done = await order(case, Resume(), "o-3")
        await case.result()

    assert before == []
    assert done.detail["begun"] == 1
    assert [call.element for call in world.calls] == ["two"]

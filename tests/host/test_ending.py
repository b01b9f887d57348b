"""A called process that is interrupted has ended before anything follows from it (S16, S21)."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from tests.builders.events import cancel, handled
from tests.builders.process import ProcessBuilder, a_flow, a_process, timer
from tests.host.world import World, at_once
from workflows.contracts.activity import TaskCall
from workflows.contracts.case import Cancellation, Receipt
from workflows.contracts.routing import CANCEL_CASE

pytestmark = pytest.mark.journey

BOOK, UNDO, AFTER = "verification.policy", "verification.documents", "verification.identity"
GRANDCHILD = a_process("grandchild").start().user("wait").end()
CHILD = a_process("child").start().call("inner", "grandchild").end()


def deploy(world: World, model: ProcessBuilder) -> None:
    for each in (model, CHILD, GRANDCHILD):
        world.deploy(each)


async def called_by(world: World, case_id: str) -> tuple[str, str]:
    """Wait until the innermost process waits; the ids of both called instances."""
    for _ in range(1_000):
        ids = sorted((one for one in world.journals if one.startswith(f"{case_id}/")), key=len)
        if len(ids) == 2 and any(e.kind == "taskOpened" for e in world.journal(ids[1])):
            return ids[0], ids[1]
        await asyncio.sleep(0.02)
    raise AssertionError(list(world.journals))


def ended(world: World, case_id: str) -> list[str]:
    """The called instances that have written down their end."""
    return [
        batch.instance_id
        for batch in world.batches
        if batch.instance_id != case_id
        and any(entry.kind == "caseFinished" for entry in batch.entries)
    ]


def noting(world: World, seen: dict[str, list[str]]) -> dict[str, Any]:
    """Work that notes which called processes have ended when it begins."""

    async def work(call: TaskCall) -> Mapping[str, Any]:
        seen[call.element] = sorted(ended(world, call.case_id))
        return {}

    return {BOOK: at_once({}), UNDO: work, AFTER: work}


async def test_the_path_behind_a_boundary_begins_after_the_called_processes_ended(dev_server):
    world, seen = World(), dict[str, list[str]]()
    world.work = noting(world, seen)
    model = a_process("p").start().call("sub", "child").end()
    model = model.boundary("sub", "late", timer(duration="PT2S")).service("after", AFTER).end("e2")
    deploy(world, model)

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        child, grandchild = await called_by(world, case.id)
        await case.result()

    assert seen == {"after": [child, grandchild]}
    assert world.completed(case.id)[-2:] == ["e2", "p"]


async def test_a_cancelled_transaction_compensates_after_what_it_called_ended(dev_server):
    world, seen = World(), dict[str, list[str]]()
    world.work = noting(world, seen)
    undo = (
        '<bpmn:serviceTask id="undo" isForCompensation="true"><bpmn:extensionElements>'
        f'<zeebe:taskDefinition type="{UNDO}" /></bpmn:extensionElements></bpmn:serviceTask>'
    )
    inner = a_flow().start("in").service("book", BOOK)
    handled(inner, "book", "undo", undo)
    inner = inner.parallel("fork").call("sub", "child").end("never")
    inner = inner.at("fork").catch("soon", timer(duration="PT2S")).end("stop", cancel())
    model = a_process("p").start()
    model.roots.update(inner.roots)
    model = model.node("transaction", "deal", inside=inner.content()).end("done")
    model = model.boundary("deal", "cancelled", cancel()).service("after", AFTER).end("left")
    deploy(world, model)

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        child, grandchild = await called_by(world, case.id)
        await case.result()

    assert seen == {"undo": [child, grandchild], "after": [child, grandchild]}
    assert world.completed(case.id)[-2:] == ["left", "p"]


async def test_a_cancelled_case_ends_after_what_it_called(dev_server):
    world = World()
    deploy(world, a_process("p").start().call("sub", "child").end())

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        child, grandchild = await called_by(world, case.id)
        order = Cancellation(request_id="c-1", actor="ops", reason="stop")
        await case.handle.execute_update(CANCEL_CASE, order, result_type=Receipt)
        result = await case.result()
        handles = [dev_server.client.get_workflow_handle(each) for each in (child, grandchild)]
        states = [(await handle.describe()).status for handle in handles]

    assert result.outcome == "terminated"
    assert [state.name for state in states if state] == ["CANCELED", "CANCELED"]

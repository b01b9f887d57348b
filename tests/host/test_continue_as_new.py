"""A case that continues as new at every rest loses nothing; one that replays every task neither."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.builders.process import a_flow, a_process, error, message, timer
from tests.host.world import World, at_once, bpmn_error, completion, wire
from workflows.contracts.activity import TaskCall
from workflows.contracts.case import IncidentResolution, Limits, Receipt
from workflows.contracts.journal import MessageDelivery
from workflows.contracts.routing import DELIVER_MESSAGE, RESOLVE_INCIDENT, SIGNAL_SUFFIX

pytestmark = [
    pytest.mark.journey,
    # An evicted run cancels a local activity that has just ended: the SDK warns, and goes on.
    pytest.mark.filterwarnings("ignore:Cannot find activity to cancel"),
]

EVERY_REST = Limits(events=1)
LOCAL, REMOTE = "verification.policy", "verification.payee"


def long_process():
    """A job, a task with a timer, a message, a called process that throws, a timer, a task."""
    notes = a_flow().start("noted", message("note", "=caseNo"), interrupting=False).end("kept")
    process = (
        a_process("p")
        .start()
        .service("policy", LOCAL, retries="1")
        .user("decide")
        .receive("docs", message("documents", "=caseNo"))
        .call("sub", "child")
        .end("never")
    )
    process.boundary("decide", "warn", timer(duration="P1D"), interrupting=False).end("warned")
    process.boundary("sub", "refused", error("NO")).catch("pause", timer(duration="P3D"))
    process.user("check").service("payee", REMOTE).end()
    return process.event_sub_process("notes", notes)


def a_world() -> World:
    from temporalio.exceptions import ApplicationError

    # A refused workflow task runs its local activities again and tells its journal anew: what they
    # answer may depend on the call alone.
    async def broken_until_mended(call: TaskCall) -> dict[str, Any]:
        if "mended" not in call.variables:
            raise ApplicationError("boom", type="bug")
        return {"product": "A"}

    async def refused(_call: TaskCall) -> dict[str, Any]:
        raise bpmn_error("NO")

    world = World(
        work={
            LOCAL: broken_until_mended,
            "verification.documents": refused,
            REMOTE: at_once({"match": True}),
        }
    )
    world.deploy(a_process("child").start().service("look", "verification.documents").end())
    world.deploy(long_process())
    return world


async def play(world: World, client, limits: Limits):
    case = await world.start(client, "p", {"caseNo": "c-1"}, limits=limits)
    incident = await world.until(case.id, "incidentOpened")
    order = IncidentResolution(
        request_id="i-1",
        actor="ops",
        reason="mended",
        incident=incident.key,
        variables=wire({"mended": True}),
    )
    await case.handle.execute_update(RESOLVE_INCIDENT, order, result_type=Receipt)
    opened = await case.task("decide")
    await world.until(case.id, "waitOpened", "warn")
    noted = await world.until(case.id, "waitOpened", "noted")
    for number in range(5):
        note = MessageDelivery(
            instance_id=case.id, wait=noted.key, message_id=f"n-{number}", name="note"
        )
        await case.handle.signal(DELIVER_MESSAGE + SIGNAL_SUFFIX, note)
        await case.handle.signal(DELIVER_MESSAGE + SIGNAL_SUFFIX, note)
    act = completion(opened, outcome=None, request_id="d-1")
    first = await case.act(act)
    again = await case.act(act)
    docs = await world.until(case.id, "waitOpened", "docs")
    delivery = MessageDelivery(
        instance_id=case.id,
        wait=docs.key,
        message_id="m-1",
        name="documents",
        variables=wire({"ids": [1, 2]}),
    )
    await case.handle.execute_update(DELIVER_MESSAGE, delivery, result_type=Receipt)
    return case, first, again


def story(world: World, case_id: str) -> list[Any]:
    return [(e.kind, e.element, e.key, e.data.get("why")) for e in world.journal(case_id)]


async def finish(world: World, environment, limits: Limits):
    case, first, again = await play(world, environment.client, limits)
    await world.until(case.id, "waitOpened", "pause")
    await environment.sleep(timedelta(days=4))
    opened = await case.task("check")
    await case.act(completion(opened, outcome=None))
    result = await case.result()
    assert first == again
    return case, {name: v for name, v in result.variables.items() if name != "decision"}


@pytest.mark.parametrize("cached", [100, 0])
async def test_continuing_as_new_at_every_rest_loses_nothing(time_skipping, cached):
    client = time_skipping.client
    plain, restless = a_world(), a_world()

    async with plain.worker(client, max_cached_workflows=cached, **_pollers(cached)):
        case, expected = await finish(plain, time_skipping, Limits())
    async with restless.worker(client, max_cached_workflows=cached, **_pollers(cached)):
        other, result = await finish(restless, time_skipping, EVERY_REST)

    assert result == expected
    assert sorted(map(str, story(restless, other.id))) == sorted(map(str, story(plain, case.id)))
    assert len(restless.kinds(other.id, "messageConsumed")) == 6
    runs = {batch.run_id for batch in restless.batches if batch.instance_id == other.id}
    assert len(runs) > 4
    assert len({b.run_id for b in plain.batches if b.instance_id == case.id}) == 1


def _pollers(cached: int) -> dict[str, Any]:
    return {} if cached else {"max_concurrent_workflow_task_polls": 1}


async def test_signals_sent_while_runs_change_are_each_applied_once(dev_server):
    world = World()
    inner = a_flow().start("noted", message("note", "=caseNo"), interrupting=False).end("kept")
    process = a_process("p").start().user("decide").end().event_sub_process("notes", inner)
    world.deploy(process)
    client = dev_server.client

    async with world.worker(client):
        case = await world.start(client, "p", {"caseNo": "c"}, limits=Limits(events=20))
        opened = await case.task("decide")
        noted = await world.until(case.id, "waitOpened", "noted")
        for start in range(0, 200, 20):
            await asyncio.gather(
                *(
                    case.handle.signal(
                        DELIVER_MESSAGE + SIGNAL_SUFFIX,
                        MessageDelivery(
                            instance_id=case.id,
                            wait=noted.key,
                            message_id=f"n-{number}",
                            name="note",
                        ),
                    )
                    for number in range(start, start + 20)
                )
            )
        await case.act(completion(opened, outcome=None))
        await case.result()

    heard = [e.data["messageId"] for e in world.journal(case.id) if e.kind == "messageConsumed"]
    assert len(heard) == len(set(heard)) == 200
    assert len({batch.run_id for batch in world.batches}) >= 2

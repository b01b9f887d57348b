"""Task listeners on a server: who acts on a task waits for those who decide about it."""

from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError

from tests.builders.process import a_process
from tests.host.world import World, code_of, completion, wire
from workflows.contracts.routing import CLAIM_TASK

pytestmark = pytest.mark.journey

LISTENER = "verification.identity"


def heard(*events: str) -> World:
    lines = "".join(f'<zeebe:taskListener eventType="{one}" type="{LISTENER}"/>' for one in events)
    extension = f"<zeebe:userTask/><zeebe:taskListeners>{lines}</zeebe:taskListeners>"
    world = World()
    world.deploy(a_process("p").start().node("userTask", "t", extension=extension).end("over"))
    return world


def answering(world: World, *answers: dict[str, Any]) -> None:
    """Let the listener answer one after the other; the same job, asked again, the same."""
    given: dict[str, dict[str, Any]] = {}

    async def run(call):
        place = f"{call.effect_key}"
        given.setdefault(place, answers[min(len(given), len(answers) - 1)])
        return given[place]

    world.work[LISTENER] = run


async def test_a_denied_completion_is_refused_and_the_task_is_open_again(dev_server):
    world = heard("completing")
    answering(world, {"denied": True, "deniedReason": "look twice"}, {})

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        opened = await case.task("t")
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await case.act(completion(opened, request_id="r-1", variables=wire({"a": 1})))
        told = world.kinds(case.id, "taskOpened", "decisionMade", "decisionRefused", "taskClosed")
        again = world.entry(case.id, "taskOpened")
        receipt = await case.act(completion(again, request_id="r-2", variables=wire({"a": 2})))
        result = await case.result()

    assert code_of(refused.value) == "DENIED"
    assert [kind for kind, _ in told] == [
        "taskOpened", "decisionMade", "decisionRefused", "taskOpened",
    ]  # fmt: skip
    assert again.data["again"] is True
    assert receipt.request_id == "r-2"
    assert result.variables["a"] == wire({"a": 2})["a"]
    assert [call.headers["eventType"] for call in world.calls] == ["completing", "completing"]


async def test_a_claim_is_answered_when_its_listener_has_agreed_or_corrected_it(dev_server):
    world = heard("assigning")
    answering(world, {"corrections": {"assignee": "op-9", "priority": 90}})

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        opened = await case.task("t")
        claim = completion(opened, act="claim", outcome=None, request_id="c-1")
        receipt = await case.act(claim, CLAIM_TASK)
        again = world.entry(case.id, "taskOpened")
        await case.act(completion(again, request_id="r-1"))
        await case.result()

    assert receipt.act == "claim"
    assert (again.data["assignee"], again.data["priority"]) == ("op-9", 90)
    assert world.calls[0].headers["assignee"] == "op-2"

"""Cases on a server whose models move BPMN data, correlate by keys and let a job steer."""

from typing import Any

import pytest
from temporalio import activity

from tests.builders.correlation import compared, correlated
from tests.builders.data import data_object, gives, specification, takes
from tests.builders.process import a_flow, a_process, message
from tests.host.world import World, at_once, wire
from workflows.contracts.activity import TaskCall
from workflows.contracts.case import Limits
from workflows.contracts.journal import MessageDelivery
from workflows.contracts.routing import DELIVER_MESSAGE, SIGNAL_SUFFIX

pytestmark = pytest.mark.journey

LOCAL, REMOTE = "verification.policy", "verification.payee"
EVERY_REST = Limits(events=1)


def moving() -> Any:
    """One task fills a data object, the next reads it as its input; between them the case rests."""
    first = specification(outputs=["found"]) + gives("found", "O_ref")
    second = specification(["amount"]) + takes("O_ref", "amount")
    root = correlated({"no": {"Message_paid_": "policyNo"}})
    model = (
        a_process("p").root(root).drawn(data_object("O", "policy")).drawn(compared({"no": "mine"}))
    )
    model.start().service("one", LOCAL, inside=first).catch("paid", message("paid"))
    return model.service("two", REMOTE, inside=second).end()


async def test_data_objects_inputs_and_correlation_keys_outlive_continue_as_new(time_skipping):
    world = World(work={LOCAL: at_once({"found": {"sum": 7}, "noise": 1}), REMOTE: at_once({})})
    world.deploy(moving())

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p", {"mine": "P-1"}, limits=EVERY_REST)
        waiting = await world.until(case.id, "waitOpened", "paid")
        paid = MessageDelivery(
            instance_id=case.id, wait=waiting.key or 0, message_id="m-1", name="paid"
        )
        await case.handle.signal(DELIVER_MESSAGE + SIGNAL_SUFFIX, paid)
        await world.until(case.id, "caseFinished")  # in real time: nothing waits for the clock
        result = await case.result()

    asked = {call.element: call.variables for call in world.calls}
    assert waiting.data["correlationKey"] == "P-1"
    assert asked["two"] == wire({"amount": {"sum": 7}})
    assert result.variables == wire({"mine": "P-1", "policy": {"sum": 7}})


def steered() -> Any:
    inner = a_flow().service("call", LOCAL).at("call")
    inner.cursor = None
    inner.service("visit", LOCAL)
    job = f'<zeebe:taskDefinition type="{REMOTE}"/><zeebe:jobPriorityDefinition priority="99"/>'
    model = a_process("p").start()
    return model.node("adHocSubProcess", "s", extension=job, inside=inner.content()).end()


async def test_a_job_steers_an_ad_hoc_sub_process_until_it_says_that_it_is_over(time_skipping):
    priorities: list[int | None] = []

    async def steer(_call: TaskCall) -> dict[str, Any]:
        priorities.append(activity.info().priority.priority_key)
        done = [one.element for one in world.calls if one.type == LOCAL]
        if not done:
            return {"activateElements": ["call", {"elementId": "visit", "variables": {"at": 9}}]}
        return {"isCompletionConditionFulfilled": len(done) == 2}

    world = World(work={REMOTE: steer, LOCAL: at_once({})})
    world.deploy(steered())

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p")
        result = await case.result()

    visits = [call for call in world.calls if call.element == "visit"]
    assert result.outcome == "completed"
    assert [call.variables for call in visits] == [wire({"at": 9})]
    assert set(priorities) == {1}, "99 of 100 is Temporal's first"

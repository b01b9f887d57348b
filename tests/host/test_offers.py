"""Activities that a case on a server offers: begun by people, once for each request."""

from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError

from tests.builders.process import a_flow, a_process
from tests.host.test_suspension import order
from tests.host.world import World, at_once, code_of, completion, wire
from workflows.contracts.case import Limits
from workflows.contracts.repair import Begin, Chosen

pytestmark = pytest.mark.journey

LOCAL = "verification.policy"


def inquiries() -> Any:
    inner = a_flow().service("call", LOCAL, name="Call back").at("call")
    inner.cursor = None
    inner.user("visit")
    content = inner.content()
    model = a_process("p").start()
    return model.node("adHocSubProcess", "more", extension="<zeebe:adHoc/>", inside=content).end()


async def test_what_is_offered_is_begun_once_for_each_request_until_the_last(dev_server):
    world = World(work={LOCAL: at_once({"reached": True})})
    world.deploy(inquiries())
    both = (Chosen(element="call", variables=wire({"no": 7})), Chosen(element="visit"))

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p", limits=Limits(events=1))
        offer = await world.until(case.id, "waitOpened", "more")
        wait = offer.key or 0
        first = await order(case, Begin(wait=wait, activities=both), "o-1")
        again = await order(case, Begin(wait=wait, activities=both), "o-1")
        opened = await case.task("visit")
        with pytest.raises(WorkflowUpdateFailedError) as unknown:
            await order(case, Begin(wait=wait, activities=(Chosen(element="x"),)), "o-2")
        await order(case, Begin(wait=wait, is_last=True), "o-3")
        with pytest.raises(WorkflowUpdateFailedError) as over:
            await order(case, Begin(wait=wait, is_last=True), "o-4")
        await case.act(completion(opened, outcome=None))
        result = await case.result()

    activities = [{"element": "call", "name": "Call back"}, {"element": "visit", "name": "visit"}]
    acts = [one.data for one in world.journal(case.id) if one.kind == "operatorActed"]
    closed = world.kinds(case.id, "waitClosed")
    assert offer.data == {"for": "offer", "activities": activities}
    assert first == again
    assert [call.variables for call in world.calls] == [wire({"no": 7})]
    assert (code_of(unknown.value), code_of(over.value)) == ("INVALID", "NOT_OPEN")
    assert [(one["act"], one["elements"], one["isLast"]) for one in acts] == [
        ("case.begin", ["call", "visit"], False),
        ("case.begin", [], True),
    ]
    assert closed == [("waitClosed", "more")]
    assert result.outcome == "completed"

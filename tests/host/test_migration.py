"""Cases on a server that go on by another version of their model, and back again."""

from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError

from tests.builders.process import ProcessBuilder, a_flow, a_process, message, timer
from tests.host.test_repairs import foreseen
from tests.host.test_suspension import order
from tests.host.world import World, at_once, code_of, raising, wire
from workflows.bpmn.interpreter.migration import propose
from workflows.contracts.case import IncidentResolution, Limits, Receipt
from workflows.contracts.journal import MessageDelivery
from workflows.contracts.repair import Migrate
from workflows.contracts.routing import DELIVER_MESSAGE, RESOLVE_INCIDENT
from workflows.host.programs import PROGRAMS

pytestmark = pytest.mark.journey

LOCAL, OTHER = "verification.policy", "verification.documents"


def old() -> ProcessBuilder:
    drawn = a_process("p").start("s").receive("docs", message("docs", '="C"'))
    drawn.service("book", LOCAL, retries="1").end("e")
    drawn.boundary("docs", "late", timer(duration="P9D")).end("too_late")
    return drawn


def new() -> ProcessBuilder:
    inner = a_flow().start("in").receive("papers", message("docs", '="C"')).end("in_e")
    drawn = a_process("p").start("s").sub_process("gather", inner)
    drawn.service("commit", LOCAL, retries="1").service("tell", OTHER).end("e")
    drawn.boundary("gather", "late", timer(duration="P9D")).end("too_late")
    return drawn


def act(first: str, second: str, **more: Any) -> Migrate:
    plan = propose(PROGRAMS.bundle(first)["p"], PROGRAMS.bundle(second)["p"]).plan
    return Migrate(version=2, program_hash=second, elements=dict(plan.elements), **more)


async def test_a_waiting_case_goes_on_in_the_new_model_past_a_new_run(dev_server):
    world = World(work={LOCAL: at_once({"a": 1}), OTHER: at_once({"b": 2})})
    first, second = world.deploy(old()), world.deploy(new())
    world.deployed["p"] = first
    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p", limits=Limits(events=5))
        opened = await world.until(case.id, "waitOpened", "docs")
        wanted = act(first, second)
        told = await foreseen(case, wanted)
        receipt = await order(case, wanted, "o-1")
        again = await order(case, wanted, "o-1")
        seen = await foreseen(case, act(first, second))
        delivery = MessageDelivery(
            instance_id=case.id, wait=opened.key or 0, name="docs", message_id="m-1"
        )
        await case.handle.execute_update(DELIVER_MESSAGE, delivery, id="m-1")
        result = await case.result()

    assert told.faults == ()
    assert told.before is not None
    assert told.after is not None
    assert [one.element for one in told.after.tokens] == ["p", "gather", "papers"]
    kept = {one.element: one.due for one in told.before.waits if one.waits_for == "timer"}
    assert {one.element: one.due for one in told.after.waits if one.waits_for == "timer"} == kept
    assert again == receipt
    assert seen.faults == ("The case goes by this version already.",)
    assert result.variables == wire({"a": 1, "b": 2})
    acted = world.entry(case.id, "operatorActed").data
    assert (acted["act"], acted["version"], acted["back"]["programHash"]) == (
        "case.migrate",
        2,
        first,
    )
    assert ("elementCompleted", "gather") in world.kinds(case.id, "elementCompleted")


async def test_an_effect_keeps_its_key_whatever_its_element_is_called_now(dev_server):
    bug = RuntimeError("boom")
    world = World(work={LOCAL: raising(bug, then={"a": 1}), OTHER: at_once({})})
    first, second = world.deploy(old()), world.deploy(new())
    world.deployed["p"] = first
    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        opened = await world.until(case.id, "waitOpened", "docs")
        delivery = MessageDelivery(
            instance_id=case.id, wait=opened.key or 0, name="docs", message_id="m-1"
        )
        await case.handle.execute_update(DELIVER_MESSAGE, delivery, id="m-1")
        await world.until(case.id, "incidentOpened")
        await order(case, act(first, second), "o-1")
        stuck = await world.until(case.id, "incidentOpened", "commit")
        retry = IncidentResolution(
            request_id="r", actor="ops-1", reason="x", incident=stuck.key or 0
        )
        await case.handle.execute_update(RESOLVE_INCIDENT, retry, id="r", result_type=Receipt)
        await case.result()

    keys = [call.effect_key for call in world.calls if call.type == LOCAL]
    assert len(set(keys)) == 1
    assert [call.element for call in world.calls if call.type == LOCAL] == ["book", "commit"]


async def test_what_cannot_be_migrated_is_refused_by_name_and_nothing_changes(dev_server):
    world = World(work={LOCAL: at_once({"a": 1}), OTHER: at_once({})})
    first, second = world.deploy(old()), world.deploy(new())
    world.deployed["p"] = first
    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        await world.until(case.id, "waitOpened", "docs")
        wanted = act(first, second)
        elements = {**wanted.elements, "docs": "commit"}
        wrong = wanted.model_copy(update={"elements": elements})
        told = await foreseen(case, wrong)
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await order(case, wrong, "o-1")
        right = await order(case, wanted, "o-1")
        back = right.detail["back"]
        away = Migrate(
            version=back["version"],
            program_hash=back["programHash"],
            elements=back["elements"],
            flows=back["flows"],
            dues=back["dues"],
        )
        home = await foreseen(case, away)
        await order(case, away, "o-2")
        await case.handle.terminate()

    assert told.faults == (
        "'commit' cannot take over for 'docs': one is a receiveTask, "
        "the other a serviceTask (job).",
    )
    assert code_of(refused.value) == "INVALID"
    assert home.after is not None
    assert [one.element for one in home.after.tokens] == ["p", "docs"]
    assert {one.element for one in home.after.waits} == {"docs", "late"}

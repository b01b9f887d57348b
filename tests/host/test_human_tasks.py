"""Human tasks on a server: updates with validators, signals, idempotency, judgement."""

import asyncio
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError

from tests.builders.process import a_process
from tests.host.world import World, code_of, completion, wire
from workflows.contracts.human_task import TaskAct, content_hash
from workflows.contracts.routing import CLAIM_TASK, COMPLETE_TASK, SIGNAL_SUFFIX

pytestmark = pytest.mark.journey


def approving(**more) -> World:
    world = World(**more)
    world.deploy(
        a_process("p")
        .start()
        .user(
            "decide",
            name="复核 Check",
            assignment={"candidateGroups": "L2"},
            inputs={"amount": "=net", "requiredLevel": "L2"},
            headers={"act": "decision"},
        )
        .exclusive("how")
        .flow('=decision.outcome = "approve"')
        .end("approved")
        .at("how")
        .flow(default=True)
        .end("rejected")
    )
    return world


def updates_of(events) -> list[Any]:
    accepted = "workflow_execution_update_accepted_event_attributes"
    return [event for event in events if event.HasField(accepted)]


async def test_an_approval_brings_the_decision_into_the_case(dev_server):
    world = approving()

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p", {"net": 100})
        receipt = await case.approve("decide", comment="fine", variables=wire({"note": "x"}))
        told = world.kinds(case.id, "decisionMade", "taskClosed")
        result = await case.result()

    assert receipt.outcome == "approve"
    assert told == [("decisionMade", "decide"), ("taskClosed", "decide")], "before the answer"
    decision = result.variables["decision"]["v"]
    assert decision["outcome"] == {"t": "string", "v": "approve"}
    assert decision["by"] == {"t": "string", "v": "op-2"}
    assert decision["at"]["t"] == "date and time"
    assert result.variables["note"] == {"t": "string", "v": "x"}
    assert "approved" in world.completed(case.id)


async def test_people_are_shown_the_inputs_under_their_hash(dev_server):
    world = approving()

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p", {"net": 100})
        opened = await case.task("decide")

    assert opened.data["variables"] == wire({"amount": 100, "requiredLevel": "L2"})
    assert opened.data["contentHash"] == content_hash(opened.data["variables"])
    assert opened.data["candidateGroups"] == ["L2"]
    assert opened.name == "复核 Check"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"content_hash": "0" * 64}, "CONTENT_CHANGED"),
        ({"content_hash": None}, "INVALID"),
        ({"outcome": "done"}, "INVALID"),
        ({"outcome": None}, "INVALID"),
        ({"task_key": 999}, "NOT_OPEN"),
        ({"act": "claim"}, "INVALID"),
        ({"variables": {"a": 1}}, "INVALID"),
        ({"variables": wire({"decision": 1})}, "INVALID"),
    ],
)
async def test_a_validator_refuses_and_writes_no_history(time_skipping, wrong, code):
    world = approving()

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p", {"net": 100})
        opened = await case.task("decide")
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await case.act(completion(opened, **wrong))
        events = await case.events()

    assert code_of(refused.value) == code
    assert not updates_of(events)
    assert not world.acts


async def test_a_person_without_authority_is_refused_and_the_task_stays_open(dev_server):
    world = approving(refusals={"op-1": "FOUR_EYES"})

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p", {"net": 100})
        opened = await case.task("decide")
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await case.act(completion(opened, "op-1", request_id="r-1"))
        told = world.entry(case.id, "decisionRefused")
        await case.act(completion(opened, "op-2", request_id="r-2"))
        await case.result()

    assert code_of(refused.value) == "FOUR_EYES"
    assert (told.data["by"], told.data["code"]) == ("op-1", "FOUR_EYES")
    assert "approved" in world.completed(case.id)


async def test_the_same_request_again_gets_the_first_answer(dev_server):
    world = approving()
    world.deploy(a_process("q").start().user("one").user("two").end())

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "q")
        opened = await case.task("one")
        act = completion(opened, request_id="same", outcome=None)
        first, second = await asyncio.gather(case.act(act), case.act(act))
        third = await case.act(act)

    assert first == second == third
    assert len(world.acts) == 1
    assert len(world.kinds(case.id, "decisionMade")) == 1


async def test_the_same_request_id_with_other_content_is_refused(dev_server):
    world = World()
    world.deploy(a_process("q").start().user("one").user("two").end())

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "q")
        opened = await case.task("one")
        await case.act(completion(opened, request_id="same", outcome=None))
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await case.act(completion(opened, request_id="same", outcome="done"))

    assert code_of(refused.value) == "REQUEST_REUSED"


async def test_the_first_of_two_decisions_wins(dev_server):
    world = World()
    world.deploy(a_process("q").start().user("one").user("two").end())

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "q")
        opened = await case.task("one")
        answers = await asyncio.gather(
            case.act(completion(opened, "a", request_id="a", outcome=None)),
            case.act(completion(opened, "b", request_id="b", outcome=None)),
            return_exceptions=True,
        )

    refused = [answer for answer in answers if isinstance(answer, WorkflowUpdateFailedError)]
    assert [code_of(error) for error in refused] == ["NOT_OPEN"]
    assert len(world.acts) == 1


async def test_a_task_is_claimed_given_back_and_delegated(dev_server):
    world = approving()

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p", {"net": 100})
        opened = await case.task("decide")
        claim = TaskAct(request_id="1", act="claim", task_key=opened.key, actor="op-2")
        claimed = await case.act(claim, CLAIM_TASK)
        unclaim = claim.model_copy(update={"request_id": "2", "act": "unclaim"})
        freed = await case.act(unclaim, CLAIM_TASK)
        delegate = {"request_id": "3", "act": "delegate", "delegate_to": "op-3"}
        delegated = await case.act(claim.model_copy(update=delegate), CLAIM_TASK)

    assert [r.assignee for r in (claimed, freed, delegated)] == ["op-2", None, "op-3"]


async def test_a_decision_by_signal_meets_the_same_validation(dev_server):
    world = approving(refusals={"op-1": "FOUR_EYES"})
    signal = COMPLETE_TASK + SIGNAL_SUFFIX

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p", {"net": 100})
        opened = await case.task("decide")
        for act in (
            completion(opened, "op-1", request_id="1"),
            completion(opened, request_id="2", content_hash="0" * 64),
            completion(opened, request_id="3"),
            completion(opened, request_id="3"),
        ):
            await case.handle.signal(signal, act)
        result = await case.result()

    refused = [e.data["code"] for e in world.journal(case.id) if e.kind == "decisionRefused"]
    assert refused == ["FOUR_EYES", "CONTENT_CHANGED"]
    assert result.outcome == "completed"
    assert len(world.acts) == 1
    assert len(world.kinds(case.id, "decisionMade")) == 1

"""Cases on a server: jobs, failures, timers, messages, called processes."""

from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity
from temporalio.client import WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.worker import Worker

from tests.builders.events import escalation
from tests.builders.process import a_flow, a_process, error, message, multi_instance, timer
from tests.host.world import World, at_once, bpmn_error, code_of, raising, wire
from workflows.contracts.case import (
    Cancellation,
    CaseResult,
    IncidentResolution,
    Receipt,
)
from workflows.contracts.journal import MessageDelivery
from workflows.contracts.routing import (
    CANCEL_CASE,
    DELIVER_MESSAGE,
    RESOLVE_INCIDENT,
    SEARCH_INCIDENT,
    SIGNAL_SUFFIX,
)

pytestmark = pytest.mark.journey

LOCAL, REMOTE = "verification.policy", "verification.payee"


async def test_a_case_runs_its_jobs_in_order_and_ends_with_its_variables(time_skipping):
    world = World(work={LOCAL: at_once({"a": 1}), REMOTE: at_once({"b": "x"})})
    world.deploy(a_process("p").start().service("one", LOCAL).service("two", REMOTE).end())

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p", {"given": 7})
        result = await case.result()

    assert result == CaseResult(outcome="completed", variables=wire({"given": 7, "a": 1, "b": "x"}))
    assert world.completed(case.id) == ["start", "one", "two", "end", "p"]
    assert [call.effect_key for call in world.calls] == [
        f"{case.id}/one/{world.calls[0].key}",
        f"{case.id}/two/{world.calls[1].key}",
    ]


async def test_the_journal_rides_with_activities_and_is_flushed_once_at_the_end(time_skipping):
    world = World()
    world.deploy(a_process("p").start().service("one", LOCAL).service("two", LOCAL).end())

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p")
        await case.result()

    assert world.flushes == 1
    assert len(world.batches) == 3
    assert world.journal(case.id)[-1].kind == "caseFinished"


async def test_a_type_that_nobody_in_house_serves_goes_to_the_queue_of_its_name(time_skipping):
    world = World()
    world.deploy(a_process("p").start().service("score", "acme.score").end())
    heard = []

    @activity.defn(name="acme.score")
    async def score(variables: dict[str, Any]) -> dict[str, Any]:
        heard.append((variables, len(world.journals)))
        return {"score": variables["amount"] * 2}

    client = time_skipping.client
    async with world.worker(client), Worker(client, task_queue="acme.score", activities=[score]):
        case = await world.start(client, "p", {"amount": 21})
        result = await case.result()

    assert heard == [({"amount": 21}, 1)], "the journal came first"
    assert result.variables == wire({"amount": 21, "score": 42})


async def test_a_foreign_worker_that_answers_no_object_opens_an_incident(time_skipping):
    world = World()
    world.deploy(a_process("p").start().service("score", "acme.score").end())

    @activity.defn(name="acme.score")
    async def score(_variables: dict[str, Any]) -> list[int]:
        return [1]

    client = time_skipping.client
    async with world.worker(client), Worker(client, task_queue="acme.score", activities=[score]):
        case = await world.start(client, "p")
        opened = await world.until(case.id, "incidentOpened")

    assert opened.element == "score"


async def test_an_unexpected_failure_is_retried_as_often_as_the_model_says(time_skipping):
    bug = ApplicationError("boom", type="bug")
    world = World(work={LOCAL: raising(bug, bug, then={"done": True})})
    world.deploy(a_process("p").start().service("one", LOCAL, retries="3").end())

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p")
        result = await case.result()

    assert result.variables == wire({"done": True})
    assert len(world.calls) == 3


async def test_exhausted_retries_open_an_incident_that_resolving_tries_again(dev_server):
    bug = ApplicationError("boom", type="bug")
    world = World(work={LOCAL: raising(bug, then={"done": True})})
    world.deploy(a_process("p").start().service("one", LOCAL, retries="1").end())

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        opened = await world.until(case.id, "incidentOpened")
        listed = await _listed(dev_server.client, case.id, True)
        order = IncidentResolution(
            request_id="i-1",
            actor="ops",
            reason="mended",
            incident=opened.key,
            variables=wire({"hint": "x"}),
        )
        receipt = await case.handle.execute_update(RESOLVE_INCIDENT, order, result_type=Receipt)
        result = await case.result()
        cleared = await _listed(dev_server.client, case.id, False)

    assert (opened.element, opened.data["code"]) == ("one", "job-bug")
    assert receipt.request_id == "i-1"
    assert result.variables == wire({"hint": "x", "done": True})
    assert world.calls[-1].effect_key == world.calls[0].effect_key
    assert listed
    assert cleared


async def test_work_is_tried_again_on_another_queue_where_it_lies_on_one(dev_server):
    world = World(work={LOCAL: raising(ApplicationError("boom", type="bug"))})
    model = a_process("p").start().service("one", LOCAL, retries="1")
    world.deploy(model.service("score", "acme.score", retries="1").end())

    @activity.defn(name="acme.score")
    async def broken(_: dict[str, Any]) -> dict[str, Any]:
        raise ApplicationError("no paper", non_retryable=True)

    @activity.defn(name="acme.score")
    async def score(_: dict[str, Any]) -> dict[str, Any]:
        return {"score": 7}

    async def retry(queue: str) -> None:
        order = IncidentResolution(
            request_id=f"i-{queue}-{opened.key}",
            actor="ops",
            reason="the printer moved",
            incident=opened.key,
            queue=queue,
        )
        await case.handle.execute_update(RESOLVE_INCIDENT, order, result_type=Receipt)

    client = dev_server.client
    async with (
        world.worker(client),
        Worker(client, task_queue="acme.score", activities=[broken]),
        Worker(client, task_queue="acme.elsewhere", activities=[score]),
    ):
        case = await world.start(client, "p")
        opened = await world.until(case.id, "incidentOpened")
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await retry("acme.elsewhere")
        await retry("")
        opened = await world.until(case.id, "incidentOpened", "score")
        await retry("acme.elsewhere")
        result = await case.result()

    assert code_of(refused.value) == "INVALID", "what runs here lies on no queue"
    assert opened.element == "score"
    assert result.variables == wire({"score": 7})


async def _listed(client, case_id, has_incident) -> bool:
    import asyncio

    for _ in range(200):
        query = f"WorkflowId = '{case_id}' AND {SEARCH_INCIDENT} = {str(has_incident).lower()}"
        if [run async for run in client.list_workflows(query)]:
            return True
        await asyncio.sleep(0.02)
    return False


async def test_refused_work_is_an_incident_at_once(time_skipping):
    refused = ApplicationError("no such", type="refused:INPUT", non_retryable=True)
    world = World(work={LOCAL: raising(refused)})
    world.deploy(a_process("p").start().service("one", LOCAL, retries="5").end())

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p")
        opened = await world.until(case.id, "incidentOpened")

    assert len(world.calls) == 1
    assert opened.data["attempts"] == 1
    assert "INPUT" in opened.data["message"]


async def test_an_outage_is_waited_out_before_it_is_an_incident(time_skipping):
    away = ApplicationError("away", type="unavailable")
    world = World(work={LOCAL: raising(away, away, away, away, then={"done": True})})
    world.deploy(a_process("p").start().service("one", LOCAL, retries="2").end())

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p")
        result = await case.result()

    assert result.variables == wire({"done": True})
    assert not world.kinds(case.id, "incidentOpened")


async def test_an_outage_that_lasts_is_an_incident_that_tells_every_attempt(time_skipping):
    away = ApplicationError("away", type="unavailable")
    world = World(work={LOCAL: raising(*[away] * 20)})
    world.deploy(a_process("p").start().service("one", LOCAL, retries="1").end())

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p")
        await time_skipping.sleep(timedelta(minutes=5))
        opened = await world.until(case.id, "incidentOpened")

    assert opened.data["code"] == "system-unavailable"
    assert opened.data["attempts"] == len(world.calls) == 5


async def test_a_business_fault_goes_to_its_boundary_event(time_skipping):
    world = World(work={LOCAL: raising(bpmn_error("POLICY_NOT_FOUND"))})
    process = a_process("p").start().service("one", LOCAL).end()
    process.boundary("one", "unknown", error("POLICY_NOT_FOUND")).end("refused")
    world.deploy(process)

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p")
        await case.result()

    assert "refused" in world.completed(case.id)
    assert len(world.calls) == 1


async def test_parallel_jobs_leave_a_journal_without_gaps(time_skipping):
    world = World()
    process = a_process("p").start().parallel("fork")
    process.service("a", LOCAL).parallel("join").end()
    for element, type_ in (("b", REMOTE), ("c", LOCAL), ("d", REMOTE)):
        process.at("fork").service(element, type_).connect("join")
    world.deploy(process)

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p")
        await case.result()

    assert {"a", "b", "c", "d", "end"} <= set(world.completed(case.id))


async def test_many_inner_instances_run_with_one_job_each(time_skipping):
    world = World()
    loop = multi_instance("=items", element="item")
    world.deploy(a_process("p").start().service("each", LOCAL, loop=loop).end())

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p", {"items": list(range(50))})
        result = await case.result()

    assert result.outcome == "completed"
    assert len(world.calls) == 50
    assert len({call.effect_key for call in world.calls}) == 50


# --- timers -----------------------------------------------------------------------------------


async def test_a_boundary_timer_interrupts_a_human_task(time_skipping):
    world = World()
    process = a_process("p").start().user("decide").end()
    process.boundary("decide", "late", timer(duration="P30D")).end("expired")
    world.deploy(process)

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p")
        await case.result()

    assert "expired" in world.completed(case.id)
    assert ("taskClosed", "decide") in world.kinds(case.id, "taskClosed")
    opened, closed = world.entry(case.id, "waitOpened"), world.entry(case.id, "waitClosed")
    assert closed.at - opened.at >= timedelta(days=30)
    assert closed.data["why"] == "fired"


async def test_timers_follow_business_time(time_skipping):
    world = World()
    world.deploy(a_process("p").start().catch("wait", timer(duration="PT1H")).end())
    offset = 400 * 24 * 3600.0

    async with world.worker(time_skipping.client):
        before = await time_skipping.get_current_time()
        case = await world.start(time_skipping.client, "p", clock_offset=offset)
        await case.result()
        after = await time_skipping.get_current_time()

    assert timedelta(hours=1) <= after - before < timedelta(hours=2)
    assert world.journal(case.id)[0].at - before >= timedelta(days=399)


async def test_only_one_server_timer_runs_for_many_timers(time_skipping):
    world = World()
    process = a_process("p").start().parallel("fork")
    process.catch("t1", timer(duration="PT1H")).parallel("join").end()
    process.at("fork").catch("t2", timer(duration="PT2H")).connect("join")
    process.at("fork").catch("t3", timer(duration="PT3H")).connect("join")
    world.deploy(process)

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p")
        await case.result()
        events = await case.events()

    started = [e for e in events if e.HasField("timer_started_event_attributes")]
    assert len(started) == 3, "one after another"


async def test_a_cancelled_timer_does_not_fire(time_skipping):
    world = World()
    process = a_process("p").start().user("decide").catch("wait", timer(duration="P2D")).end()
    process.boundary("decide", "late", timer(duration="P1D")).end("expired")
    world.deploy(process)

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p")
        with time_skipping.auto_time_skipping_disabled():
            await case.approve("decide")
        await case.result()

    assert "expired" not in world.completed(case.id)


# --- messages ---------------------------------------------------------------------------------


def _waiting_for_documents() -> World:
    world = World()
    supplemented = message("documents.supplemented", "=caseNo")
    world.deploy(a_process("p").start().receive("docs", supplemented).end())
    return world


async def test_a_message_is_delivered_by_update_once(dev_server):
    world = _waiting_for_documents()

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p", {"caseNo": "c-1"})
        opened = await world.until(case.id, "waitOpened", "docs")
        delivery = MessageDelivery(
            instance_id=case.id,
            wait=opened.key,
            message_id="m-1",
            name="documents.supplemented",
            variables=wire({"ids": ["d1"]}),
        )
        receipt = await case.handle.execute_update(DELIVER_MESSAGE, delivery, result_type=Receipt)
        result = await case.result()

    assert opened.data["correlationKey"] == "c-1"
    assert receipt.instance_id == case.id
    assert result.variables == wire({"caseNo": "c-1", "ids": ["d1"]})
    assert world.entry(case.id, "messageConsumed").data["messageId"] == "m-1"


async def test_a_message_nobody_waits_for_is_refused(dev_server):
    world = _waiting_for_documents()

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p", {"caseNo": "c-1"})
        opened = await world.until(case.id, "waitOpened", "docs")
        delivery = MessageDelivery(
            instance_id=case.id, wait=opened.key, message_id="m-1", name="another"
        )
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await case.handle.execute_update(DELIVER_MESSAGE, delivery)

    assert code_of(refused.value) == "NOT_OPEN"


async def test_a_message_signal_and_its_repetition_are_one_delivery(time_skipping):
    world = World()
    inner = a_flow().start("caught", message("note", "=caseNo"), interrupting=False).end("noted")
    world.deploy(a_process("p").start().user("decide").end().event_sub_process("notes", inner))
    client = time_skipping.client

    async with world.worker(client):
        case = await world.start(client, "p", {"caseNo": "c-1"})
        opened = await world.until(case.id, "waitOpened", "caught")
        delivery = MessageDelivery(
            instance_id=case.id, wait=opened.key, message_id="m-1", name="note"
        )
        for _ in range(3):
            await case.handle.signal(DELIVER_MESSAGE + SIGNAL_SUFFIX, delivery)
        await case.approve("decide")
        await case.result()

    assert len(world.kinds(case.id, "messageConsumed")) == 1


async def test_a_buffered_message_comes_back_with_the_journal(time_skipping):
    world = _waiting_for_documents()
    case_id = "BQ-buffered"
    for wait in range(1, 10):
        world.waiting_messages.append(
            MessageDelivery(
                instance_id=case_id,
                wait=wait,
                message_id="m-1",
                name="documents.supplemented",
                variables=wire({"early": True}),
            )
        )

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p", {"caseNo": "c"}, case_id=case_id)
        result = await case.result()

    assert result.variables == wire({"caseNo": "c", "early": True})


async def test_a_thrown_message_goes_to_the_broker(time_skipping):
    world = World()

    thrown = message("note", publish={"correlationKey": "=caseNo", "timeToLive": "PT1H"})
    world.deploy(a_process("p").start().throw("tell", thrown).end())

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p", {"caseNo": "c-9"})
        await case.result()

    published = world.published[0]
    assert (published.name, published.correlation_key) == ("note", "c-9")
    assert published.time_to_live == "PT1H"


# --- called processes -------------------------------------------------------------------------


async def test_a_called_process_runs_as_a_child_and_hands_back_its_variables(time_skipping):
    world = World(work={LOCAL: at_once({"found": 5})})
    world.deploy(a_process("child").start().service("look", LOCAL).end())
    world.deploy(a_process("p").start().call("sub", "child").end())

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p", {"x": 1})
        result = await case.result()

    assert result.variables == wire({"x": 1, "found": 5})
    child = world.calls[0]
    assert child.instance_id.startswith(f"{case.id}/sub/")
    assert child.case_id == case.id
    assert world.journal(child.instance_id)[-1].kind == "caseFinished"


async def test_an_error_of_a_called_process_reaches_the_catcher_outside(time_skipping):
    world = World(work={LOCAL: raising(bpmn_error("ELIGIBILITY"))})
    world.deploy(a_process("child").start().service("look", LOCAL).end())
    process = a_process("p").start().call("sub", "child").end()
    process.boundary("sub", "refused", error("ELIGIBILITY")).end("rejected")
    world.deploy(process)

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p")
        await case.result()

    assert "rejected" in world.completed(case.id)
    child = world.calls[0].instance_id
    assert world.entry(child, "caseFinished").data["outcome"] == "threw"


@pytest.mark.parametrize("interrupting", [False, True])
async def test_an_escalation_of_a_called_process_reaches_the_catcher_outside(
    time_skipping, interrupting
):
    world = World(work={LOCAL: at_once({"found": 5})})
    child = a_process("child").start().throw("up", escalation("E"), inputs={"n": "=1"})
    world.deploy(child.service("look", LOCAL).end())
    middle = a_process("middle").start().call("deeper", "child").end()
    world.deploy(middle)
    process = a_process("p").start().call("sub", "middle").end("over")
    process.boundary("sub", "edge", escalation("E"), interrupting=interrupting).end("told")
    world.deploy(process)

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p")
        # The server would skip years between asking to cancel what was called and telling it so.
        with time_skipping.auto_time_skipping_disabled():
            result = await case.result()

    assert "told" in world.completed(case.id)
    assert ("over" in world.completed(case.id)) is not interrupting
    assert len(world.calls) == (0 if interrupting else 1)
    assert result.variables["n"] == wire({"n": 1})["n"]
    told = world.entry(case.id, "escalationThrown")
    assert told.data == {"code": "E", "caught": "edge"}


async def test_an_error_that_nobody_catches_stays_an_incident_in_the_child(time_skipping):
    world = World(work={LOCAL: raising(bpmn_error("OTHER"))})
    world.deploy(a_process("child").start().service("look", LOCAL).end())
    process = a_process("p").start().call("sub", "child").end()
    process.boundary("sub", "refused", error("ELIGIBILITY")).end("rejected")
    world.deploy(process)

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p")
        waiting = await world.until(case.id, "waitOpened", "sub")
        opened = await world.until(f"{case.id}/sub/{waiting.key}", "incidentOpened")

    assert opened.element == "look"
    assert not world.kinds(case.id, "incidentOpened")


async def test_a_called_process_that_is_not_deployed_is_an_incident(time_skipping):
    world = World()
    world.deploy(a_process("p").start().call("sub", "nowhere").end())

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p")
        opened = await world.until(case.id, "incidentOpened")

    assert opened.data["code"] == "called-process-missing"


async def test_a_called_process_that_cannot_begin_is_an_incident(time_skipping):
    world = World()
    world.deploy(a_process("child").start("told", message("m")).end())
    world.deploy(a_process("p").start().call("sub", "child").end())

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p")
        opened = await world.until(case.id, "incidentOpened")

    assert opened.element == "sub"
    assert "start event" in opened.data["message"]


async def test_an_interrupted_call_ends_the_called_process(dev_server):
    world = World()
    world.deploy(a_process("child").start().user("decide").end())
    process = a_process("p").start().call("sub", "child").end()
    process.boundary("sub", "late", timer(duration="PT1S")).end("expired")
    world.deploy(process)
    client = dev_server.client

    async with world.worker(client):
        case = await world.start(client, "p")
        await case.result()
        child = next(name for name in world.journals if name.startswith(f"{case.id}/sub/"))
        with pytest.raises(WorkflowFailureError) as ended:
            await client.get_workflow_handle(child).result()

    assert isinstance(ended.value.cause, CancelledError)
    assert ("taskClosed", "decide") in world.kinds(child, "taskClosed")


# --- ends -------------------------------------------------------------------------------------


async def test_a_cancelled_case_withdraws_its_tasks_and_ends(dev_server):
    world = World()
    world.deploy(a_process("p").start().user("decide").end())

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        await case.task("decide")
        order = Cancellation(request_id="c-1", actor="ops", reason="double entry")
        await case.handle.execute_update(CANCEL_CASE, order, result_type=Receipt)
        result = await case.result()

    assert result.outcome == "terminated"
    assert world.entry(case.id, "taskClosed").data["why"] == "withdrawn"
    assert world.entry(case.id, "caseFinished").data["outcome"] == "terminated"


async def test_a_case_cancelled_in_temporal_still_writes_its_end(dev_server):
    world = World()
    world.deploy(a_process("p").start().user("decide").end())

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        await case.task("decide")
        await case.handle.cancel()
        with pytest.raises(WorkflowFailureError) as ended:
            await case.result()

    assert isinstance(ended.value.cause, CancelledError)
    assert world.entry(case.id, "caseFinished").data["outcome"] == "terminated"


async def test_an_outage_of_the_journal_delays_the_case_and_loses_nothing(time_skipping):
    world = World(flush_failures=3)
    world.deploy(a_process("p").start().service("one", LOCAL).end())

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p")
        result = await case.result()

    assert result.outcome == "completed"
    assert world.flushes == 4
    assert world.journal(case.id)[-1].kind == "caseFinished"


# --- history ----------------------------------------------------------------------------------


async def test_history_events_carry_the_id_of_their_element(dev_server):
    world = World()
    process = a_process("p").start().service("here", LOCAL).service("there", REMOTE)
    process.user("decide").end()
    process.boundary("decide", "late", timer(duration="P1D")).end("expired")
    world.deploy(process)

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        await case.approve("decide")
        await case.result()
        events = await case.events()

    marked = [
        (event.WhichOneof("attributes"), marker.label.id)
        for event in events
        for marker in event.event_group_markers
        if marker.HasField("label")
    ]
    assert marked == [
        ("marker_recorded_event_attributes", "here"),
        ("activity_task_scheduled_event_attributes", "there"),
        ("timer_started_event_attributes", "late"),
        ("marker_recorded_event_attributes", "decide"),
        ("timer_canceled_event_attributes", "late"),
    ]
    assert not any(
        marker.label.HasField("label") for event in events for marker in event.event_group_markers
    )

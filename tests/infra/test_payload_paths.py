"""Every way a payload travels, on a real server, encrypted and bound to its workflow.

Both sandboxes are run: the product's, and the SDK's own. Every history is replayed at the end.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionExecutionStartWorkflow,
    ScheduleActionStartWorkflow,
    ScheduleSpec,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
)
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from infra.payload_codec import ENCODING, EncryptingCodec
from infra.payload_keys import FILE_NAME, KeyFile
from infra.payload_usage import first_use
from infra.temporal import data_converter
from tests.encryption import CODEC
from tests.infra.travelling import PERSON, Called, Everything, echo
from tests.replay.recording import _parts
from workers.sandbox import sandboxed

pytestmark = pytest.mark.journey
QUEUE = "paths"
Handle = WorkflowHandle[Any, Any]


def own() -> SandboxedWorkflowRunner:
    return SandboxedWorkflowRunner(restrictions=sandboxed().restrictions)


def with_codec(client: Client, codec: EncryptingCodec | None) -> Client:
    config = client.config()
    config["data_converter"] = data_converter(codec)
    return Client(**config)


@asynccontextmanager
async def working(client: Client, runner: SandboxedWorkflowRunner) -> AsyncIterator[None]:
    async with Worker(
        client, task_queue=QUEUE, workflows=[Everything, Called], activities=[echo],
        workflow_runner=runner,
    ):  # fmt: skip
        yield


def payloads(message: Message) -> list[Payload]:
    if isinstance(message, Payload):
        return [message]
    return [found for part in _parts(message) for found in payloads(part)]


@pytest.mark.parametrize("runner", [sandboxed, own])
async def test_every_path_is_encrypted_and_read(dev_server: WorkflowEnvironment, runner) -> None:
    client, name = dev_server.client, f"BQ-{uuid.uuid4().hex[:6]}"
    async with working(client, runner()):
        case = await client.start_workflow(
            Everything.run, PERSON, id=name, task_queue=QUEUE, memo={"who": f"{PERSON} memo"},
            static_summary=f"{PERSON} case", static_details=f"{PERSON} details",
        )  # fmt: skip
        other = await client.start_workflow(
            Everything.run, PERSON, id=f"{name}-other", task_queue=QUEUE
        )
        assert await case.execute_update(Everything.tell, PERSON) == f"{PERSON} taken"
        await refusals_are_read(case)
        described = await case.describe()
        assert await described.memo() == {"who": f"{PERSON} memo"}
        assert await described.static_summary() == f"{PERSON} case"
        await case.signal(Everything.say, f"{PERSON} said")
        await other.signal(Everything.pass_on, args=[name, f"{PERSON} again"])
        await until_continued(client, name, case.first_execution_run_id or "")
        await other.signal(Everything.pass_on, args=[name, f"{PERSON} 2"])
        await case.signal(Everything.say, f"{PERSON} 1")
        result = await client.get_workflow_handle_for(Everything.run, name).result()
        called = await client.get_workflow_handle(f"{name}/called").describe()
        assert await called.static_summary() == f"{PERSON} again child"
        assert (await called.memo())["who"] == f"{PERSON} again memo"
        await other.terminate("the test is over", f"{PERSON} details")

    again = f"{PERSON} again"
    assert result[:3] == [f"{again} back after {again} beats", f"{again} back", f"{again} back"]
    assert result[3] == f"{again} fail in a child: {again} fail details"
    await nothing_in_clear(client)
    await everything_replays(client, runner())


async def refusals_are_read(case: Handle) -> None:
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await case.execute_update(Everything.tell, f"{PERSON} refused")
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.message == f"{PERSON} refused"
    assert await case.query(Everything.hears, "what") == f"what: ['{PERSON}']"
    with pytest.raises(WorkflowQueryFailedError) as asked:
        await case.query(Everything.hears, "nothing")
    assert PERSON not in str(asked.value)


async def until_continued(client: Client, name: str, before: str) -> None:
    for _ in range(400):
        if (await client.get_workflow_handle(name).describe()).run_id != before:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("not continued as new")


async def nothing_in_clear(client: Client) -> None:
    count = 0
    async for one in client.list_workflows(""):
        handle = client.get_workflow_handle(one.id, run_id=one.run_id)
        async for event in handle.fetch_history_events():
            assert PERSON.encode() not in event.SerializeToString(), event.event_type
        async for payload in encrypted(handle):
            assert CODEC.open(payload).workflow_id.startswith("BQ-")
            count += 1
    assert count > 50


async def everything_replays(client: Client, runner: SandboxedWorkflowRunner) -> None:
    replayer = Replayer(
        workflows=[Everything, Called], workflow_runner=runner, data_converter=data_converter(CODEC)
    )
    async for one in client.list_workflows(""):
        handle = client.get_workflow_handle(one.id, run_id=one.run_id)
        await replayer.replay_workflow(await handle.fetch_history())


async def test_a_scheduled_run_reads_what_was_planned(dev_server: WorkflowEnvironment) -> None:
    client = dev_server.client
    async with working(client, sandboxed()):
        schedule = await client.create_schedule(
            "nightly",
            Schedule(
                action=ScheduleActionStartWorkflow(
                    Called.run, PERSON, id="BQ-nightly", task_queue=QUEUE
                ),
                spec=ScheduleSpec(),
            ),
        )
        await schedule.trigger()
        for _ in range(200):
            recent = (await schedule.describe()).info.recent_actions
            if recent:
                break
            await asyncio.sleep(0.05)
        started = recent[0].action
        assert isinstance(started, ScheduleActionExecutionStartWorkflow)
        run_id = started.workflow_id
        handle = client.get_workflow_handle_for(Called.run, run_id)

        assert await handle.result() == f"{PERSON} back"


async def test_a_payload_put_in_past_the_product_does_not_reach_a_case(
    dev_server: WorkflowEnvironment,
) -> None:
    """In clear, or copied from another case: the case stays where it is, and the reason is told."""
    client = dev_server.client
    outsider = with_codec(client, None)
    async with working(client, sandboxed()):
        case = await client.start_workflow(Called.run, PERSON, id="BQ-1", task_queue=QUEUE)
        await case.result()
        forged = await outsider.start_workflow(Called.run, PERSON, id="BQ-2", task_queue=QUEUE)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(forged.result(), 1)
        reason = await a_failure(forged, CODEC)
        assert "not encrypted" in reason
        await forged.terminate()


async def test_keys_rotate_under_an_open_case_and_a_lost_one_is_named(
    dev_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    """Three keys in one case; without the first of them it waits, and goes on when it is back."""
    keys = KeyFile.opened(tmp_path / FILE_NAME)
    codec = EncryptingCodec(keys, namespace="default")
    client = with_codec(dev_server.client, codec)
    first = keys.ring.active.id
    async with working(client, sandboxed()):
        case = await client.start_workflow(Everything.run, PERSON, id="BQ-3", task_queue=QUEUE)
        for text in ("one", "two"):
            keys.rotate()
            await case.execute_update(Everything.tell, text)
        run_id = (await case.describe()).run_id
        used = {payload.metadata["key-id"] async for payload in encrypted(case)}
    whole = keys.path.read_text()
    keys.retire(first)
    async with working(client, sandboxed()):
        await case.signal(Everything.say, "three")
        assert f"{first!r}, which is not in" in await a_failure(case, codec)
        keys.path.write_text(whole)
        await until_continued(client, "BQ-3", run_id)

    assert await first_use(client, first, lambda _seen: None) == "BQ-3"
    assert await first_use(client, "20200101-00000000", lambda _seen: None) == ""
    assert used == {key.encode() for key in KeyFile(keys.path).ring.keys}


async def encrypted(handle: Handle) -> AsyncIterator[Payload]:
    async for event in handle.fetch_history_events():
        for payload in payloads(event):
            if payload.metadata.get("encoding") == ENCODING:
                yield payload


async def a_failure(handle: Handle, codec: EncryptingCodec) -> str:
    """Wait for a workflow task that failed; returns why."""
    async for event in handle.fetch_history_events(wait_new_event=True):
        if event.HasField("workflow_task_failed_event_attributes"):
            failure = event.workflow_task_failed_event_attributes.failure
            return str(await data_converter(codec).decode_failure(failure))
    raise AssertionError("no workflow task failed")

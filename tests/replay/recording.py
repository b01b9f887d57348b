"""Records histories for the replay tests; ``pytest tests/replay --record-histories`` runs it.

A history is never recorded over: a release adds its own beside those of the releases before.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import History
from temporalio.client import Client, WorkflowHistory
from temporalio.testing import WorkflowEnvironment

from infra.payload_codec import ENCODING
from tests.builders.process import a_process, error, message, multi_instance, timer
from tests.encryption import CODEC
from tests.host.test_continue_as_new import EVERY_REST, a_world, finish
from tests.host.world import World, at_once, bpmn_error, raising
from workflows.contracts.case import Cancellation, Limits
from workflows.contracts.routing import CANCEL_CASE
from workflows.host.programs import PROGRAMS

FOLDER = Path(__file__).parent
HISTORIES = FOLDER / "histories"
BUNDLES = FOLDER / "bundles"
IDS = HISTORIES / "instances.json"
"""Workflow ids by file: not every server writes them into the history."""

MACHINE = frozenset({"stack_trace", "identity", "worker_identity"})
"""Fields of events and failures that name paths, hosts and processes."""

LOCAL, REMOTE = "verification.policy", "verification.payee"

Scenario = Callable[[WorkflowEnvironment], Awaitable[World]]


async def everything(environment: WorkflowEnvironment) -> World:
    """Incident, decision, messages, timers, a called process that throws; in one run."""
    world = a_world()
    async with world.worker(environment.client):
        await finish(world, environment, Limits())
    return world


async def everything_in_many_runs(environment: WorkflowEnvironment) -> World:
    """The same, continued as new at every rest."""
    world = a_world()
    async with world.worker(environment.client):
        await finish(world, environment, EVERY_REST)
    return world


async def jobs_in_parallel(environment: WorkflowEnvironment) -> World:
    """Local and remote jobs side by side, multi-instance, an error boundary, a publication."""
    world = World(
        work={REMOTE: at_once({"x": 1}), "verification.documents": raising(bpmn_error("NO"))}
    )
    process = a_process("p").start().parallel("fork")
    process.service("a", LOCAL).parallel("join")
    process.service("each", LOCAL, loop=multi_instance("=items", element="item"))
    process.throw("tell", message("note", publish={"correlationKey": '="k"'}))
    process.service("docs", "verification.documents").end("never")
    process.at("fork").service("b", REMOTE).connect("join")
    process.at("fork").catch("pause", timer(duration="PT1H")).connect("join")
    process.boundary("docs", "refused", error("NO")).end("rejected")
    world.deploy(process)
    async with world.worker(environment.client):
        case = await world.start(environment.client, "p", {"items": [1, 2, 3]})
        await case.result()
    return world


async def a_cancellation(environment: WorkflowEnvironment) -> World:
    """A case cancelled while a person has it."""
    world = World()
    world.deploy(a_process("p").start().user("decide").end())
    async with world.worker(environment.client):
        case = await world.start(environment.client, "p")
        await case.task("decide")
        order = Cancellation(request_id="c", actor="ops", reason="double entry")
        await case.handle.execute_update(CANCEL_CASE, order)
        await case.result()
    return world


SCENARIOS: Mapping[str, Scenario] = {
    "everything": everything,
    "everything-in-many-runs": everything_in_many_runs,
    "jobs-in-parallel": jobs_in_parallel,
    "cancellation": a_cancellation,
}


async def record(name: str, environment: WorkflowEnvironment) -> None:
    """Play a scenario, and write down the history of every run of every instance."""
    world = await SCENARIOS[name](environment)
    for bundle_hash, files in world.bundles.items():
        folder = BUNDLES / bundle_hash
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            (folder / file).write_bytes(content)
    HISTORIES.mkdir(exist_ok=True)
    runs = dict.fromkeys((batch.instance_id, batch.run_id) for batch in world.batches)
    for number, (instance_id, run_id) in enumerate(runs, 1):
        history = await fetched(environment.client, instance_id, run_id)
        path = HISTORIES / f"{version('baoquan')}-{name}-{number}.pb.gz"
        path.write_bytes(packed(history))
        ids = json.loads(IDS.read_text()) if IDS.exists() else {}
        IDS.write_text(json.dumps({**ids, path.name: instance_id}, indent=1, sort_keys=True) + "\n")


async def fetched(client: Client, instance_id: str, run_id: str) -> History:
    """Fetch the history of a run."""
    handle = client.get_workflow_handle(instance_id, run_id=run_id)
    return History(events=[event async for event in handle.fetch_history_events()])


def packed(history: History) -> bytes:
    """Pack a history without what tells of the machine it ran on; no replay reads that."""
    kept = History()
    kept.CopyFrom(history)
    _decrypt(kept)
    _forget_machine(kept)
    return gzip.compress(kept.SerializeToString(), mtime=0)


def _forget_machine(message: Message) -> None:
    for name in MACHINE & set(message.DESCRIPTOR.fields_by_name):
        message.ClearField(name)
    for part in _parts(message):
        _forget_machine(part)


def _decrypt(message: Message) -> None:
    """A recording outlives every key of a test run: it is kept in clear, as are its people."""
    if isinstance(message, Payload):
        if message.metadata.get("encoding") == ENCODING:
            message.CopyFrom(CODEC.open(message).payload)
        return
    for part in _parts(message):
        _decrypt(part)
    if isinstance(message, Failure) and message.HasField("encoded_attributes"):
        attributes = json.loads(message.encoded_attributes.data)
        message.message = attributes["message"]
        message.ClearField("encoded_attributes")


def _parts(message: Message) -> Iterator[Message]:
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            inner = field.message_type.fields_by_name["value"].message_type
            yield from value.values() if inner is not None else ()
        elif field.is_repeated:
            yield from value
        else:
            yield value


def recorded() -> Iterator[tuple[str, WorkflowHistory]]:
    """Read every history ever recorded."""
    ids = json.loads(IDS.read_text()) if IDS.exists() else {}
    for path in sorted(HISTORIES.glob("*.pb.gz")):
        history = History.FromString(gzip.decompress(path.read_bytes()))
        yield path.name, WorkflowHistory(ids[path.name], list(history.events))


def bundle(bundle_hash: str) -> Mapping[str, bytes] | None:
    """Read the models that a recorded history ran on."""
    files = {path.name: path.read_bytes() for path in (BUNDLES / bundle_hash).glob("*")}
    return files or None


def install_programs() -> None:
    """Have all recorded models ready: a replay does not wait long for a program."""
    PROGRAMS.install(bundle)
    for folder in BUNDLES.iterdir():
        PROGRAMS.bundle(folder.name)

"""The world of a case, in memory: journal, registry, broker and in-house activities as scripted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from tests.builders.process import ProcessBuilder
from workers.sandbox import sandboxed
from workflows.bpmn.deployment import compile_bundle
from workflows.contracts.activity import TaskAnswer, TaskCall
from workflows.contracts.case import CaseInput, CaseResult, Limits
from workflows.contracts.catalogue import CONTRACTS
from workflows.contracts.definitions import DefinitionAnswer, DefinitionQuery
from workflows.contracts.human_task import (
    DEFINITION_RESOLVE,
    HUMAN_TASK_ACT,
    JOURNAL_FLUSH,
    MESSAGE_PUBLISH,
    SIGNAL_BROADCAST,
    ActAnswer,
    ActCall,
    TaskAct,
    TaskReceipt,
)
from workflows.contracts.journal import (
    JournalBatch,
    JournalEntry,
    JournalReceipt,
    MessageDelivery,
)
from workflows.contracts.message import Publication, PublicationReceipt
from workflows.contracts.routing import CASE_QUEUE, CASE_WORKFLOW, COMPLETE_TASK
from workflows.contracts.signal import Broadcast, BroadcastReceipt, SignalDelivery
from workflows.feel.wire import encode, from_plain
from workflows.host.case_workflow import ServicingCase
from workflows.host.children import search_attributes
from workflows.host.programs import PROGRAMS

Work = Callable[[TaskCall], Awaitable[Mapping[str, Any]]]
"""What an in-house activity does: plain variables out, or an error."""


def wire(variables: Mapping[str, Any]) -> dict[str, Any]:
    return {name: encode(from_plain(value)) for name, value in variables.items()}


@dataclass
class World:
    """Everything outside the workflow."""

    bundles: dict[str, dict[str, bytes]] = field(default_factory=dict)
    deployed: dict[str, str] = field(default_factory=dict)
    journals: dict[str, dict[int, JournalEntry]] = field(default_factory=dict)
    batches: list[JournalBatch] = field(default_factory=list)
    calls: list[TaskCall] = field(default_factory=list)
    acts: list[TaskAct] = field(default_factory=list)
    published: list[Publication] = field(default_factory=list)
    broadcasts: list[Broadcast] = field(default_factory=list)
    waiting_messages: list[MessageDelivery] = field(default_factory=list)
    work: dict[str, Work] = field(default_factory=dict)
    refusals: dict[str, str] = field(default_factory=dict)
    flushes: int = 0
    retold: int = 0
    flush_failures: int = 0
    standing: set[str] = field(default_factory=set)
    """What operations let stand still."""

    # what is deployed

    def deploy(self, *processes: ProcessBuilder, dmn: bytes | None = None) -> str:
        files = {"models.bpmn": processes[0].xml(*processes[1:])}
        if dmn is not None:
            files["tables.dmn"] = dmn
        compilation = compile_bundle(files)
        assert compilation.programs, compilation.diagnostics
        self.bundles[compilation.hash] = files
        for process_id in compilation.programs:
            self.deployed[process_id] = compilation.hash
        return compilation.hash

    # what happened

    def journal(self, instance_id: str) -> list[JournalEntry]:
        rows = self.journals.get(instance_id, {})
        assert list(rows) == list(range(1, len(rows) + 1)), f"gaps: {list(rows)}"
        return list(rows.values())

    def kinds(self, instance_id: str, *kinds: str) -> list[tuple[str, str | None]]:
        wanted = self.journal(instance_id)
        return [(e.kind, e.element) for e in wanted if not kinds or e.kind in kinds]

    def completed(self, instance_id: str) -> list[str | None]:
        entries = self.journal(instance_id)
        return [e.element for e in entries if e.kind == "elementCompleted"]

    def entry(self, instance_id: str, kind: str) -> JournalEntry:
        return next(e for e in reversed(self.journal(instance_id)) if e.kind == kind)

    async def until(self, instance_id: str, kind: str, element: str | None = None) -> JournalEntry:
        """Wait until the journal tells of something."""
        for _ in range(1_250):
            for entry in self.journal(instance_id):
                if entry.kind == kind and element in (None, entry.element):
                    return entry
            await asyncio.sleep(0.02)
        raise AssertionError(f"no {kind} {element} in {self.kinds(instance_id)}")

    def hearing(self, instance_id: str, signal: str) -> tuple[int, ...]:
        """The waits at which an instance listens for a signal, as it told."""
        waits: dict[int, None] = {}
        for entry in self.journal(instance_id):
            if entry.data.get("for") == "signal" and entry.key is not None:
                if entry.kind == "waitOpened" and entry.data["signal"] == signal:
                    waits[entry.key] = None
                elif entry.kind == "waitClosed":
                    waits.pop(entry.key, None)
        return tuple(waits)

    # activities

    def append(self, batch: JournalBatch | None) -> tuple[MessageDelivery, ...]:
        if batch is None:
            return ()
        self.batches.append(batch)
        rows = self.journals.setdefault(batch.instance_id, {})
        for entry in batch.entries:
            known = rows.get(entry.seq)
            assert known is not None or entry.seq == len(rows) + 1, "a gap"
            if known is not None and known != entry:
                # The server refused the turn that told it; it is told anew from here on.
                self.retold += 1
                for seq in [seq for seq in rows if seq >= entry.seq]:
                    del rows[seq]
            rows[entry.seq] = entry
        opened = {e.key for e in batch.entries if e.kind == "waitOpened"}
        met = [m for m in self.waiting_messages if m.instance_id == batch.instance_id]
        return tuple(m for m in met if m.wait in opened)

    def activities(self) -> list[Callable[..., Any]]:
        @activity.defn(name=JOURNAL_FLUSH)
        async def flush(batch: JournalBatch) -> JournalReceipt:
            self.flushes += 1
            if self.flush_failures > 0:
                self.flush_failures -= 1
                raise ApplicationError("away", type="unavailable")
            messages = self.append(batch)
            return JournalReceipt(messages=messages, standing=tuple(sorted(self.standing)))

        @activity.defn(name=HUMAN_TASK_ACT)
        async def act(call: ActCall) -> ActAnswer:
            messages = self.append(call.journal)
            code = self.refusals.get(call.act.actor)
            if code:
                return ActAnswer(refusal=code, message=f"{call.act.actor} may not.")
            if call.act not in self.acts:  # kept by its id, like the registry: tasks are retried
                self.acts.append(call.act)
            assignee = {"unclaim": None, "delegate": call.act.delegate_to}
            return ActAnswer(assignee=assignee.get(call.act.act, call.act.actor), messages=messages)

        @activity.defn(name=MESSAGE_PUBLISH)
        async def publish(publication: Publication) -> PublicationReceipt:
            messages = self.append(publication.journal)
            self.published.append(publication)
            return PublicationReceipt(messages=messages)

        @activity.defn(name=SIGNAL_BROADCAST)
        async def broadcast(call: Broadcast) -> BroadcastReceipt:
            messages = self.append(call.journal)
            self.broadcasts.append(call)
            waits = self.hearing(call.instance_id, call.name)
            own = SignalDelivery(
                instance_id=call.instance_id,
                no=len(self.broadcasts),
                name=call.name,
                waits=waits,
                variables=call.variables,
            )
            return BroadcastReceipt(messages=messages, signals=(own,) if waits else ())

        @activity.defn(name=DEFINITION_RESOLVE)
        async def resolve(query: DefinitionQuery) -> DefinitionAnswer:
            found = self.deployed.get(query.process_id)
            if found is None:
                raise ApplicationError(
                    f"{query.process_id} is not deployed.",
                    type="refused:NOT_DEPLOYED",
                    non_retryable=True,
                )
            return DefinitionAnswer(version=1, program_hash=found)

        return [flush, act, publish, broadcast, resolve, *map(self._in_house, CONTRACTS)]

    def _in_house(self, type_: str) -> Callable[..., Any]:
        @activity.defn(name=type_)
        async def run(call: TaskCall) -> TaskAnswer:
            held = {f"process:{call.process_id}", f"activity:{type_}"} & self.standing
            if held:
                kind = f"held:{held.pop()}"
                raise ApplicationError("stands still", type=kind, non_retryable=True)
            self.calls.append(call)
            result: Mapping[str, Any] = {}
            if type_ in self.work:
                result = await self.work[type_](call)
            messages = self.append(call.journal)
            return TaskAnswer(variables=wire(result), messages=messages)

        return run

    @asynccontextmanager
    async def worker(self, client: Client, **options: Any):
        PROGRAMS.install(self.bundles.get)
        async with Worker(
            client,
            task_queue=CASE_QUEUE,
            workflows=[ServicingCase],
            activities=self.activities(),
            workflow_runner=sandboxed(),
            **options,
        ):
            yield self

    # cases

    async def start(
        self,
        client: Client,
        process_id: str,
        variables: Mapping[str, Any] | None = None,
        *,
        limits: Limits | None = None,
        clock_offset: float = 0.0,
        case_id: str | None = None,
    ) -> Running:
        identity = case_id or f"BQ-{uuid4().hex[:8]}"
        given = CaseInput(
            case_id=identity,
            process_id=process_id,
            version=1,
            program_hash=self.deployed[process_id],
            variables=wire(variables or {}),
            limits=limits or Limits(),
            clock_offset=clock_offset,
        )
        handle = await client.start_workflow(
            CASE_WORKFLOW,
            given,
            id=identity,
            task_queue=CASE_QUEUE,
            result_type=CaseResult,
            search_attributes=search_attributes(given),
            static_summary=process_id,
        )
        return Running(world=self, handle=handle, id=identity)


@dataclass
class Running:
    """A case under way."""

    world: World
    handle: WorkflowHandle[Any, CaseResult]
    id: str

    async def result(self) -> CaseResult:
        return await self.handle.result()

    async def task(self, element: str) -> JournalEntry:
        return await self.world.until(self.id, "taskOpened", element)

    async def act(self, act: TaskAct, update: str = COMPLETE_TASK) -> TaskReceipt:
        receipt: TaskReceipt = await self.handle.execute_update(
            update, act, result_type=TaskReceipt
        )
        return receipt

    async def approve(self, element: str, actor: str = "op-2", **more: Any) -> TaskReceipt:
        opened = await self.task(element)
        return await self.act(completion(opened, actor, **more))

    async def events(self) -> list[Any]:
        return [event async for event in self.handle.fetch_history_events()]


def completion(opened: JournalEntry, actor: str = "op-2", **more: Any) -> TaskAct:
    """The completion of an opened task."""
    given: dict[str, Any] = {
        "request_id": f"r-{opened.key}",
        "act": "complete",
        "task_key": opened.key,
        "actor": actor,
        "outcome": "approve",
        "content_hash": opened.data["contentHash"],
    }
    return TaskAct(**{**given, **more})


def at_once(variables: Mapping[str, Any]) -> Work:
    """Work that answers at once."""

    async def run(_call: TaskCall) -> Mapping[str, Any]:
        return variables

    return run


def raising(*errors: BaseException, then: Mapping[str, Any] | None = None) -> Work:
    """Work that fails so often, then answers."""
    left = list(errors)

    async def run(_call: TaskCall) -> Mapping[str, Any]:
        if left:
            raise left.pop(0)
        return then or {}

    return run


def bpmn_error(code: str, message: str = "") -> ApplicationError:
    return ApplicationError(message or code, {}, type=f"bpmn:{code}", non_retryable=True)


def moments(entries: Sequence[JournalEntry]) -> list[datetime]:
    return [entry.at for entry in entries]


def code_of(refused: WorkflowUpdateFailedError) -> str | None:
    """The code of a refused update."""
    cause = refused.cause
    assert isinstance(cause, ApplicationError)
    return cause.type

"""The client: plays cases against a worker, one at a time and many in flight, and takes times."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from benchmarks.surrender.case import PROCESS, START
from benchmarks.surrender.processes import Server, WorkerProcess, cpu_seconds
from workflows.contracts.case import CaseInput, CaseResult
from workflows.contracts.human_task import TaskAct, TaskReceipt
from workflows.contracts.routing import (
    COMPLETE_TASK,
    SEARCH_INCIDENT,
    SEARCH_PROCESS,
    SEARCH_VERSION,
)

IN_FLIGHT: Final = 30
CASE_SECONDS: Final = 60.0

_SEARCH: Final = TypedSearchAttributes(
    [
        SearchAttributePair(SearchAttributeKey.for_keyword(SEARCH_PROCESS), PROCESS),
        SearchAttributePair(SearchAttributeKey.for_int(SEARCH_VERSION), 1),
        SearchAttributePair(SearchAttributeKey.for_bool(SEARCH_INCIDENT), False),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many cases a block plays."""

    warm_up: int
    single: int
    load: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What one case left in Temporal."""

    events: int
    size: int
    kinds: Mapping[str, int]
    markers: int
    """Local activities, the journal's flushes among them."""
    flushes: int
    """Local activities that flushed the journal: the rests of the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What one variant did in one round."""

    single_ms: tuple[float, ...]
    loaded_ms: tuple[float, ...]
    per_second: float
    worker_ms: float
    """CPU of the worker process per case, under load."""
    server_ms: float
    """CPU of the Temporal server per case, under load."""
    client_ms: float
    history: History


class Player:
    """Plays cases of one variant."""

    def __init__(
        self, client: Client, running: WorkerProcess, workflow_type: str, program_hash: str
    ) -> None:
        self.client = client
        self.running = running
        self.workflow_type = workflow_type
        self.program_hash = program_hash
        self.last_id = ""

    async def play(self) -> float:
        """Play one case to its end; returns how many ms it took."""
        case_id = f"bench-{uuid4().hex}"
        bell = self.running.bell(case_id)
        begin = time.perf_counter()
        async with asyncio.timeout(CASE_SECONDS):
            handle = await self.client.start_workflow(
                self.workflow_type,
                self._input(case_id),
                id=case_id,
                task_queue=self.running.queue,
                result_type=CaseResult,
                search_attributes=_SEARCH,
                static_summary=PROCESS,
            )
            opened = await bell
            act = TaskAct(
                request_id=f"{case_id}-1",
                act="complete",
                task_key=opened.key,
                actor="op-3",
                outcome="approve",
                comment="同意",
                content_hash=opened.content_hash,
            )
            await handle.execute_update(
                COMPLETE_TASK, act, result_type=TaskReceipt, id=f"{case_id}-1"
            )
            result: CaseResult = await handle.result()
        taken = (time.perf_counter() - begin) * 1000
        if result.outcome != "completed" or "survey" not in result.variables:
            raise AssertionError(f"Expected {case_id} to complete, but {result.outcome}")
        self.last_id = case_id
        return taken

    def _input(self, case_id: str) -> CaseInput:
        return CaseInput(
            case_id=case_id,
            process_id=PROCESS,
            version=1,
            program_hash=self.program_hash,
            variables=dict(START),
            started_by="op-1",
        )

    async def many(self, count: int) -> list[float]:
        """Play cases with ``IN_FLIGHT`` under way at any time."""
        left = itertools.repeat(None, count)

        async def lane() -> list[float]:
            return [await self.play() for _ in left]

        lanes = await asyncio.gather(*(lane() for _ in range(min(IN_FLIGHT, count))))
        return list(itertools.chain.from_iterable(lanes))

    async def history(self) -> History:
        """Read what the last case left."""
        handle = self.client.get_workflow_handle(self.last_id)
        events = [event async for event in handle.fetch_history_events()]
        kinds = Counter(
            EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in events
        )
        flushes = sum(
            b"journal.flush" in event.SerializeToString()
            for event in events
            if event.HasField("marker_recorded_event_attributes")
        )
        return History(
            events=len(events),
            size=sum(event.ByteSize() for event in events),
            kinds=dict(sorted(kinds.items())),
            markers=kinds["MARKER_RECORDED"],
            flushes=flushes,
        )


async def play_block(player: Player, server: Server, counts: Counts) -> Block:
    """Play one at a time, play many, and read a history."""
    single = [await player.play() for _ in range(counts.single)]
    pids = (player.running.pid, server.pid)
    before, own = [cpu_seconds(pid) for pid in pids], time.process_time()
    begin = time.perf_counter()
    loaded = await player.many(counts.load)
    wall = time.perf_counter() - begin
    used = [cpu_seconds(pid) - then for pid, then in zip(pids, before, strict=True)]
    client = time.process_time() - own
    return Block(
        single_ms=tuple(single),
        loaded_ms=tuple(loaded),
        per_second=counts.load / wall,
        worker_ms=used[0] / counts.load * 1000,
        server_ms=used[1] / counts.load * 1000,
        client_ms=client / counts.load * 1000,
        history=await player.history(),
    )

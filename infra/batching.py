"""The desk that works batches off, and how a batch's workflow is begun and steered."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from infra.case_orders import CaseAway, CaseOrders, CaseRefuses
from infra.db.operations.batches import Batch, Item, answered
from infra.db.unit_of_work import Database
from workflows.contracts.batch import (
    BATCH_WORKFLOW,
    STEER_BATCH,
    BatchChunk,
    BatchCounts,
    BatchInput,
    BatchMark,
    SteerOrder,
    SteerReceipt,
)

AT_A_TIME: Final = 8
MOST_ATTEMPTS: Final = 5
"""At a case that cannot be reached; it must not hold up the others for ever."""
RPC_TIMEOUT: Final = timedelta(seconds=10)
UNREACHABLE: Final = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchWork:
    """Does what the workflow of a batch asks for."""

    client: Client
    database: Database
    now: Callable[[], datetime]

    async def select(self, batch_id: str) -> BatchCounts:
        """Write down which cases are meant, once."""
        async with self.database.work() as books:
            await books.batches.select(_there(await books.batches.get(batch_id)), self.now())
            return await books.batches.counts(batch_id)

    async def run(self, chunk: BatchChunk) -> BatchCounts:
        """Do the next ones that are not done yet, each answer written down by itself."""
        async with self.database.reading() as room:
            batch = _there(await room.batches.get(chunk.batch_id))
            items = await room.batches.pending(chunk.batch_id, chunk.size)
        orders = CaseOrders(client=self.client, database=self.database, now=self.now)
        turns = asyncio.Semaphore(AT_A_TIME)
        async with asyncio.TaskGroup() as group:
            for item in items:
                group.create_task(self._one(turns, orders, batch, item))
        async with self.database.reading() as room:
            return await room.batches.counts(chunk.batch_id)

    async def mark(self, mark: BatchMark) -> None:
        """Write down in which state a batch is."""
        async with self.database.work() as books:
            await books.batches.mark(mark, self.now())

    async def _one(
        self, turns: asyncio.Semaphore, orders: CaseOrders, batch: Batch, item: Item
    ) -> None:
        async with turns:
            settled = await self._settled(orders, batch, item)
            async with self.database.work() as books:
                await books.batches.settle([settled])

    async def _settled(self, orders: CaseOrders, batch: Batch, item: Item) -> Item:
        try:
            remark = await orders.carry_out(batch, item)
        except CaseRefuses as refusal:
            return answered(item, self.now(), refusal.code, refusal.detail)
        except CaseAway as away:
            if item.attempts + 1 >= MOST_ATTEMPTS:
                return answered(item, self.now(), UNREACHABLE, str(away))
            return replace(item, attempts=item.attempts + 1)
        return answered(item, self.now(), detail=remark)


def _there(batch: Batch | None) -> Batch:
    if batch is None:
        raise LookupError("Expected the batch to be there, but it is not")
    return batch


async def begin(client: Client, task_queue: str, batch: Batch) -> None:
    """Begin the workflow of a batch under the batch's id; beginning twice is beginning once."""
    given = BatchInput(batch_id=batch.id, rate=batch.rate, failure_share=batch.failure_share)
    try:
        await client.start_workflow(
            BATCH_WORKFLOW,
            given,
            id=batch.id,
            task_queue=task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=f"{batch.act['do']} on many cases",
            rpc_timeout=RPC_TIMEOUT,
        )
    except WorkflowAlreadyStartedError:
        return


async def steer(client: Client, batch_id: str, order: SteerOrder) -> SteerReceipt:
    """Pause, resume or cancel a batch."""
    handle = client.get_workflow_handle(batch_id)
    receipt: SteerReceipt = await handle.execute_update(
        STEER_BATCH,
        order,
        id=order.request_id,
        result_type=SteerReceipt,
        rpc_timeout=RPC_TIMEOUT,
    )
    return receipt

"""``batch.select``, ``batch.run``, ``batch.mark``: the desk that works a batch off."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from temporalio import activity

from activities.once import guarded
from workflows.contracts.batch import (
    BATCH_MARK,
    BATCH_RUN,
    BATCH_SELECT,
    BatchChunk,
    BatchCounts,
    BatchMark,
)

BEAT_SECONDS = 3.0


class BatchDesk(Protocol):
    """Does what operations order, case by case; whatever it does may be done again."""

    async def select(self, batch_id: str) -> BatchCounts:
        """Write down which cases are meant, once."""
        ...

    async def run(self, chunk: BatchChunk) -> BatchCounts:
        """Do the next ones that are not done yet."""
        ...

    async def mark(self, mark: BatchMark) -> None:
        """Write down in which state a batch is."""
        ...


def build_batches(desk: BatchDesk) -> list[Callable[..., Any]]:
    """Build the activities of a batch."""

    @activity.defn(name=BATCH_SELECT)
    async def select(batch_id: str) -> BatchCounts:
        found: BatchCounts = await guarded(BATCH_SELECT, lambda: desk.select(batch_id))
        return found

    @activity.defn(name=BATCH_RUN)
    async def run(chunk: BatchChunk) -> BatchCounts:
        beating = asyncio.create_task(_beat())
        try:
            done: BatchCounts = await guarded(BATCH_RUN, lambda: desk.run(chunk))
            return done
        finally:
            beating.cancel()

    @activity.defn(name=BATCH_MARK)
    async def mark(told: BatchMark) -> None:
        await guarded(BATCH_MARK, lambda: desk.mark(told))

    return [select, run, mark]


async def _beat() -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(BEAT_SECONDS)

"""Retention: answers to keys and ids of messages are forgotten after their time, batch by batch."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from infra.db.unit_of_work import Database

PERIOD: Final = timedelta(hours=1)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """One broom; several side by side do no harm."""

    database: Database
    keep: timedelta
    clock_offset: timedelta = timedelta()

    async def run(self) -> None:
        """Sweep every hour until cancelled; a round that fails is followed by the next."""
        while True:
            try:
                await self.round()
            except Exception as error:  # noqa: BLE001 - a process's entry: any machine may be away
                logger.warning("retention: %s", type(error).__name__)
            await asyncio.sleep(PERIOD.total_seconds())

    async def round(self) -> None:
        """Forget everything that is old by now; between two batches others may write."""
        before = datetime.now(UTC) + self.clock_offset - self.keep
        while True:
            async with self.database.work() as books:
                forgotten = await books.retention.forget(before)
            if forgotten.was_all:
                return

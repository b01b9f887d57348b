"""Retention: answers to keys and ids of messages are forgotten after their time, batch by batch."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from infra.db.unit_of_work import Database
from workers.rounds import repeat

PERIOD: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """One broom; several side by side do no harm."""

    database: Database
    keep: timedelta
    clock_offset: timedelta = timedelta()

    async def run(self) -> None:
        """Sweep every hour until cancelled; a round that fails is followed by the next."""
        await repeat("retention", self.round, PERIOD)

    async def round(self) -> None:
        """Forget everything that is old by now; between two batches others may write."""
        before = datetime.now(UTC) + self.clock_offset - self.keep
        while True:
            async with self.database.work() as books:
                forgotten = await books.retention.forget(before)
            if forgotten.was_all:
                return

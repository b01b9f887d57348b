"""The sign of life: as long as a worker process works, the database says so."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from infra.db.unit_of_work import Database
from workers.rounds import repeat

PERIOD: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOfLife:
    """One worker process's; several write the same row."""

    database: Database
    task_queue: str
    clock_offset: timedelta = timedelta()

    async def run(self) -> None:
        """Show that the process lives until cancelled; one sign that fails is followed by more."""
        await repeat("sign of life", self.show, PERIOD)

    async def show(self) -> None:
        """Show it once."""
        async with self.database.work() as books:
            await books.attendance.show(self.task_queue, datetime.now(UTC) + self.clock_offset)

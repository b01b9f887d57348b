"""Limits to tell of a breach: the privacy desk hears of four fifths, and of the end, once each."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from infra.db.unit_of_work import Database, UnitOfWork
from workers.rounds import repeat
from workflows.domain.breach import DESK, DUTY_RULES, Breach, Duty, reached
from workflows.domain.ids import derive
from workflows.domain.notice import BREACHES, NOBODY_ABOVE, StaffNotice

PERIOD: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachNotices:
    """One task of a worker process; several side by side tell nobody twice."""

    database: Database
    clock_offset: timedelta = timedelta()

    async def run(self) -> None:
        """Tell until cancelled; a round that fails is followed by the next."""
        await repeat("breach notices", self.round, PERIOD)

    async def round(self) -> None:
        """Tell of every mark that has come of a duty that nobody has fulfilled."""
        now = datetime.now(UTC) + self.clock_offset
        async with self.database.reading() as room:
            waiting = await room.breaches.owing()
        for breach in waiting:
            async with self.database.work() as books:
                await books.hold(BREACHES)
                for duty in DUTY_RULES:
                    await _tell(books, breach, duty, now)


async def _tell(books: UnitOfWork, breach: Breach, duty: Duty, now: datetime) -> None:
    mark = reached(breach, duty, await books.breaches.steps(breach.id), now)
    notice_id = derive("SN", breach.id, duty, str(mark))
    if mark is None or await books.notices.is_told(notice_id):
        return
    await books.notices.tell(
        StaffNotice(
            id=notice_id,
            code=f"BREACH_{duty}_{mark}",
            case_id=BREACHES,
            instance_id=breach.id,
            key=0,
            about=breach.id,
            unit=DESK,
            above_level=NOBODY_ABOVE,
            at=now,
        )
    )

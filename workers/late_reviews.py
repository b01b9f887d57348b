"""Emergency grants not reviewed the next day: told once to those above, auditors, admins."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from infra.db.unit_of_work import Database, UnitOfWork
from workers.rounds import repeat
from workflows.domain.certificates import read_above
from workflows.domain.emergency import EmergencyGrant
from workflows.domain.ids import derive
from workflows.domain.notice import REGISTRY, StaffNotice

PERIOD: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class LateReviews:
    """One task of a worker process; several side by side tell nobody twice."""

    database: Database
    zone: ZoneInfo
    clock_offset: timedelta = timedelta()

    async def run(self) -> None:
        """Tell until cancelled; a round that fails is followed by the next."""
        await repeat("late reviews", self.round, PERIOD)

    async def round(self) -> None:
        """Tell of every grant whose day of review has passed."""
        now = datetime.now(UTC) + self.clock_offset
        today = now.astimezone(self.zone).date()
        async with self.database.reading() as room:
            waiting = await room.emergencies.unreviewed()
        for grant in waiting:
            if grant.review_due_on < today:
                async with self.database.work() as books:
                    await _tell(books, grant, now)


async def _tell(books: UnitOfWork, grant: EmergencyGrant, now: datetime) -> None:
    await books.hold(REGISTRY)
    notice_id = derive("SN", grant.id, "late")
    raised = await books.operators.get(grant.given_to)
    if raised is None or await books.notices.is_told(notice_id):
        return
    await books.notices.tell(
        StaffNotice(
            id=notice_id,
            code="EMERGENCY_UNREVIEWED",
            case_id=REGISTRY,
            instance_id=grant.id,
            key=0,
            about=raised.id,
            unit=raised.unit,
            above_level=read_above(raised),
            at=now,
        )
    )

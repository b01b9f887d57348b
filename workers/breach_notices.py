"""Limits to tell of a breach: the privacy desk hears of four fifths, and of the end, once each.

By notice, and by mail to everybody at the desk: who is mailed is written down first, and mailed
under the id of what was written, so that a mail sent again is known to be the same.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from infra.db.operations.breach_mails import BreachMail, BreachMailToSend
from infra.db.unit_of_work import Database, UnitOfWork
from workers.mailing import Mailer, hand_over
from workers.rounds import repeat
from workflows.domain.breach import DESK, DUTY_RULES, Breach, Duty, reached
from workflows.domain.ids import derive
from workflows.domain.notice import BREACHES, NOBODY_ABOVE, StaffNotice
from workflows.domain.records import Mail

PERIOD: Final = timedelta(minutes=10)
AT_A_TIME: Final = 100
_WHOM: Final[dict[Duty, tuple[str, str]]] = {
    "AUTHORITY": ("监管部门", "the authority"),
    "SUBJECTS": ("个人", "the persons"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachNotices:
    """One task of a worker process; several side by side tell nobody twice."""

    database: Database
    mailer: Mailer
    zone: ZoneInfo
    clock_offset: timedelta = timedelta()

    async def run(self) -> None:
        """Tell until cancelled; a round that fails is followed by the next."""
        await repeat("breach notices", self.round, PERIOD)

    async def round(self) -> None:
        """Tell of every mark that has come of a duty that nobody has fulfilled, then mail it."""
        now = datetime.now(UTC) + self.clock_offset
        async with self.database.reading() as room:
            waiting = await room.breaches.owing()
        for breach in waiting:
            async with self.database.work() as books:
                await books.hold(BREACHES)
                for duty in DUTY_RULES:
                    await _tell(books, breach, duty, now)
        async with self.database.reading() as room:
            mails = await room.breach_mails.to_send(AT_A_TIME)
        for mail in mails:
            state, receipt = await hand_over(self.mailer, self._worded(mail))
            async with self.database.work() as books:
                await books.breach_mails.sent(mail.mail.id, state, receipt)

    def _worded(self, told: BreachMailToSend) -> Mail:
        """Write by number only: what happened is read in the register, by who may read it."""
        mail, due = told.mail, told.due_at.astimezone(self.zone)
        chinese, english = _WHOM[mail.duty]
        return Mail(
            message_id=mail.id.lower(),
            to=told.to,
            subject=f"{mail.breach_id}: telling {english} used up to {mail.mark} %",
            body=(
                f"事件 {mail.breach_id}：告知{chinese}的时限已用 {mail.mark}%，"
                f"截止 {due:%Y-%m-%d %H:%M}，尚无告知记录。\n\n"
                f"Breach {mail.breach_id}: the limit to tell {english} is used up to {mail.mark} %;"
                f" it ends {due:%Y-%m-%d %H:%M} and nobody has been told.\n"
            ),
        )


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
    desk = [
        each
        for each in await books.limit_alarms.operators()
        if each.status == "ACTIVE" and DESK in each.groups
    ]
    await books.breach_mails.tell(
        [
            BreachMail(
                id=derive("BM", breach.id, duty, str(mark), each.id),
                breach_id=breach.id,
                duty=duty,
                mark=mark,
                told_to=each.id,
                told_at=now,
            )
            for each in desk
        ]
    )

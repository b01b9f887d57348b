"""Reminders of certificates that run out: 60, 30 and 7 days before, to the holder and the lead.

Who is told is written down first, with the notice that both read; then it is mailed under the id of
what was written, so that a mail sent again is known to be the same.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from infra.db.book.certificate_reminders import Ending, Reminder, ReminderMail
from infra.db.unit_of_work import Database, UnitOfWork
from workers.mailing import Mailer, hand_over
from workers.rounds import repeat
from workflows.domain.certificates import leads_of, read_above
from workflows.domain.ids import derive
from workflows.domain.notice import REGISTRY, StaffNotice
from workflows.domain.records import Mail

PERIOD: Final = timedelta(minutes=10)
AT_A_TIME: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateReminders:
    """One task of a worker process; several side by side remind nobody twice."""

    database: Database
    mailer: Mailer
    zone: ZoneInfo
    clock_offset: timedelta = timedelta()

    async def run(self) -> None:
        """Remind until cancelled; a round that fails is followed by the next."""
        await repeat("certificate reminders", self.round, PERIOD)

    async def round(self) -> bool:
        """Tell of every mark that has come, then mail it; True: there is more to do at once."""
        now = datetime.now(UTC) + self.clock_offset
        async with self.database.reading() as room:
            ending = await room.certificate_reminders.ending(now)
        for each in ending:
            async with self.database.work() as books:
                await _tell(books, each, now)
        async with self.database.reading() as room:
            mails = await room.certificate_reminders.to_send(AT_A_TIME)
        for mail in mails:
            state, receipt = await hand_over(self.mailer, self._worded(mail))
            async with self.database.work() as books:
                await books.certificate_reminders.sent(mail.reminder.id, state, receipt)
        return len(mails) == AT_A_TIME

    def _worded(self, mail: ReminderMail) -> Mail:
        ends = mail.valid_to.astimezone(self.zone)
        return Mail(
            message_id=mail.reminder.id.lower(),
            to=mail.to,
            subject=f"{mail.holder}: {mail.type} ends {ends:%Y-%m-%d}",
            body=(
                f"{mail.holder} 的资格 {mail.type} 将于 {ends:%Y-%m-%d %H:%M} 到期；"
                "到期后不能领取或完成涉及款项的任务，手中此类任务将退回；其他任务宽限七日。\n\n"
                f"The certificate {mail.type} of {mail.holder} ends {ends:%Y-%m-%d %H:%M}. After"
                " that no task of an item that moves money can be claimed or completed, and such"
                " tasks in hand go back; others have seven days of grace.\n"
            ),
        )


async def _tell(books: UnitOfWork, ending: Ending, now: datetime) -> None:
    await books.hold(REGISTRY)
    operators = await books.limit_alarms.operators()
    holder = next(each for each in operators if each.id == ending.holder)
    told = [
        Reminder(
            id=derive("CR", ending.certificate_id, str(ending.mark), each.id),
            certificate_id=ending.certificate_id,
            mark=ending.mark,
            told_to=each.id,
            told_at=now,
        )
        for each in (holder, *leads_of(holder, operators))
    ]
    if not await books.certificate_reminders.tell(told):
        return
    await books.notices.tell(
        StaffNotice(
            id=derive("SN", ending.certificate_id, str(ending.mark)),
            code=f"CERTIFICATE_ENDS_{ending.mark}",
            case_id=REGISTRY,
            instance_id=ending.certificate_id,
            key=0,
            about=holder.id,
            unit=holder.unit,
            above_level=read_above(holder),
            at=now,
        )
    )

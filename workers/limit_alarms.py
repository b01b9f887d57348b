"""Time limits told to the chain above a case: each mark once to each person, by mail and notice.

What is told is written down first, with the breach where one has come; then it is mailed under the
id of what was written, so that a mail sent again is known to be the same.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from infra.db.casework.limit_alarms import AlarmMail, LimitAlarm, Watched
from infra.db.unit_of_work import Database, UnitOfWork
from workers.mailing import Mailer, hand_over
from workers.rounds import repeat
from workflows.domain import escalation, findings
from workflows.domain.ids import derive
from workflows.domain.notice import StaffNotice
from workflows.domain.records import Mail

PERIOD: Final = timedelta(seconds=10)
AT_A_TIME: Final = 100
_ABOVE: Final = {escalation.HALF: 0, escalation.WARNED: 2, escalation.OVER: 3}
"""Level above which the notice is read, by mark."""
_FOR_DIRECTORS: Final = 4
_NO_BREACH_BY_TIME: Final = frozenset({"K-ORP", "K-ONE"})
"""Rules whose models name the breach otherwise, or that may turn out to be owed by nobody: where
nothing is missing there is nothing to tell of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitAlarms:
    """One task of a worker process; several side by side tell nobody twice."""

    database: Database
    mailer: Mailer
    zone: ZoneInfo
    clock_offset: timedelta = timedelta()

    async def run(self) -> None:
        """Tell until cancelled; a round that fails is followed by the next."""
        await repeat("limit alarms", self.round, PERIOD)

    async def round(self) -> bool:
        """Tell of every mark that has come, then mail it; True: there is more to do at once."""
        now = datetime.now(UTC) + self.clock_offset
        async with self.database.reading() as room:
            due = await room.limit_alarms.due(now, AT_A_TIME)
        for case_id, rule_id in due:
            async with self.database.work() as books:
                await self._tell(books, case_id, rule_id, now)
        async with self.database.reading() as room:
            mails = await room.limit_alarms.to_send(AT_A_TIME)
        for mail in mails:
            await self._mail(mail)
        return len(due) == AT_A_TIME

    async def _tell(self, books: UnitOfWork, case_id: str, rule_id: str, now: datetime) -> None:
        await books.hold(case_id)
        watched = await books.limit_alarms.watched(case_id, rule_id)
        if watched is None:
            return
        law = await books.packs.of_case(case_id)
        calendar = await books.calendars.load(law.pack.calendar)
        mark, next_at = escalation.reached(watched.clock.deadline, now, calendar)
        people = escalation.chain(
            mark, watched.unit, watched.owners, await books.limit_alarms.operators()
        )
        if not mark or not people:
            await books.limit_alarms.look_again(case_id, rule_id, next_at)
            return
        told = [
            LimitAlarm(
                id=derive("LA", case_id, rule_id, str(mark), each.operator.id),
                case_id=case_id,
                rule_id=rule_id,
                mark=mark,
                rung=each.rung,
                operator_id=each.operator.id,
                told_at=now,
            )
            for each in people
        ]
        if await books.limit_alarms.tell(told, next_at):
            await _note(books, watched, mark, now)

    async def _mail(self, mail: AlarmMail) -> None:
        """Mail it; a mail system that is away is tried again in the next round."""
        state, receipt = await hand_over(self.mailer, self._worded(mail))
        async with self.database.work() as books:
            await books.limit_alarms.sent(mail.alarm.id, state, receipt)

    def _worded(self, mail: AlarmMail) -> Mail:
        alarm, due = mail.alarm, mail.due_at.astimezone(self.zone)
        chinese, english = _said(alarm.mark)
        return Mail(
            message_id=alarm.id.lower(),
            to=mail.to,
            subject=f"{alarm.case_id}: {alarm.rule_id} {english}",
            body=(
                f"时限 {alarm.rule_id} {chinese}（{mail.item}，{mail.status}），"
                f"截止 {due:%Y-%m-%d %H:%M}。\n\n"
                f"Limit {alarm.rule_id} is {english} ({mail.item}, {mail.status}); it ends"
                f" {due:%Y-%m-%d %H:%M}.\n"
            ),
        )


def _said(mark: int) -> tuple[str, str]:
    if mark < escalation.OVER:
        return f"已用 {mark}%", f"used up to {mark} %"
    days = mark - escalation.OVER
    late = f"{days} working day{'s' if days > 1 else ''} ago"
    return ("已超时", "over") if not days else (f"已超时 {days} 个工作日", f"over since {late}")


async def _note(books: UnitOfWork, watched: Watched, mark: int, now: datetime) -> None:
    """The notice that those above read, and the breach where nobody has written it down yet."""
    clock, rule = watched.clock, watched.clock.deadline.rule_id
    await books.notices.tell(
        StaffNotice(
            id=derive("SN", clock.case_id, rule, str(mark)),
            code=f"{rule}_{mark}",
            case_id=clock.case_id,
            instance_id=clock.case_id,
            key=0,
            about=", ".join(watched.owners or watched.tasks)[:120],
            unit=watched.unit,
            above_level=_ABOVE.get(mark, _FOR_DIRECTORS),
            at=now,
        )
    )
    if mark < escalation.OVER or rule in _NO_BREACH_BY_TIME:
        return
    breach = findings.missed(clock.case_id, rule, now)
    known = await books.anomalies.of_case(clock.case_id)
    if all(each.reason != breach.reason for each in known):
        await books.anomaly_desk.report(breach, by="system")

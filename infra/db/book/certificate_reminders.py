"""Who was reminded of certificates that run out: once at each mark, whoever looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import people
from infra.db.tables.certificate_reminders import certificate_reminders as _reminders
from workflows.domain.certificates import MARKS, reached

_held = people.qualifications
_operators = people.operators


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A certificate whose next mark has come."""

    certificate_id: str
    type: str
    holder: str
    valid_to: datetime
    mark: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A mark of a certificate, told to one person."""

    id: str
    certificate_id: str
    mark: int
    told_to: str
    told_at: datetime
    state: Literal["TO_SEND", "SENT", "REFUSED", "NO_ADDRESS"] = "TO_SEND"
    receipt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderMail:
    """A reminder to be mailed."""

    reminder: Reminder
    to: str
    holder: str
    type: str
    valid_to: datetime


class CertificateReminderTable:
    """Reminders of certificates that run out."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def ending(self, at: datetime) -> tuple[Ending, ...]:
        """Certificates of those at work whose mark has come and that nobody was told of yet.

        A certificate that another one of the same kind outlasts is not missed when it ends.
        """
        later = _held.alias("later")
        outlasted = exists().where(
            later.c.operator_id == _held.c.operator_id,
            later.c.type == _held.c.type,
            later.c.revoked_at.is_(None),
            later.c.valid_from <= _held.c.valid_to,
            later.c.valid_to > _held.c.valid_to,
        )
        query = (
            select(_held.c.id, _held.c.type, _held.c.operator_id, _held.c.valid_to)
            .join(_operators, _operators.c.id == _held.c.operator_id)
            .where(
                _operators.c.status == "ACTIVE",
                _held.c.revoked_at.is_(None),
                _held.c.valid_from <= at,
                _held.c.valid_to > at,
                _held.c.valid_to <= at + timedelta(days=max(MARKS)),
                ~outlasted,
            )
            .order_by(_held.c.valid_to, _held.c.id)
        )
        rows = list(await self._connection.execute(query))
        known = await self._told([row.id for row in rows])
        return tuple(
            Ending(
                certificate_id=row.id,
                type=row.type,
                holder=row.operator_id,
                valid_to=row.valid_to,
                mark=mark,
            )
            for row in rows
            if (mark := reached(row.valid_to, at)) is not None and (row.id, mark) not in known
        )

    async def _told(self, certificate_ids: Sequence[str]) -> set[tuple[str, int]]:
        query = select(_reminders.c.certificate_id, _reminders.c.mark).where(
            _reminders.c.certificate_id.in_(certificate_ids)
        )
        return {(row[0], row[1]) for row in await self._connection.execute(query)}

    async def tell(self, told: Sequence[Reminder]) -> bool:
        """Write down who is told; False: somebody was faster."""
        first = told[0]
        if (first.certificate_id, first.mark) in await self._told([first.certificate_id]):
            return False
        await self._connection.execute(insert(_reminders), [to_row(each) for each in told])
        return True

    async def to_send(self, limit: int) -> tuple[ReminderMail, ...]:
        """What is written down and not mailed yet, the oldest first."""
        query = (
            select(_reminders, _operators.c.mail, _held.c.operator_id, _held.c.type)
            .add_columns(_held.c.valid_to)
            .join(_operators, _operators.c.id == _reminders.c.told_to)
            .join(_held, _held.c.id == _reminders.c.certificate_id)
            .where(_reminders.c.state == "TO_SEND")
            .order_by(_reminders.c.told_at, _reminders.c.id)
            .limit(limit)
        )
        return tuple(
            ReminderMail(
                reminder=to_noun(Reminder, row),
                to=row.mail or "",
                holder=row.operator_id,
                type=row.type,
                valid_to=row.valid_to,
            )
            for row in await self._connection.execute(query)
        )

    async def sent(self, reminder_id: str, state: str, receipt: str = "") -> None:
        """What became of the mail."""
        await self._connection.execute(
            update(_reminders)
            .where(_reminders.c.id == reminder_id)
            .values(state=state, receipt=receipt[:200] or None)
        )

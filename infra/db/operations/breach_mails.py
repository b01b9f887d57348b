"""Mails to the privacy desk about limits to tell of a breach: once to each, whoever looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import people
from infra.db.tables.breaches import breach_mails, breaches
from workflows.domain.breach import Duty

_operators = people.operators


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachMail:
    """A mark of a limit to tell of a breach, told to one person of the desk."""

    id: str
    breach_id: str
    duty: Duty
    mark: int
    told_to: str
    told_at: datetime
    state: Literal["TO_SEND", "SENT", "REFUSED", "NO_ADDRESS"] = "TO_SEND"
    receipt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachMailToSend:
    """A mail about a limit, with where it goes and when the limit ends."""

    mail: BreachMail
    to: str
    due_at: datetime


class BreachMailTable:
    """Mails about breaches."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def tell(self, told: Sequence[BreachMail]) -> None:
        """Write down who is to be mailed."""
        if told:
            await self._connection.execute(insert(breach_mails), [to_row(each) for each in told])

    async def to_send(self, limit: int) -> tuple[BreachMailToSend, ...]:
        """What is written down and not mailed yet, the oldest first."""
        query = (
            select(breach_mails, _operators.c.mail)
            .add_columns(breaches.c.authority_due_at, breaches.c.subjects_due_at)
            .join(_operators, _operators.c.id == breach_mails.c.told_to)
            .join(breaches, breaches.c.id == breach_mails.c.breach_id)
            .where(breach_mails.c.state == "TO_SEND")
            .order_by(breach_mails.c.told_at, breach_mails.c.id)
            .limit(limit)
        )
        return tuple(
            BreachMailToSend(
                mail=to_noun(BreachMail, row),
                to=row.mail or "",
                due_at=row.authority_due_at if row.duty == "AUTHORITY" else row.subjects_due_at,
            )
            for row in await self._connection.execute(query)
        )

    async def sent(self, mail_id: str, state: str, receipt: str = "") -> None:
        """What became of the mail."""
        await self._connection.execute(
            update(breach_mails)
            .where(breach_mails.c.id == mail_id)
            .values(state=state, receipt=receipt[:200] or None)
        )

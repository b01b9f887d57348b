"""Letters that complaints owe: written down with the decision, sent by the workers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import feedback

_letters = feedback.complaint_letters


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintLetter:
    """A letter to whom the complaint came from."""

    id: str
    complaint_id: str
    case_id: str
    template: str
    facts: Mapping[str, Any] = field(repr=False)
    asked_at: datetime
    sent_at: datetime | None = None


class ComplaintLetterTable:
    """What was asked to be sent, and what was."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def owe(self, letter: ComplaintLetter) -> None:
        """Write down that a letter is to be sent."""
        await self._connection.execute(insert(_letters), to_row(letter))

    async def owed(self, limit: int) -> tuple[ComplaintLetter, ...]:
        """Letters that nobody has sent yet, the oldest first."""
        query = (
            select(_letters)
            .where(_letters.c.sent_at.is_(None))
            .order_by(_letters.c.asked_at, _letters.c.id)
            .limit(limit)
        )
        return tuple(to_noun(ComplaintLetter, row) for row in await self._connection.execute(query))

    async def sent(self, letter_id: str, at: datetime) -> None:
        """It went out."""
        await self._connection.execute(
            update(_letters).where(_letters.c.id == letter_id).values(sent_at=at)
        )

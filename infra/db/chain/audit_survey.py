"""All audit chains at once: their heads, and every stream that anything belongs to."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.vouching import LEDGER_STREAM
from infra.db.tables import cases, money, trail
from workflows.domain.anchors import Head

_heads = trail.audit_heads
_PAGE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailState:
    """How far all chains have come: enough to tell that something happened."""

    records: int
    closed: datetime | None
    """When a case ended last."""


class AuditSurvey:
    """Looks over all chains."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def heads(self) -> AsyncIterator[Head]:
        """Every head, by stream; in pages, so that a process does other things in between."""
        after = ""
        while True:
            query = (
                select(_heads.c.stream, _heads.c.seq, _heads.c.hash)
                .where(_heads.c.stream > after)
                .order_by(_heads.c.stream)
                .limit(_PAGE)
            )
            rows = (await self._connection.execute(query)).all()
            for row in rows:
                yield Head(stream=row.stream, seq=row.seq, hash=row.hash)
            if len(rows) < _PAGE:
                return
            after = rows[-1].stream

    async def state(self) -> TrailState:
        """How many records the heads speak of, and when a case ended last."""
        records = select(func.coalesce(func.sum(_heads.c.seq), 0)).scalar_subquery()
        closed = select(func.max(cases.cases.c.finished_at)).scalar_subquery()
        row = (await self._connection.execute(select(records, closed))).one()
        return TrailState(records=int(row[0]), closed=row[1])

    async def streams(self) -> tuple[str, ...]:
        """Every stream with a record, a head, or anything a chain should vouch for."""
        journals, entries = money.ledger_journals, money.ledger_entries
        sources: list[Select[Any]] = [
            select(trail.audit.c.stream.label("stream")),
            select(_heads.c.stream),
            select(trail.journal.c.case_id),
            select(trail.effects.c.case_id),
            select(trail.human_task_deeds.c.case_id),
            select(cases.verifications.c.case_id),
            select(func.coalesce(journals.c.case_id, literal(LEDGER_STREAM))),
            select(literal(LEDGER_STREAM))
            .select_from(entries)
            .outerjoin(journals, journals.c.id == entries.c.journal_id)
            .where(journals.c.id.is_(None)),
        ]
        found = await self._connection.execute(union(*sources))
        return tuple(sorted(str(row[0]) for row in found))

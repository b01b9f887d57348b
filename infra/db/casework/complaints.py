"""Complaints, and the recoveries that bad answers owe: kept until somebody has dealt with them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from sqlalchemy import insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.locking import to_change
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import cases, feedback
from infra.db.tables.columns import Instant
from workflows.domain.audit import Change
from workflows.domain.complaint import Complaint
from workflows.domain.feedback import Recovery

_complaints, _recoveries = feedback.complaints, cases.recoveries
Place = tuple[datetime, str]
"""Where a page goes on: an instant and an id."""


Act = Literal["decide", "extend", "ask-review", "review"]


class ComplaintTable:
    """Complaints about cases."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def register(self, complaint: Complaint) -> None:
        """Write down a complaint; its record stands in the chain of its case."""
        await self._connection.execute(insert(_complaints), to_row(complaint))
        detail = {"cause": complaint.cause, "channel": complaint.channel, "due": complaint.due_on}
        await self._audit.append(
            _change(complaint, "register", complaint.registered_by, complaint.received_at, detail)
        )

    async def get(self, complaint_id: str) -> Complaint | None:
        """A complaint by id; nobody else decides it until the transaction ends."""
        query = select(_complaints).where(_complaints.c.id == complaint_id)
        row = (await self._connection.execute(to_change(self._connection, query))).first()
        return None if row is None else to_noun(Complaint, row)

    async def list(
        self, *, decided: bool, after: Place | None, limit: int
    ) -> tuple[Complaint, ...]:
        """A page of complaints, those that are due first at the head."""
        key = (_complaints.c.due_at, _complaints.c.id)
        query = select(_complaints).order_by(*key).limit(limit)
        if not decided:
            query = query.where(_complaints.c.decided_at.is_(None))
        if after is not None:
            query = query.where(tuple_(*key) > tuple_(literal(after[0], Instant), after[1]))
        return tuple(to_noun(Complaint, row) for row in await self._connection.execute(query))

    async def change(
        self, complaint: Complaint, act: Act, by: str, at: datetime, **detail: object
    ) -> Complaint:
        """Write a complaint as it is now; a record in the chain of its case says what was done."""
        await self._connection.execute(
            update(_complaints).where(_complaints.c.id == complaint.id).values(to_row(complaint))
        )
        await self._audit.append(_change(complaint, act, by, at, detail))
        return complaint


def _change(
    complaint: Complaint, act: str, by: str, at: datetime, detail: Mapping[str, object]
) -> Change:
    return Change(
        stream=complaint.case_id,
        action=f"complaint.{act}",
        actor=by,
        at=at,
        object_type="complaint",
        object_id=complaint.id,
        detail=dict(detail),
    )


class RecoveryTable:
    """Recoveries: dissatisfied customers to be called."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def get(self, recovery_id: str) -> Recovery | None:
        """A recovery by id; nobody else closes it until the transaction ends."""
        query = select(_recoveries).where(_recoveries.c.id == recovery_id)
        row = (await self._connection.execute(to_change(self._connection, query))).first()
        return None if row is None else to_noun(Recovery, row)

    async def list(
        self, *, closed: bool, after: tuple[date, str] | None, limit: int
    ) -> tuple[Recovery, ...]:
        """A page of recoveries, those that are due first at the head."""
        key = (_recoveries.c.due_on, _recoveries.c.id)
        query = select(_recoveries).order_by(*key).limit(limit)
        if not closed:
            query = query.where(_recoveries.c.closed_at.is_(None))
        if after is not None:
            query = query.where(tuple_(*key) > tuple_(literal(after[0]), literal(after[1])))
        return tuple(to_noun(Recovery, row) for row in await self._connection.execute(query))

    async def close(self, recovery: Recovery, *, by: str, reason: str, at: datetime) -> Recovery:
        """Somebody has talked with the customer; the words stay in its row."""
        await self._connection.execute(
            update(_recoveries)
            .where(_recoveries.c.id == recovery.id)
            .values(closed_at=at, outcome=reason)
        )
        await self._audit.append(
            Change(
                stream=recovery.case_id,
                action="recovery.close",
                actor=by,
                at=at,
                object_type="recovery",
                object_id=recovery.id,
                detail={"survey": recovery.survey_id},
            )
        )
        return replace(recovery, closed_at=at, outcome=reason)

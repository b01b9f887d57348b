"""The register of breaches: reported, dealt with step by step, closed; each act in its chain."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.locking import to_change
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables.breaches import breach_steps, breaches
from infra.db.tables.columns import Instant
from workflows.domain.audit import Change
from workflows.domain.breach import Breach, BreachStep
from workflows.domain.notice import BREACHES

STREAM: Final = BREACHES


class BreachTable:
    """Breaches and their steps."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def report(self, breach: Breach) -> None:
        """Write down a breach; the chain says what kind it is, not what was told of it."""
        row = {**to_row(breach), "data": list(breach.data)}
        await self._connection.execute(insert(breaches), row)
        detail = {
            "kind": breach.kind,
            "severity": breach.severity,
            "data": list(breach.data),
            "people": breach.people,
            "case": breach.case_id,
        }
        await self._tell(breach.id, "report", breach.reported_by, breach.reported_at, detail)

    async def get(self, breach_id: str) -> Breach | None:
        """A breach by id; nobody else changes it until the transaction ends."""
        query = select(breaches).where(breaches.c.id == breach_id)
        row = (await self._connection.execute(to_change(self._connection, query))).first()
        return None if row is None else to_noun(Breach, row)

    async def steps(self, breach_id: str) -> tuple[BreachStep, ...]:
        """What was done about a breach, in order."""
        query = (
            select(breach_steps)
            .where(breach_steps.c.breach_id == breach_id)
            .order_by(breach_steps.c.no)
        )
        return tuple(to_noun(BreachStep, row) for row in await self._connection.execute(query))

    async def owing(self) -> Sequence[Breach]:
        """Open breaches that the law says others have to be told of."""
        has_duty = breaches.c.authority_due_at.is_not(None) | breaches.c.subjects_due_at.is_not(
            None
        )
        query = select(breaches).where(breaches.c.closed_at.is_(None), has_duty)
        rows = await self._connection.execute(query.order_by(breaches.c.known_at, breaches.c.id))
        return tuple(to_noun(Breach, row) for row in rows)

    async def list(
        self, *, closed: bool, after: tuple[datetime, str] | None, limit: int
    ) -> tuple[Breach, ...]:
        """A page of breaches, those known longest at the head."""
        key = (breaches.c.known_at, breaches.c.id)
        query = select(breaches).order_by(*key).limit(limit)
        if not closed:
            query = query.where(breaches.c.closed_at.is_(None))
        if after is not None:
            query = query.where(tuple_(*key) > tuple_(literal(after[0], Instant), after[1]))
        return tuple(to_noun(Breach, row) for row in await self._connection.execute(query))

    async def take(self, step: BreachStep) -> None:
        """Write down what was done; with its last step a breach is closed."""
        await self._connection.execute(insert(breach_steps), to_row(step))
        if step.step == "CLOSED":
            of_breach = breaches.c.id == step.breach_id
            await self._connection.execute(
                update(breaches).where(of_breach).values(closed_at=step.at)
            )
        await self._tell(step.breach_id, step.step.lower(), step.by, step.at, {})

    async def _tell(
        self, breach_id: str, act: str, by: str, at: datetime, detail: Mapping[str, object]
    ) -> None:
        await self._audit.append(
            Change(
                stream=STREAM,
                action=f"breach.{act.replace('_', '-')}",
                actor=by,
                at=at,
                object_type="breach",
                object_id=breach_id,
                detail=dict(detail),
            )
        )

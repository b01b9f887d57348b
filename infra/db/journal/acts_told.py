"""What cases told when they came to rest, and what people did: what a lost turn may have taken.

A case tells the database before Temporal has its turn.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.journal.telling import as_told_now
from infra.db.tables import trail
from workflows.contracts.case import Cancellation
from workflows.contracts.human_task import TaskAct

_deeds = trail.human_task_deeds
_journal = trail.journal
_instances = trail.instances
_incidents = trail.incidents


class Place(NamedTuple):
    """A place in the journal of an instance."""

    generation: int
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resting:
    """Where an instance last told that it is."""

    instance_id: str
    place: Place
    at: datetime

    @property
    def seq(self) -> int:
        """The number of its last entry."""
        return self.place.seq


class ActsTold:
    """Where instances are, and acts of people, as they were told."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def resting(self, since: datetime, before: datetime) -> tuple[Resting, ...]:
        """Instances that have told nothing new in a while, the latest first.

        Of those that have ended here, only what Temporal still runs: the watchdog has found it.
        """
        still_runs = exists().where(
            _incidents.c.instance_id == _instances.c.id,
            _incidents.c.code == "ended-but-running",
            _incidents.c.closed_at.is_(None),
        )
        query = (
            select(_instances.c.id, _instances.c.generation, _instances.c.last_seq, _journal.c.at)
            .join(
                _journal,
                and_(
                    _journal.c.instance_id == _instances.c.id,
                    _journal.c.seq == _instances.c.last_seq,
                    _journal.c.generation == _instances.c.generation,
                ),
            )
            .where(
                or_(_instances.c.finished_at.is_(None), still_runs),
                _journal.c.at >= since,
                _journal.c.at < before,
            )
            .order_by(_journal.c.at.desc())
        )
        return tuple(
            Resting(
                instance_id=row.id,
                place=Place(generation=row.generation, seq=row.last_seq),
                at=row.at,
            )
            for row in await self._connection.execute(query)
        )

    async def decisions(self, instance_id: str, since: datetime) -> tuple[TaskAct, ...]:
        """Completions of tasks since an instant; other acts change nothing in a case."""
        query = (
            select(_deeds)
            .where(
                _deeds.c.instance_id == instance_id,
                _deeds.c.act == "complete",
                _deeds.c.at >= since,
            )
            .order_by(_deeds.c.no)
        )
        return tuple(
            TaskAct(
                request_id=row.request_id,
                act=row.act,
                task_key=row.key,
                actor=row.actor,
                outcome=row.outcome,
                comment=row.comment,
                variables=row.variables,
                content_hash=row.content_hash,
                delegate_to=row.delegate_to,
            )
            for row in await self._connection.execute(query)
        )

    async def is_done(self, instance_id: str, request_id: str) -> bool:
        """Tell whether an instance has journaled what it was asked under a name."""
        query = select(_journal.c.data).where(
            _journal.c.instance_id == instance_id,
            _journal.c.kind == "operatorActed",
            as_told_now(),
        )
        told = (await self._connection.execute(query)).scalars()
        return any(data.get("requestId") == request_id for data in told)

    async def cancellations(self, instance_id: str, since: datetime) -> tuple[Cancellation, ...]:
        """Cancellations since an instant."""
        query = select(_journal.c.data).where(
            _journal.c.instance_id == instance_id,
            _journal.c.kind == "operatorActed",
            _journal.c.at >= since,
        )
        told = (await self._connection.execute(query.order_by(_journal.c.no))).scalars()
        return tuple(
            Cancellation(
                request_id=data["requestId"],
                actor=data["actor"],
                reason=data["reason"],
                role=data["role"],
            )
            for data in told
            if data["act"] == "case.cancel"
        )

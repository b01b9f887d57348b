"""What people did to cases, as the cases told it: what a lost turn may have taken with it.

A case tells the database before Temporal has its turn. What operators took back by a replay since
then is not among it: a replay asks people again.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.tables import trail
from workflows.contracts.case import Cancellation
from workflows.contracts.human_task import TaskAct

_deeds = trail.human_task_deeds
_journal = trail.journal
_instances = trail.instances
_incidents = trail.incidents
_replays = trail.replays
_MOST = 1_000


class ActsTold:
    """Acts of people that cases told."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def decisions(self, since: datetime, before: datetime) -> tuple[tuple[str, TaskAct], ...]:
        """Completions of tasks, each with its instance; other acts change nothing in a case."""
        goes_on = exists().where(
            _instances.c.id == _deeds.c.instance_id, _instances.c.finished_at.is_(None)
        )
        query = (
            select(_deeds)
            .where(_deeds.c.act == "complete", goes_on, *_standing(_deeds, since, before))
            .order_by(_deeds.c.no)
            .limit(_MOST)
        )
        return tuple(
            (
                row.instance_id,
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
                ),
            )
            for row in await self._connection.execute(query)
        )

    async def cancellations(
        self, since: datetime, before: datetime
    ) -> tuple[tuple[str, Cancellation], ...]:
        """Cancellations, each with its instance."""
        query = (
            select(_journal.c.instance_id, _journal.c.data)
            .where(_journal.c.kind == "operatorActed", *_standing(_journal, since, before))
            .order_by(_journal.c.at)
            .limit(_MOST)
        )
        return tuple(
            (
                row.instance_id,
                Cancellation(
                    request_id=row.data["requestId"],
                    actor=row.data["actor"],
                    reason=row.data["reason"],
                    role=row.data["role"],
                ),
            )
            for row in await self._connection.execute(query)
            if row.data["act"] == "case.cancel"
        )

    async def healed(
        self, instance_ids: Collection[str], before: datetime
    ) -> tuple[tuple[str, str], ...]:
        """Of some instances those, with their case, whose last incident was closed by then."""
        own = _incidents.c.source == "case"
        last = func.max(_incidents.c.closed_at)
        query: Any = (
            select(_incidents.c.instance_id, _incidents.c.case_id)
            .where(own, _incidents.c.instance_id.in_(instance_ids))
            .group_by(_incidents.c.instance_id, _incidents.c.case_id)
            .having(func.count() == func.count(_incidents.c.closed_at), last < before)
        )
        return tuple((row[0], row[1]) for row in await self._connection.execute(query))


def _standing(table: Any, since: datetime, before: datetime) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401 - a table or another
    """In a span of time, and with no replay of the case since."""
    taken_back = exists().where(
        and_(_replays.c.case_id == table.c.case_id, _replays.c.at >= table.c.at)
    )
    return table.c.at >= since, table.c.at < before, ~taken_back

"""One incident looked at closely: how often it was so, since when, and what the element had."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.journal.scoping import SCOPES, visible
from infra.db.journal.telling import as_told_now
from infra.db.operations.incidents import IncidentView
from infra.db.tables import trail

_journal = trail.journal
_TOLD = (*SCOPES, "incidentOpened")


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What an instance's journal says about an incident."""

    first_at: datetime
    """When the element stuck for the first time."""
    last_at: datetime
    times: int
    """How often it has stuck: each attempt to get it going that failed counts."""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """Wire-encoded: the variables that the element sees, the innermost of each name."""
    stands_at: tuple[str, ...] = ()
    """Elements at which the instance rests; where it rests at none, the last that it told of."""


class IncidentPages:
    """What lies around incidents."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def around(self, incident: IncidentView) -> Circumstances:
        """Look at one incident closely."""
        query = (
            select(_journal)
            .where(
                _journal.c.instance_id == incident.instance_id,
                _journal.c.kind.in_(_TOLD),
                as_told_now(),
            )
            .order_by(_journal.c.seq)
        )
        rows = (await self._connection.execute(query)).all()
        opened = [row for row in rows if row.kind == "incidentOpened"]
        own = next((row for row in opened if row.key == incident.key), None)
        place = None if own is None else own.data.get("elementKey")
        same = [row for row in opened if place and row.data.get("elementKey") == place]
        stands_at = await self._stands_at(incident.instance_id)
        if own is None:  # it was seen from outside: what counts stands in its row
            return Circumstances(
                first_at=incident.opened_at,
                last_at=incident.last_seen_at or incident.opened_at,
                times=incident.attempts or 1,
                inputs=visible(rows, _newest(rows, incident.element)),
                stands_at=stands_at,
            )
        return Circumstances(
            first_at=min((row.at for row in same), default=own.at),
            last_at=max((row.at for row in same), default=own.at),
            times=max(len(same), 1),
            inputs=visible([row for row in rows if row.seq <= own.seq], place),
            stands_at=stands_at,
        )

    async def _stands_at(self, instance_id: str) -> tuple[str, ...]:
        rests = (
            _elements(trail.waits, instance_id),
            _elements(trail.human_tasks, instance_id, trail.human_tasks.c.closed_at.is_(None)),
            _elements(trail.incidents, instance_id, trail.incidents.c.closed_at.is_(None)),
        )
        found = (await self._connection.execute(union(*rests))).scalars().all()
        if found:
            return tuple(sorted(found))
        last = _elements(_journal, instance_id, as_told_now())
        row = await self._connection.execute(last.order_by(_journal.c.seq.desc()).limit(1))
        return tuple(row.scalars())


def _elements(table: Table, instance_id: str, *more: ColumnElement[bool]) -> Select[Any]:
    place = table.c.element
    return select(place).where(table.c.instance_id == instance_id, place.is_not(None), *more)


def _newest(rows: Sequence[Row[Any]], element: str | None) -> int | None:
    """Return the key of the newest instance of an element."""
    begun = [row.key for row in rows if row.kind == "elementActivated" and row.element == element]
    return begun[-1] if begun and element else None

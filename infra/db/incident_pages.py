"""One incident looked at closely: how often it was so, since when, and what the element had."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.incidents import IncidentView
from infra.db.scoping import SCOPES, visible
from infra.db.tables import trail
from infra.db.telling import as_told_now

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
        if own is None:  # it was seen from outside: what counts stands in its row
            return Circumstances(
                first_at=incident.opened_at,
                last_at=incident.last_seen_at or incident.opened_at,
                times=incident.attempts or 1,
                inputs=visible(rows, None),
            )
        return Circumstances(
            first_at=min((row.at for row in same), default=own.at),
            last_at=max((row.at for row in same), default=own.at),
            times=max(len(same), 1),
            inputs=visible([row for row in rows if row.seq <= own.seq], place),
        )

"""Emergency grants: given, found by those who judge, reviewed; told and audited at once."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.book.registry_acts import registry_act
from infra.db.chain.audit import AuditTable
from infra.db.connections.locking import to_change
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables.emergency import emergency_grants as _grants
from workflows.domain.emergency import EmergencyGrant, Finding


class EmergencyTable:
    """Levels that somebody has for a few hours."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def grant(self, grant: EmergencyGrant) -> None:
        """Write it down; two persons have agreed when it is called."""
        await self._connection.execute(insert(_grants), to_row(grant))
        detail = {
            "to": grant.given_to,
            "level": grant.level,
            "items": grant.items,
            "until": grant.until,
            "proposedBy": grant.ordered_by,
            "reviewDueOn": grant.review_due_on,
        }
        await self._audit.append(
            registry_act("emergency.grant", grant.agreed_by, grant.since, grant.id, detail)
        )

    async def get(self, grant_id: str) -> EmergencyGrant | None:
        """A grant by id; nobody else reviews it meanwhile."""
        query = select(_grants).where(_grants.c.id == grant_id)
        row = (await self._connection.execute(to_change(self._connection, query))).first()
        return None if row is None else to_noun(EmergencyGrant, row)

    async def review(
        self, grant: EmergencyGrant, finding: Finding, note: str, by: str, at: datetime
    ) -> EmergencyGrant:
        """Write down what its review found; one that is still in force ends with it."""
        reviewed = replace(
            grant,
            ended_at=min(at, grant.until),
            reviewed_at=at,
            reviewed_by=by,
            finding=finding,
            note=note,
        )
        values = {
            name: getattr(reviewed, name)
            for name in ("ended_at", "reviewed_at", "reviewed_by", "finding", "note")
        }
        await self._connection.execute(
            update(_grants).where(_grants.c.id == grant.id).values(values)
        )
        await self._audit.append(
            registry_act("emergency.review", by, at, grant.id, {"finding": finding})
        )
        return reviewed

    async def granted_to(self, operator_id: str, at: datetime) -> tuple[EmergencyGrant, ...]:
        """What somebody was granted and may use at an instant."""
        found = await self._list(_grants.c.given_to == operator_id, _grants.c.until > at)
        return tuple(one for one in found if any(one.covers(item, at) for item in one.items))

    async def grants_of(self, operator_id: str) -> tuple[EmergencyGrant, ...]:
        """All that somebody was ever granted, the newest first."""
        return await self._list(_grants.c.given_to == operator_id)

    async def unreviewed(self) -> tuple[EmergencyGrant, ...]:
        """What waits for its review, the newest first."""
        return await self._list(_grants.c.reviewed_at.is_(None))

    async def _list(self, *wanted: ColumnElement[bool]) -> tuple[EmergencyGrant, ...]:
        query = select(_grants).where(*wanted).order_by(_grants.c.since.desc(), _grants.c.id)
        return tuple(to_noun(EmergencyGrant, row) for row in await self._connection.execute(query))

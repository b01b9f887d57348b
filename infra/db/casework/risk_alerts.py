"""Risk alerts: persons in whose name somebody else acted."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.locking import to_change
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import contact
from infra.db.tables.columns import Instant
from workflows.domain.audit import Change
from workflows.domain.contact import RiskAlert

_alerts = contact.risk_alerts


class RiskAlertTable:
    """Alerts by person."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def raise_alert(self, alert: RiskAlert) -> None:
        """Write down an alert."""
        await self._connection.execute(insert(_alerts), to_row(alert))

    async def get(self, alert_id: str) -> RiskAlert | None:
        """An alert by id; nobody else lifts it until the transaction ends."""
        query = to_change(self._connection, select(_alerts).where(_alerts.c.id == alert_id))
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(RiskAlert, row)

    async def open_for(self, party_id: str) -> tuple[RiskAlert, ...]:
        """The alerts about a person that nobody lifted, the oldest first."""
        query = (
            select(_alerts)
            .where(_alerts.c.party_id == party_id, _alerts.c.lifted_at.is_(None))
            .order_by(_alerts.c.raised_at, _alerts.c.id)
        )
        return tuple(to_noun(RiskAlert, row) for row in await self._connection.execute(query))

    async def list(
        self,
        *,
        party_id: str | None,
        lifted: bool,
        before: tuple[datetime, str] | None,
        limit: int,
    ) -> tuple[RiskAlert, ...]:
        """A page of alerts, the newest first."""
        query = (
            select(_alerts).order_by(_alerts.c.raised_at.desc(), _alerts.c.id.desc()).limit(limit)
        )
        if party_id is not None:
            query = query.where(_alerts.c.party_id == party_id)
        if not lifted:
            query = query.where(_alerts.c.lifted_at.is_(None))
        if before is not None:
            place = tuple_(literal(before[0], Instant), literal(before[1]))
            query = query.where(tuple_(_alerts.c.raised_at, _alerts.c.id) < place)
        return tuple(to_noun(RiskAlert, row) for row in await self._connection.execute(query))

    async def lift(self, alert: RiskAlert, *, by: str, reason: str, at: datetime) -> RiskAlert:
        """Nothing is wrong any more; one audit row in the chain of the case that raised it."""
        await self._connection.execute(
            update(_alerts).where(_alerts.c.id == alert.id).values(lifted_at=at)
        )
        await self.tell(alert, "lift", by=by, reason=reason, at=at)
        return replace(alert, lifted_at=at)

    async def tell(self, alert: RiskAlert, act: str, *, by: str, reason: str, at: datetime) -> None:
        """One audit row in the chain of the case that raised an alert."""
        await self._audit.append(
            Change(
                stream=alert.case_id,
                action=f"risk-alert.{act}",
                actor=by,
                at=at,
                object_type="risk alert",
                object_id=alert.id,
                detail={"reason": reason, "party": alert.party_id},
            )
        )

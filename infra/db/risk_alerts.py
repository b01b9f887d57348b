"""Risk alerts: persons in whose name somebody else acted."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.rows import to_noun, to_row
from infra.db.tables import contact
from workflows.domain.contact import RiskAlert

_alerts = contact.risk_alerts


class RiskAlertTable:
    """Alerts by person."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def raise_alert(self, alert: RiskAlert) -> None:
        """Write down an alert."""
        await self._connection.execute(insert(_alerts), to_row(alert))

    async def open_for(self, party_id: str) -> tuple[RiskAlert, ...]:
        """The alerts about a person that nobody lifted, the oldest first."""
        query = (
            select(_alerts)
            .where(_alerts.c.party_id == party_id, _alerts.c.lifted_at.is_(None))
            .order_by(_alerts.c.raised_at, _alerts.c.id)
        )
        return tuple(to_noun(RiskAlert, row) for row in await self._connection.execute(query))

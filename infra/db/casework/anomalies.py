"""Anomalies: every one is a record."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import cases
from workflows.domain.findings import UNDELIVERABLE, Anomaly

_anomalies = cases.anomalies


class AnomalyTable:
    """The anomalies of cases."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def record(self, anomaly: Anomaly) -> None:
        """Write down an anomaly."""
        await self._connection.execute(insert(_anomalies), to_row(anomaly))

    async def get(self, anomaly_id: str) -> Anomaly | None:
        """An anomaly by id."""
        query = select(_anomalies).where(_anomalies.c.id == anomaly_id)
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(Anomaly, row)

    async def of_case(self, case_id: str) -> tuple[Anomaly, ...]:
        """The anomalies of a case, in order."""
        query = select(_anomalies).where(_anomalies.c.case_id == case_id).order_by(_anomalies.c.no)
        return tuple(to_noun(Anomaly, row) for row in await self._connection.execute(query))

    async def correct(self, contacts: Collection[str], at: datetime) -> None:
        """The contact points took nothing, and were replaced: that is dealt with, in every case."""
        await self._connection.execute(
            update(_anomalies)
            .where(
                _anomalies.c.reason == UNDELIVERABLE,
                _anomalies.c.detail.in_(contacts),
                _anomalies.c.closed_at.is_(None),
            )
            .values(outcome="CORRECTED", closed_at=at)
        )

    async def close(self, anomaly_id: str, outcome: str, note: str, at: datetime) -> Anomaly:
        """It was dealt with; one that is closed stays as it is."""
        await self._connection.execute(
            update(_anomalies)
            .where(_anomalies.c.id == anomaly_id, _anomalies.c.closed_at.is_(None))
            .values(outcome=outcome, note=note, closed_at=at)
        )
        closed = await self.get(anomaly_id)
        if closed is None:
            raise LookupError(f"Expected an anomaly {anomaly_id}, but there is none")
        return closed

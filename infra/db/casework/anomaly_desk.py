"""One inbox over the anomalies of all cases: listed by queue, reported from outside, closed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.locking import to_change
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import cases
from workflows.domain.audit import Change
from workflows.domain.findings import Anomaly

_anomalies = cases.anomalies


class AnomalyDesk:
    """Anomalies as people see and deal with them."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def list(
        self,
        *,
        only: dict[str, str],
        closed: bool,
        before: int | None,
        limit: int,
    ) -> Sequence[tuple[int, Anomaly]]:
        """A page of anomalies with their numbers, the newest first; ``only`` by column."""
        query = select(_anomalies).order_by(_anomalies.c.no.desc()).limit(limit)
        for column, wanted in only.items():
            query = query.where(_anomalies.c[column] == wanted)
        if not closed:
            query = query.where(_anomalies.c.closed_at.is_(None))
        if before is not None:
            query = query.where(_anomalies.c.no < before)
        return [(row.no, _noun(row)) for row in await self._connection.execute(query)]

    async def get(self, anomaly_id: str) -> Anomaly | None:
        """An anomaly by id; nobody else closes it until the transaction ends."""
        query = to_change(self._connection, select(_anomalies).where(_anomalies.c.id == anomaly_id))
        row = (await self._connection.execute(query)).first()
        return None if row is None else _noun(row)

    async def report(self, anomaly: Anomaly, *, by: str) -> None:
        """Write down what somebody told; once, and with a record in the chain of its case."""
        if await self.get(anomaly.id) is not None:
            return
        await self._connection.execute(insert(_anomalies), to_row(anomaly))
        detail: dict[str, object] = {"class": anomaly.class_, "reason": anomaly.reason}
        await self._audit.append(_change(anomaly, "record", by, anomaly.opened_at, detail))

    async def close(
        self, anomaly: Anomaly, *, outcome: str, note: str, by: str, at: datetime
    ) -> Anomaly:
        """It was dealt with; what was said of it stays in its row."""
        await self._connection.execute(
            update(_anomalies)
            .where(_anomalies.c.id == anomaly.id, _anomalies.c.closed_at.is_(None))
            .values(outcome=outcome, note=note, closed_at=at)
        )
        await self._audit.append(_change(anomaly, "close", by, at, {"outcome": outcome}))
        return replace(anomaly, outcome=outcome, note=note, closed_at=at)


def _noun(row: Row[Any]) -> Anomaly:
    return to_noun(Anomaly, row)


def _change(anomaly: Anomaly, act: str, by: str, at: datetime, detail: dict[str, object]) -> Change:
    return Change(
        stream=anomaly.case_id,
        action=f"anomaly.{act}",
        actor=by,
        at=at,
        object_type="anomaly",
        object_id=anomaly.id,
        detail=detail,
    )

"""Incidents that people set aside: ignored, or handed to those who deal with anomalies."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.casework.anomalies import AnomalyTable
from infra.db.chain.audit import AuditTable
from infra.db.operations.incidents import IncidentView
from infra.db.tables.desk import incident_marks
from workflows.domain.audit import Change
from workflows.domain.findings import ANOMALY_ROUTES, Anomaly

_marks = incident_marks
MENDED = "REPAIRED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Who sets incidents aside, or takes them up again, and why."""

    act: Literal["ignore", "hand-over", "attend"]
    by: str
    role: str
    reason: str
    request_id: str
    at: datetime


class IncidentMarks:
    """What was set aside; the incident itself stays as it is."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit
        self._anomalies = AnomalyTable(connection)

    async def ignore(self, incident: IncidentView, setting: Setting) -> None:
        """Set an incident aside: it stays named, and alarms nobody."""
        await self._mark(incident, setting, "ignored", None)

    async def hand_over(self, incident: IncidentView, setting: Setting, anomaly: Anomaly) -> None:
        """Make an incident an anomaly; the desk of its class deals with it."""
        if await self._anomalies.get(anomaly.id) is None:
            await self._anomalies.record(anomaly)
        await self._mark(incident, setting, "handed-over", anomaly.id)

    async def attend(self, incident: IncidentView, setting: Setting) -> None:
        """Take an incident up again; the anomaly that it was handed over as is dealt with."""
        await self._close(incident, setting.reason, setting.at)
        await self._forget(incident)
        await self._audited(incident, setting, None)

    async def mended(self, incident: IncidentView, reason: str, at: datetime) -> None:
        """Somebody got the element going: who it was handed to need not do it any more."""
        if incident.aside is not None:
            await self._close(incident, reason, at)
            await self._forget(incident)

    async def _mark(
        self, incident: IncidentView, setting: Setting, state: str, anomaly_id: str | None
    ) -> None:
        await self._forget(incident)
        await self._connection.execute(
            insert(_marks).values(
                instance_id=incident.instance_id,
                key=incident.key,
                opened_at=incident.opened_at,
                case_id=incident.case_id,
                state=state,
                by=setting.by,
                role=setting.role,
                reason=setting.reason,
                at=setting.at,
                anomaly_id=anomaly_id,
            )
        )
        await self._audited(incident, setting, anomaly_id)

    async def _forget(self, incident: IncidentView) -> None:
        await self._connection.execute(
            _marks.delete().where(
                _marks.c.instance_id == incident.instance_id,
                _marks.c.key == incident.key,
                _marks.c.opened_at == incident.opened_at,
            )
        )

    async def _close(self, incident: IncidentView, note: str, at: datetime) -> None:
        known = await self._anomalies.get(incident.anomaly_id) if incident.anomaly_id else None
        if known is None:
            return
        outcomes = ANOMALY_ROUTES[known.class_].outcomes
        outcome = MENDED if MENDED in outcomes else outcomes[0]
        await self._anomalies.close(known.id, outcome, note, at)

    async def _audited(
        self, incident: IncidentView, setting: Setting, anomaly_id: str | None
    ) -> None:
        told = {"anomaly": anomaly_id} if anomaly_id else {}
        await self._audit.append(
            Change(
                stream=incident.case_id,
                action=f"incident.{setting.act}",
                actor=setting.by,
                at=setting.at,
                object_type="instance",
                object_id=incident.instance_id,
                detail={
                    "incident": incident.key,
                    "code": incident.code,
                    "role": setting.role,  # the reason may name people: the mark has it
                    "requestId": setting.request_id,
                    **told,
                },
            )
        )

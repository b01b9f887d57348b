"""Risk alerts: what the risk desk looks at, and lifts when nothing was wrong."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.answers import Asked
from api.auth import Caller
from api.dependencies import Composed, operator_of
from api.paging import page_of
from api.problems import Problem, refusals
from api.schemas.risk_alerts import RiskAlertLift, RiskAlertPage, RiskAlertQuery, RiskAlertSeen
from api.schemas.shapes import Identifier
from infra.db.unit_of_work import ReadingRoom, UnitOfWork
from workflows.domain.contact import RiskAlert

router = APIRouter(prefix="/v1/risk-alerts", tags=["cases"])
DESK = "risk-desk"


@router.get("")
async def list_risk_alerts(
    request: Request, composed: Composed, query: Annotated[RiskAlertQuery, Query()]
) -> RiskAlertPage:
    """List alerts, the newest first."""
    page = page_of(query, composed.cursors, request.url.path)
    place = page.place
    async with composed.database.reading() as room:
        found = await room.risk_alerts.list(
            party_id=query.party_id,
            lifted=query.lifted,
            before=(datetime.fromisoformat(place[0]), place[1]) if place else None,
            limit=page.with_one_more,
        )
    alerts, following = page.cut(found, lambda one: (one.raised_at.isoformat(), one.id))
    return RiskAlertPage(alerts=[_seen(alert) for alert in alerts], next=following)


@router.post("/{alert_id}/lift", responses=refusals(404, 409))
async def lift_risk_alert(
    alert_id: Identifier, body: RiskAlertLift, composed: Composed, asked: Asked
) -> RiskAlertSeen:
    """Lift an alert; only the risk desk may, and nobody who worked on the case that raised it."""
    async with composed.database.reading() as room:
        await _may_lift(room, asked.caller)

    async def act(books: UnitOfWork) -> RiskAlertSeen:
        alert = await books.risk_alerts.get(alert_id)
        if alert is None:
            raise Problem(404, "unknown-alert", "There is no such risk alert.")
        if alert.lifted_at is not None:
            raise Problem(409, "not-open", "The alert was lifted already.")
        deeds = await books.human_tasks.deeds(alert.case_id)
        if any(deed.actor == asked.caller.subject for deed in deeds):
            raise Problem(403, "four-eyes", "Whoever worked on the case may not lift its alert.")
        await _close_anomaly(books, alert, "RELEASED", body.reason, composed.now())
        lifted = await books.risk_alerts.lift(
            alert, by=asked.caller.subject, reason=body.reason, at=composed.now()
        )
        return _seen(lifted)

    return await asked.write(RiskAlertSeen, act)


@router.post("/{alert_id}/report", responses=refusals(404, 409))
async def report_risk_alert(
    alert_id: Identifier, body: RiskAlertLift, composed: Composed, asked: Asked
) -> RiskAlertSeen:
    """Write down that the police was told; the person goes on being served at the counter only."""
    async with composed.database.reading() as room:
        await _may_lift(room, asked.caller)

    async def act(books: UnitOfWork) -> RiskAlertSeen:
        alert = await books.risk_alerts.get(alert_id)
        if alert is None:
            raise Problem(404, "unknown-alert", "There is no such risk alert.")
        if not await _close_anomaly(books, alert, "REPORTED", body.reason, composed.now()):
            raise Problem(409, "not-open", "It was reported, or lifted, already.")
        await books.risk_alerts.tell(
            alert, "report", by=asked.caller.subject, reason=body.reason, at=composed.now()
        )
        return _seen(alert)

    return await asked.write(RiskAlertSeen, act)


async def _close_anomaly(
    books: UnitOfWork, alert: RiskAlert, outcome: str, note: str, at: datetime
) -> bool:
    """The anomaly that the alert was raised with ends; False when it has ended."""
    for anomaly in await books.anomalies.of_case(alert.case_id):
        is_its = (anomaly.class_, anomaly.reason) == ("RISK", alert.reason)
        if is_its and anomaly.closed_at is None:
            await books.anomalies.close(anomaly.id, outcome, note, at)
            return True
    return False


async def _may_lift(room: ReadingRoom, caller: Caller) -> None:
    operator = await operator_of(room, caller)
    if DESK not in operator.groups:
        raise Problem(403, "authority", "Only the risk desk lifts an alert.")


def _seen(alert: RiskAlert) -> RiskAlertSeen:
    return RiskAlertSeen(
        alert_id=alert.id,
        case_id=alert.case_id,
        party_id=alert.party_id,
        reason=alert.reason,
        raised_at=alert.raised_at,
        lifted_at=alert.lifted_at,
    )

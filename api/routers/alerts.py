"""Population alerts: what many cases show together, looked into by the group that owns it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.answers import Asked
from api.dependencies import Composed, operator_of
from api.paging import page_of
from api.problems import Problem, refusals
from api.schemas.alerts import AlertClose, AlertPage, AlertQuery, AlertSeen
from api.schemas.shapes import Identifier
from infra.db.unit_of_work import UnitOfWork
from workflows.domain.population import PopulationAlert

router = APIRouter(prefix="/v1/alerts", tags=["cases"])


@router.get("")
async def list_alerts(
    request: Request, composed: Composed, query: Annotated[AlertQuery, Query()]
) -> AlertPage:
    """List alerts, the newest first."""
    page = page_of(query, composed.cursors, request.url.path)
    place = page.place
    async with composed.database.reading() as room:
        found = await room.population.list(
            closed=query.closed,
            before=(datetime.fromisoformat(place[0]), place[1]) if place else None,
            limit=page.with_one_more,
        )
    alerts, following = page.cut(found, lambda one: (one.raised_at.isoformat(), one.id))
    return AlertPage(alerts=[_seen(alert) for alert in alerts], next=following)


@router.post("/{alert_id}/close", responses=refusals(404, 409))
async def close_alert(
    alert_id: Identifier, body: AlertClose, composed: Composed, asked: Asked
) -> AlertSeen:
    """Close an alert; only the group that owns it may."""
    async with composed.database.reading() as room:
        operator = await operator_of(room, asked.caller)

    async def act(books: UnitOfWork) -> AlertSeen:
        alert = await books.population.get(alert_id)
        if alert is None:
            raise Problem(404, "unknown-alert", "There is no such alert.")
        if alert.owner not in operator.groups:
            raise Problem(403, "authority", f"Only the {alert.owner} closes the alert.")
        if alert.status == "CLOSED":
            raise Problem(409, "not-open", "The alert was closed already.")
        closed = await books.population.close(
            alert, body.outcome, by=operator.id, reason=body.reason, at=composed.now()
        )
        return _seen(closed)

    return await asked.write(AlertSeen, act)


def _seen(alert: PopulationAlert) -> AlertSeen:
    return AlertSeen(
        alert_id=alert.id,
        case_id=alert.case_id,
        rule=alert.rule,
        severity=alert.severity,
        owner=alert.owner,
        status=alert.status,
        grouping=alert.grouping,
        key=alert.key,
        day=alert.day,
        count=alert.count,
        usual=float(alert.mean),
        deviation=float(alert.sigma),
        raised_at=alert.raised_at,
        due_on=alert.due_on,
        closed_by=alert.closed_by,
        closed_at=alert.closed_at,
        outcome=alert.outcome,
        reason=alert.reason,
    )

"""Anomalies of all cases in one inbox; and a death, which no case hears of by itself."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.answers import Asked
from api.customer_anomalies import customer_anomaly
from api.dependencies import Composed, Deployment, operator_of
from api.intake import wire
from api.paging import page_of
from api.problems import Problem, refusals
from api.schemas.anomalies import (
    AnomalyClosed,
    AnomalyPage,
    AnomalyQuery,
    AnomalySeen,
    DeathNoted,
    DeathReported,
)
from api.schemas.shapes import Identifier
from infra.db.unit_of_work import UnitOfWork
from workflows.contracts.journal import MessageDelivery
from workflows.domain import findings
from workflows.domain.message import Publication

router = APIRouter(prefix="/v1", tags=["cases"])
WITHDRAWAL = "customer.withdrawn"


@router.get("/anomalies")
async def list_anomalies(
    request: Request, composed: Composed, query: Annotated[AnomalyQuery, Query()]
) -> AnomalyPage:
    """List anomalies of all cases, the newest first."""
    page = page_of(query, composed.cursors, request.url.path)
    given = {"class": query.anomaly_class, "route": query.queue, "case_id": query.case_id}
    async with composed.database.reading() as room:
        found = await room.anomaly_desk.list(
            only={column: wanted for column, wanted in given.items() if wanted is not None},
            closed=query.closed,
            before=int(page.place[0]) if page.place else None,
            limit=page.with_one_more,
        )
    told, following = page.cut(found, lambda one: [str(one[0])])
    return AnomalyPage(anomalies=[_seen(anomaly) for _, anomaly in told], next=following)


@router.post("/anomalies/{anomaly_id}/close", responses=refusals(404, 409))
async def close_anomaly(
    anomaly_id: Identifier, body: AnomalyClosed, composed: Composed, asked: Asked
) -> AnomalySeen:
    """Close an anomaly with one of its outcomes; those whose queue it is in may.

    A case that waits because of it goes on by its task or message, not by this.
    """
    async with composed.database.reading() as room:
        operator = await operator_of(room, asked.caller)

    async def act(books: UnitOfWork) -> AnomalySeen:
        found = await books.anomaly_desk.get(anomaly_id)
        if found is None:
            raise Problem(404, "unknown-anomaly", "There is no such anomaly.")
        if found.closed_at is not None:
            raise Problem(409, "not-open", "The anomaly was dealt with already.")
        if not findings.may_deal(operator, found.route):
            raise Problem(403, "authority", f"It is for {found.route} to deal with.")
        if not findings.may_close(found.class_, body.outcome):
            allowed = ", ".join(findings.ANOMALY_ROUTES[found.class_].outcomes)
            raise Problem(422, "unknown-outcome", f"It ends as one of: {allowed}.")
        closed = await books.anomaly_desk.close(
            found,
            outcome=body.outcome,
            note=body.reason,
            by=asked.caller.subject,
            at=composed.now(),
        )
        return _seen(closed)

    return await asked.write(AnomalySeen, act)


@router.post("/cases/{case_id}/applicant-death", status_code=202, responses=refusals(404, 409, 422))
async def report_death(
    case_id: Identifier, body: DeathReported, composed: Composed, asked: Asked
) -> DeathNoted:
    """Report that the applicant has died: an uncommitted request ends and releases what it holds.

    Either way it is an anomaly of class CUSTOMER in the queue of the case's owner, who deals with
    the heirs.
    """
    today = composed.now().astimezone(composed.zone).date()
    if date.fromisoformat(body.died_on) > today:
        raise Problem(422, "death-in-future", "The day has not come yet.")
    async with composed.database.reading() as room:
        case = await room.cases.get(case_id)
        if case is None:
            raise Problem(404, "unknown-case", "There is no such case.")
    publication = _ending(case_id, asked.request_id, asked.caller.subject, composed)
    deliveries: list[MessageDelivery] = []

    async def act(books: UnitOfWork) -> DeathNoted:
        told = (findings.APPLICANT_DIED, body.died_on)
        anomaly = await customer_anomaly(books, composed, case_id, told)
        noted = replace(anomaly, note=body.reason)
        await books.anomaly_desk.report(noted, by=asked.caller.subject)
        result = await books.messages.publish(publication)
        deliveries.extend(await books.messages.pending(publication))
        return DeathNoted(
            case_id=case_id,
            anomaly_id=anomaly.id,
            outcome="stopped" if result.result == "correlated" else "noted",
        )

    noted = await asked.write(DeathNoted, act, 202)
    for delivery in deliveries:
        await composed.cases.deliver(delivery)
    return noted


def _ending(case_id: str, request_id: str, by: str, composed: Deployment) -> Publication:
    return Publication(
        name=WITHDRAWAL,
        key=case_id,
        message_id=request_id,
        variables=wire({"because": findings.APPLICANT_DIED}),
        at=composed.now(),
        time_to_live=timedelta(),
        publisher=by,
    )


def _seen(anomaly: findings.Anomaly) -> AnomalySeen:
    return AnomalySeen(
        anomaly_id=anomaly.id,
        case_id=anomaly.case_id,
        anomaly_class=anomaly.class_,
        reason=anomaly.reason,
        queue=anomaly.route,
        opened_at=anomaly.opened_at,
        due_on=anomaly.due_on,
        outcomes=list(findings.ANOMALY_ROUTES[anomaly.class_].outcomes),
        outcome=anomaly.outcome,
        closed_at=anomaly.closed_at,
    )

"""Complaints and recoveries: what dissatisfied customers are owed, and by when."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.answers import Asked
from api.complaining import complaint_seen, limits_of, target_of
from api.customer_anomalies import customer_anomaly
from api.dependencies import Composed, operator_of
from api.paging import page_of
from api.problems import Problem, refusals
from api.schemas.feedback import (
    ComplaintPage,
    ComplaintQuery,
    ComplaintRegistered,
    ComplaintSeen,
    RecoveryClosed,
    RecoveryPage,
    RecoveryQuery,
    RecoverySeen,
)
from api.schemas.shapes import Identifier
from infra.db.unit_of_work import UnitOfWork
from workflows.domain.complaint import COMPLAINT_RULE, SERVICE_RULE, Complaint
from workflows.domain.feedback import Recovery
from workflows.domain.findings import COMPLAINT
from workflows.domain.ids import derive

router = APIRouter(prefix="/v1", tags=["feedback"])


@router.post("/complaints", status_code=201, responses=refusals(404, 422))
async def register_complaint(
    body: ComplaintRegistered, composed: Composed, asked: Asked
) -> ComplaintSeen:
    """Register a complaint about a case; its limits are those of the policy's law on that day."""
    now = composed.now()
    received = body.received_at or now
    if received > now:
        raise Problem(422, "complaint-in-future", "The complaint has not come yet.")

    async def act(books: UnitOfWork) -> ComplaintSeen:
        case = await books.cases.get(body.case_id)
        if case is None:
            raise Problem(404, "unknown-case", "There is no such case.")
        limits = await limits_of(books, case.policy_no, received, composed)
        limit = limits.needed(COMPLAINT_RULE)
        service = limits.end_of(SERVICE_RULE)
        complaint = Complaint(
            id=derive("CP", asked.request_id),
            case_id=body.case_id,
            cause=body.cause,
            channel=body.channel,
            received_at=received,
            registered_by=asked.caller.subject,
            due_on=limit.due_on,
            due_at=limit.due_strict,
            complainants=body.complainants,
            service_due_on=None if service is None else service.due_on,
            target_on=target_of(limit, service),
        )
        await books.complaints.register(complaint)
        told = (COMPLAINT, complaint.id)
        anomaly = await customer_anomaly(books, composed, body.case_id, told)
        await books.anomaly_desk.report(anomaly, by=asked.caller.subject)
        return complaint_seen(complaint, now)

    return await asked.write(ComplaintSeen, act, 201)


@router.get("/complaints")
async def list_complaints(
    request: Request, composed: Composed, query: Annotated[ComplaintQuery, Query()]
) -> ComplaintPage:
    """List complaints, those due first at the head."""
    page, now = page_of(query, composed.cursors, request.url.path), composed.now()
    place = page.place
    async with composed.database.reading() as room:
        found = await room.complaints.list(
            decided=query.decided,
            after=(datetime.fromisoformat(place[0]), place[1]) if place else None,
            limit=page.with_one_more,
        )
    told, following = page.cut(found, lambda one: (one.due_at.isoformat(), one.id))
    return ComplaintPage(complaints=[complaint_seen(one, now) for one in told], next=following)


@router.get("/recoveries")
async def list_recoveries(
    request: Request, composed: Composed, query: Annotated[RecoveryQuery, Query()]
) -> RecoveryPage:
    """List the dissatisfied customers to be called, those due first at the head."""
    page = page_of(query, composed.cursors, request.url.path)
    place = page.place
    async with composed.database.reading() as room:
        found = await room.recoveries.list(
            closed=query.closed,
            after=(date.fromisoformat(place[0]), place[1]) if place else None,
            limit=page.with_one_more,
        )
    owed, following = page.cut(found, lambda one: (one.due_on.isoformat(), one.id))
    return RecoveryPage(recoveries=[_recovery(one) for one in owed], next=following)


@router.post("/recoveries/{recovery_id}/close", responses=refusals(404, 409))
async def close_recovery(
    recovery_id: Identifier, body: RecoveryClosed, composed: Composed, asked: Asked
) -> RecoverySeen:
    """Close a recovery: somebody has talked with the customer."""
    async with composed.database.reading() as room:
        await operator_of(room, asked.caller)

    async def act(books: UnitOfWork) -> RecoverySeen:
        found = await books.recoveries.get(recovery_id)
        if found is None:
            raise Problem(404, "unknown-recovery", "There is no such recovery.")
        if found.closed_at is not None:
            raise Problem(409, "not-open", "The recovery was closed already.")
        closed = await books.recoveries.close(
            found, by=asked.caller.subject, reason=body.reason, at=composed.now()
        )
        return _recovery(closed)

    return await asked.write(RecoverySeen, act)


def _recovery(one: Recovery) -> RecoverySeen:
    return RecoverySeen(
        recovery_id=one.id,
        case_id=one.case_id,
        survey_id=one.survey_id,
        opened_at=one.opened_at,
        due_on=one.due_on,
        closed_at=one.closed_at,
        outcome=one.outcome,
    )

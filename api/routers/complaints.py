"""Complaints and recoveries: what dissatisfied customers are owed, and by when."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.answers import Asked
from api.customer_anomalies import customer_anomaly
from api.dependencies import Composed, operator_of
from api.paging import page_of
from api.problems import Problem, refusals
from api.schemas.feedback import (
    ComplaintDecided,
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
from infra.db.complaints import Verdict
from infra.db.unit_of_work import UnitOfWork
from workflows.domain.clocks import Deadline, deadline
from workflows.domain.complaint import COMPLAINT_RULE, Complaint
from workflows.domain.feedback import Recovery
from workflows.domain.findings import COMPLAINT
from workflows.domain.ids import derive
from workflows.domain.jurisdiction import UnknownRule

router = APIRouter(prefix="/v1", tags=["feedback"])


@router.post("/complaints", status_code=201, responses=refusals(404, 422))
async def register_complaint(
    body: ComplaintRegistered, composed: Composed, asked: Asked
) -> ComplaintSeen:
    """Register a complaint about a case; its limit is that of the law the case goes by."""
    now = composed.now()
    received = body.received_at or now
    if received > now:
        raise Problem(422, "complaint-in-future", "The complaint has not come yet.")

    async def act(books: UnitOfWork) -> ComplaintSeen:
        if await books.cases.get(body.case_id) is None:
            raise Problem(404, "unknown-case", "There is no such case.")
        limit = await _limit(books, body.case_id, received, composed)
        complaint = Complaint(
            id=derive("CP", asked.request_id),
            case_id=body.case_id,
            cause=body.cause,
            channel=body.channel,
            received_at=received,
            registered_by=asked.caller.subject,
            due_on=limit.due_on,
            due_at=limit.due_strict,
        )
        await books.complaints.register(complaint)
        told = (COMPLAINT, complaint.id)
        anomaly = await customer_anomaly(books, composed, body.case_id, told)
        await books.anomaly_desk.report(anomaly, by=asked.caller.subject)
        return _complaint(complaint, now)

    return await asked.write(ComplaintSeen, act, 201)


async def _limit(
    books: UnitOfWork, case_id: str, received: datetime, composed: Composed
) -> Deadline:
    law = await books.packs.of_case(case_id)
    try:
        rule = law.clock(COMPLAINT_RULE)
    except UnknownRule:
        raise Problem(
            422, "no-limit", "The law that the case goes by has no limit for complaints."
        ) from None
    calendar = await books.calendars.load(law.pack.calendar)
    return deadline(rule, received, calendar, composed.zone)


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
    return ComplaintPage(complaints=[_complaint(one, now) for one in told], next=following)


@router.post("/complaints/{complaint_id}/decide", responses=refusals(404, 409))
async def decide_complaint(
    complaint_id: Identifier, body: ComplaintDecided, composed: Composed, asked: Asked
) -> ComplaintSeen:
    """Decide a complaint; nobody who worked on its case may."""
    now, by = composed.now(), asked.caller.subject
    async with composed.database.reading() as room:
        await operator_of(room, asked.caller)

    async def act(books: UnitOfWork) -> ComplaintSeen:
        found = await books.complaints.get(complaint_id)
        if found is None:
            raise Problem(404, "unknown-complaint", "There is no such complaint.")
        if found.decided_at is not None:
            raise Problem(409, "not-open", "The complaint was decided already.")
        if any(deed.actor == by for deed in await books.human_tasks.deeds(found.case_id)):
            raise Problem(403, "four-eyes", "Whoever worked on the case may not decide.")
        verdict = Verdict(outcome=body.outcome, by=by, reason=body.reason, at=now)
        decided = await books.complaints.decide(found, verdict)
        await _linked(books, decided)
        return _complaint(decided, now)

    return await asked.write(ComplaintSeen, act)


async def _linked(books: UnitOfWork, complaint: Complaint) -> None:
    """Close the anomaly of the case: what was complained of is answered."""
    for anomaly in await books.anomalies.of_case(complaint.case_id):
        if (anomaly.reason, anomaly.detail, anomaly.closed_at) == (COMPLAINT, complaint.id, None):
            await books.anomaly_desk.close(
                anomaly,
                outcome="COMPLAINT_LINKED",
                note="",
                by=complaint.decided_by or "",
                at=complaint.decided_at or complaint.received_at,
            )


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


def _complaint(one: Complaint, now: datetime) -> ComplaintSeen:
    return ComplaintSeen(
        complaint_id=one.id,
        case_id=one.case_id,
        cause=one.cause,
        channel=one.channel,
        received_at=one.received_at,
        registered_by=one.registered_by,
        due_on=one.due_on,
        is_late=(one.decided_at or now) > one.due_at,
        outcome=one.outcome,
        decided_by=one.decided_by,
        decided_at=one.decided_at,
        reason=one.reason,
    )


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

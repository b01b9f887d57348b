"""What becomes of a complaint: extended, decided with facts and basis, reviewed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from fastapi import APIRouter

from api.answers import Asked
from api.complaining import complaint_seen, limits_of, target_of
from api.dependencies import Composed, operator_of
from api.problems import Problem, refusals
from api.schemas.feedback import (
    ComplaintDecided,
    ComplaintExtended,
    ComplaintSeen,
    ReviewAsked,
)
from api.schemas.shapes import Identifier
from infra.db.casework.complaint_letters import ComplaintLetter
from infra.db.unit_of_work import UnitOfWork
from workflows.domain.authority import Operator
from workflows.domain.call_back import CALL_BACK_CHANNEL
from workflows.domain.clocks import Deadline
from workflows.domain.complaint import (
    ASKING_RULE,
    EXTENSION_RULES,
    MIS_SELLING_RULE,
    REVIEW_RULE,
    SENIOR_LEVEL,
    Complaint,
)
from workflows.domain.findings import COMPLAINT
from workflows.domain.ids import derive

router = APIRouter(prefix="/v1/complaints", tags=["feedback"])


@router.post("/{complaint_id}/extend", responses=refusals(404, 409, 422))
async def extend_complaint(
    complaint_id: Identifier, body: ComplaintExtended, composed: Composed, asked: Asked
) -> ComplaintSeen:
    """Give a complex complaint its longer limit, or, by a senior, the longest; it is told.

    Before the limit that runs is over, once each, in this order.
    """
    now, by = composed.now(), asked.caller.subject
    async with composed.database.reading() as room:
        operator = await operator_of(room, asked.caller)
    if body.extension == "EXTENDED" and operator.level < SENIOR_LEVEL:
        raise Problem(403, "authority", f"Level {SENIOR_LEVEL} approves the longest limit.")

    async def act(books: UnitOfWork) -> ComplaintSeen:
        found = await _open(books, complaint_id)
        expected = "EXTENDED" if found.extension == "COMPLEX" else "COMPLEX"
        if found.extension == "EXTENDED" or body.extension != expected or now > found.due_at:
            raise Problem(409, "not-extendable", "Complex first, then extended, before it is due.")
        case = await books.cases.get(found.case_id)
        policy_no = "" if case is None else case.policy_no
        limits = await limits_of(books, policy_no, found.received_at, composed)
        limit = limits.needed(EXTENSION_RULES[body.extension])
        if (found.cause, found.channel) == ("MIS_SELLING", CALL_BACK_CHANNEL):
            limit = _no_later(limit, limits.end_of(MIS_SELLING_RULE), than=found)
        extended = replace(
            found,
            extension=body.extension,
            due_on=limit.due_on,
            due_at=limit.due_strict,
            target_on=target_of(limit),
        )
        told = {"complaintId": found.id, "dueOn": str(limit.due_on), "reason": body.reason}
        await _owe(books, extended, "complaint_extended", told, now)
        await books.complaints.change(extended, "extend", by, now, due=limit.due_on)
        return complaint_seen(extended, now)

    return await asked.write(ComplaintSeen, act)


@router.post("/{complaint_id}/review", responses=refusals(404, 409))
async def ask_for_review(
    complaint_id: Identifier, body: ReviewAsked, composed: Composed, asked: Asked
) -> ComplaintSeen:
    """Take up the customer's request for a review: within its limit, once."""
    now, by = composed.now(), asked.caller.subject

    async def act(books: UnitOfWork) -> ComplaintSeen:
        found = await _found(books, complaint_id)
        today = now.astimezone(composed.zone).date()
        if found.review_until is None or found.review_asked_at is not None:
            raise Problem(409, "not-reviewable", "Only a decision is reviewed, and once.")
        if today > found.review_until:
            raise Problem(409, "not-reviewable", "A review could be asked for earlier only.")
        case = await books.cases.get(found.case_id)
        limits = await limits_of(books, "" if case is None else case.policy_no, now, composed)
        limit = limits.needed(REVIEW_RULE)
        asked_for = replace(found, review_asked_at=now, review_due_on=limit.due_on)
        await books.complaints.change(
            asked_for, "ask-review", by, now, due=limit.due_on, reason=body.reason
        )
        return complaint_seen(asked_for, now)

    return await asked.write(ComplaintSeen, act)


@router.post("/{complaint_id}/decide", responses=refusals(404, 409))
async def decide_complaint(
    complaint_id: Identifier, body: ComplaintDecided, composed: Composed, asked: Asked
) -> ComplaintSeen:
    """Decide a complaint, or its review; nobody who worked on its case, or decided it, may."""
    now, by = composed.now(), asked.caller.subject
    async with composed.database.reading() as room:
        operator = await operator_of(room, asked.caller)

    async def act(books: UnitOfWork) -> ComplaintSeen:
        found = await _found(books, complaint_id)
        if found.decided_at is not None and not found.is_under_review:
            raise Problem(409, "not-open", "The complaint was decided already.")
        await _free_of_conflict(books, found, operator)
        if found.is_under_review:
            return complaint_seen(await _reviewed(books, found, body, (by, now)), now)
        case = await books.cases.get(found.case_id)
        limits = await limits_of(books, "" if case is None else case.policy_no, now, composed)
        until = limits.end_of(ASKING_RULE)
        decided = replace(
            found,
            outcome=body.outcome,
            decided_by=by,
            decided_at=now,
            reason=body.reason,
            facts=body.facts,
            basis=body.basis,
            review_until=None if until is None else until.due_on,
        )
        await books.complaints.change(decided, "decide", by, now, outcome=body.outcome)
        await _link(books, decided, by, now)
        if until is not None and body.outcome != "WITHDRAWN":
            told = {**_told(found, body), "reviewUntil": str(until.due_on)}
            await _owe(books, decided, "complaint_decided", told, now)
        return complaint_seen(decided, now)

    return await asked.write(ComplaintSeen, act)


def _no_later(limit: Deadline, law: Deadline | None, *, than: Complaint) -> Deadline:
    """Hold a longer limit within that of mis-selling; raises Problem 409 if nothing is won."""
    within = limit if law is None or limit.due_on <= law.due_on else law
    if within.due_on <= than.due_on:
        raise Problem(
            409,
            "not-extendable",
            "Mis-selling that a call-back found is solved in 15 working days.",
        )
    return within


async def _free_of_conflict(books: UnitOfWork, found: Complaint, operator: Operator) -> None:
    """Neither who worked on the case or decided already, nor, on mis-selling, who sells."""
    deeds = await books.human_tasks.deeds(found.case_id)
    if operator.id == found.decided_by or any(deed.actor == operator.id for deed in deeds):
        raise Problem(403, "four-eyes", "Whoever worked on the case may not decide.")
    if found.cause == "MIS_SELLING" and operator.agent_id is not None:
        raise Problem(403, "four-eyes", "Mis-selling is solved by somebody who sells nothing.")


async def _reviewed(
    books: UnitOfWork, found: Complaint, body: ComplaintDecided, who: tuple[str, datetime]
) -> Complaint:
    by, now = who
    reviewed = replace(
        found,
        review_outcome=body.outcome,
        reviewed_by=by,
        reviewed_at=now,
        review_reason=body.reason,
    )
    await _owe(books, reviewed, "complaint_reviewed", _told(found, body), now)
    return await books.complaints.change(reviewed, "review", by, now, outcome=body.outcome)


def _told(found: Complaint, body: ComplaintDecided) -> dict[str, Any]:
    return {
        "complaintId": found.id,
        "outcome": body.outcome,
        "facts": body.facts,
        "basis": body.basis,
    }


async def _owe(
    books: UnitOfWork, complaint: Complaint, template: str, facts: Mapping[str, Any], at: datetime
) -> None:
    await books.complaint_letters.owe(
        ComplaintLetter(
            id=derive("CL", complaint.id, template, complaint.extension or ""),
            complaint_id=complaint.id,
            case_id=complaint.case_id,
            template=template,
            facts=facts,
            asked_at=at,
        )
    )


async def _link(books: UnitOfWork, complaint: Complaint, by: str, at: datetime) -> None:
    """Close the anomaly of the case: what was complained of is answered."""
    for anomaly in await books.anomalies.of_case(complaint.case_id):
        if (anomaly.reason, anomaly.detail, anomaly.closed_at) == (COMPLAINT, complaint.id, None):
            await books.anomaly_desk.close(
                anomaly, outcome="COMPLAINT_LINKED", note="", by=by, at=at
            )


async def _found(books: UnitOfWork, complaint_id: str) -> Complaint:
    found = await books.complaints.get(complaint_id)
    if found is None:
        raise Problem(404, "unknown-complaint", "There is no such complaint.")
    return found


async def _open(books: UnitOfWork, complaint_id: str) -> Complaint:
    found = await _found(books, complaint_id)
    if found.decided_at is not None:
        raise Problem(409, "not-open", "The complaint was decided already.")
    return found

"""``feedback.call_back``: what was answered is on record; what went wrong becomes a complaint."""

from activities.lawful import calendar_of
from activities.ports import Books
from activities.step import Done, Job, Local, Steps
from workflows.contracts.feedback import CallBackRequest, CallBackResult
from workflows.domain import findings
from workflows.domain.call_back import CALL_BACK_CHANNEL, CallBackAnswers
from workflows.domain.clocks import Deadline, deadline
from workflows.domain.complaint import COMPLAINT_RULE, SERVICE_RULE, Complaint, ComplaintCause
from workflows.domain.jurisdiction import JurisdictionPack, UnknownRule


async def _record(job: Job, request: CallBackRequest, books: Books) -> Done[CallBackResult]:
    heard = request.answers.model_dump() if request.answers is not None else {}
    answers = CallBackAnswers(**heard)
    told = {name: answer for name, answer in heard.items() if answer is not None}
    cause = _cause(answers, afterwards=request.afterwards)
    if cause is None:
        return Done(result=CallBackResult(), detail={"answers": told})
    complaint = await _complaint(job, request, cause, books)
    await books.complaints.register(complaint)
    await books.anomalies.record(await _anomaly(job, complaint, books))
    return Done(
        result=CallBackResult(complaint_id=complaint.id),
        detail={"answers": told, "complaint": complaint.id},
    )


def _cause(answers: CallBackAnswers, *, afterwards: bool) -> ComplaintCause | None:
    if answers.is_mis_sold:
        return "MIS_SELLING"
    return "CONDUCT" if afterwards and answers.asked_for is False else None


async def _complaint(
    job: Job, request: CallBackRequest, cause: ComplaintCause, books: Books
) -> Complaint:
    """Owed within the complaint limits of today's law, which end inside the 15 working days."""
    pack = await books.packs.for_policy(request.policy_no, job.today)
    limit = await _limit(job, pack, COMPLAINT_RULE, books)
    try:
        service = await _limit(job, pack, SERVICE_RULE, books)
    except UnknownRule:
        service = None
    targets = [one.target_on for one in (limit, service) if one is not None]
    return Complaint(
        id=job.id("CP"),
        case_id=job.case_id,
        cause=cause,
        channel=CALL_BACK_CHANNEL,
        received_at=job.at,
        registered_by=request.by,
        due_on=limit.due_on,
        due_at=limit.due_strict,
        service_due_on=None if service is None else service.due_on,
        target_on=min((day for day in targets if day is not None), default=None),
    )


async def _limit(job: Job, pack: JurisdictionPack, rule_id: str, books: Books) -> Deadline:
    calendar = await books.calendars.load(pack.calendar)
    return deadline(pack.clock(rule_id, job.today), job.at, calendar, job.zone)


async def _anomaly(job: Job, complaint: Complaint, books: Books) -> findings.Anomaly:
    return findings.Anomaly(
        id=job.id("AN"),
        case_id=job.case_id,
        class_="CUSTOMER",
        reason=findings.COMPLAINT,
        route=findings.ANOMALY_ROUTES["CUSTOMER"].queue,
        opened_at=job.at,
        due_on=findings.anomaly_due("CUSTOMER", job.today, await calendar_of(books, job)),
        detail=complaint.id,
        element=job.element,
    )


STEPS: Steps = {"feedback.call_back": Local(run=_record)}

"""Feedback 反馈: ask how it went, write the answer down, owe a recovery where it went badly."""

from dataclasses import dataclass

from activities.errors import Refused
from activities.lawful import calendar_of
from activities.mailing import Refusal, Way, find_recipient, note_refusals, ways_by_mail
from activities.ports import Books
from activities.step import Done, Job, Local, Outside, Steps, Systems
from workflows.contracts.feedback import (
    AnswerRequest,
    AnswerResult,
    Recovery,
    RecoveryRequest,
    RecoveryResult,
    Survey,
    SurveyRequest,
    SurveyResult,
)
from workflows.domain import feedback
from workflows.domain.clocks import end_of_day
from workflows.domain.records import Mail, MailReceipt
from workflows.domain.systems import Undeliverable

_TEMPLATE = "survey_csat@1"
_SUBJECT = "请评价本次服务 / How did we do?"
_BODY = (
    "您的保全申请 {case} 已办结。请用 1 至 5 分评价本次服务（5 分最满意），"
    "并在回复时注明问卷号 {survey}。\n\n"
    "Your request {case} is complete. Please rate our service from 1 to 5 (5 is best) and quote"
    " survey {survey} in your reply.\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyPlan:
    """A survey about to be sent."""

    survey: feedback.Survey
    ways: tuple[Way, ...]
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveySent:
    """Who took it, if anybody did."""

    way: Way | None = None
    receipt: MailReceipt | None = None
    refusals: tuple[Refusal, ...] = ()


async def _prepare(job: Job, request: SurveyRequest, books: Books) -> SurveyPlan:
    recipient = await find_recipient(books, job, request.applicant_party_id)
    survey = feedback.Survey(
        id=job.id("SV"),
        case_id=job.case_id,
        party_id=request.applicant_party_id,
        type="CSAT",
        sent_at=job.at,
    )
    body = _BODY.format(case=job.case_id, survey=survey.id)
    ways = ways_by_mail(job, recipient, template=_TEMPLATE, content=body)
    if ways:
        await books.communications.record(ways[0].communication, at=job.at)
    return SurveyPlan(survey=survey, ways=tuple(ways), body=body)


async def _send(plan: SurveyPlan, systems: Systems) -> SurveySent:
    """Send it to the first address that takes it; nobody is asked on paper."""
    refusals: list[Refusal] = []
    for way in plan.ways:
        mail = Mail(message_id=way.message_id, to=way.to, subject=_SUBJECT, body=plan.body)
        try:
            receipt = await systems.notifier.send(mail)
        except Undeliverable as refused:
            refusals.append(Refusal(way=way, response=refused.response))
            continue
        return SurveySent(way=way, receipt=receipt, refusals=tuple(refusals))
    return SurveySent(refusals=tuple(refusals))


async def _conclude(
    job: Job, plan: SurveyPlan, sent: SurveySent, books: Books
) -> Done[SurveyResult]:
    await books.surveys.open(plan.survey)
    await note_refusals(books, job, sent.refusals)
    if sent.way is not None and sent.receipt is not None:
        await books.communications.record(sent.way.communication)
        await books.communications.mark_sent(
            sent.way.communication.id, job.at, sent.receipt.response
        )
    communication = None if sent.way is None else sent.way.communication.id
    return Done(
        result=SurveyResult(survey=Survey(id=plan.survey.id, sent_at=job.at)),
        detail={"survey": plan.survey.id, "communication": communication},
    )


async def _answer(job: Job, request: AnswerRequest, books: Books) -> Done[AnswerResult]:
    await _own_survey(books, job, request.survey_id)
    survey = await books.surveys.answer(
        request.survey_id, request.csat, request.comment or "", job.at
    )
    csat = survey.csat or request.csat
    return Done(
        result=AnswerResult(recovery_needed=feedback.needs_recovery(csat)),
        detail={"survey": survey.id, "csat": csat},
    )


async def _recover(job: Job, request: RecoveryRequest, books: Books) -> Done[RecoveryResult]:
    survey = await _own_survey(books, job, request.survey_id)
    calendar = await calendar_of(books, job)
    due = calendar.add_working_days(job.today, feedback.RECOVERY_WORKING_DAYS)
    recovery = feedback.Recovery(
        id=job.id("RC"),
        survey_id=survey.id,
        case_id=job.case_id,
        opened_at=job.at,
        due_on=due.on,
    )
    await books.surveys.recover(recovery)
    due_at = end_of_day(due.on, job.zone)
    return Done(
        result=RecoveryResult(recovery=Recovery(id=recovery.id, due_at=due_at)),
        detail={"recovery": recovery.id, "survey": survey.id},
    )


async def _own_survey(books: Books, job: Job, survey_id: str) -> feedback.Survey:
    survey = await books.surveys.get(survey_id)
    if survey is None or survey.case_id != job.case_id:
        raise Refused("UNKNOWN_SURVEY", "The case has no such survey.")
    return survey


STEPS: Steps = {
    "feedback.survey": Outside(prepare=_prepare, call=_send, conclude=_conclude, systems=("mail",)),
    "feedback.record": Local(run=_answer),
    "feedback.recovery": Local(run=_recover),
}

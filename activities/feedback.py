"""Feedback 反馈: ask how it went, write the answer down, owe a recovery where it went badly."""

from dataclasses import dataclass

from activities.errors import Refused
from activities.lawful import calendar_of
from activities.mailing import find_recipient, intend
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
from workflows.domain.records import Communication, Mail, MailReceipt

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
    communication: Communication
    mail: Mail


async def _prepare(job: Job, request: SurveyRequest, books: Books) -> SurveyPlan:
    recipient = await find_recipient(books, request.applicant_party_id)
    survey = feedback.Survey(
        id=job.id("SV"),
        case_id=job.case_id,
        party_id=request.applicant_party_id,
        type="CSAT",
        sent_at=job.at,
    )
    body = _BODY.format(case=job.case_id, survey=survey.id)
    communication = await intend(books, job, recipient, template=_TEMPLATE, content=body)
    mail = Mail(
        message_id=communication.message_id or communication.id,
        to=recipient.contact.value,
        subject=_SUBJECT,
        body=body,
    )
    return SurveyPlan(survey=survey, communication=communication, mail=mail)


async def _send(plan: SurveyPlan, systems: Systems) -> MailReceipt:
    return await systems.notifier.send(plan.mail)


async def _conclude(
    job: Job, plan: SurveyPlan, receipt: MailReceipt, books: Books
) -> Done[SurveyResult]:
    await books.surveys.open(plan.survey)
    await books.communications.mark_sent(plan.communication.id, job.at, receipt.response)
    return Done(
        result=SurveyResult(survey=Survey(id=plan.survey.id, sent_at=job.at)),
        detail={"survey": plan.survey.id, "communication": plan.communication.id},
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

"""Feedback 反馈: ask how it went, write the answer down, owe a recovery where it went badly."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

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

_TEMPLATE = "survey_csat@2"
_SUBJECT = "请评价本次服务 / How did we do?"
_BODY = (
    "您的保全申请 {case} 已办结。请回复问卷号 {survey} 并告知：\n"
    "1. 满意度，1 至 5 分（5 分最满意）；\n"
    "2. 办理是否省力，1 至 7 分（7 分最省力）；\n"
    "{nps_zh}如不愿再收到问卷，请告知我们的任一渠道。\n\n"
    "Your request {case} is complete. Please quote survey {survey} and tell us:\n"
    "1. how satisfied you are, from 1 to 5 (5 is best);\n"
    "2. how easy it was, from 1 to 7 (7 is easiest);\n"
    "{nps_en}If you do not want to be asked again, tell us by any channel.\n"
)
_NPS_ZH = "3. 向亲友推荐我们的可能性，0 至 10 分。\n"
_NO_NPS = {"nps_zh": "", "nps_en": ""}
_NPS_EN = "3. how likely you are to recommend us, from 0 to 10.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyPlan:
    """A survey about to be sent; or when to try again, or that the customer is not asked."""

    survey: feedback.Survey
    ways: tuple[Way, ...] = ()
    body: str = ""
    outcome: Literal["ASKED", "LATER", "NOT_WANTED"] = "ASKED"
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveySent:
    """Who took it, if anybody did."""

    way: Way | None = None
    receipt: MailReceipt | None = None
    refusals: tuple[Refusal, ...] = ()


async def _prepare(job: Job, request: SurveyRequest, books: Books) -> SurveyPlan:
    party_id = request.applicant_party_id
    recently = await books.surveys.asked_nps(party_id, job.at - feedback.NPS_PAUSE)
    survey = feedback.Survey(
        id=job.id("SV"),
        case_id=job.case_id,
        party_id=party_id,
        type="CSAT",
        sent_at=job.at,
        asks_nps=not recently,
    )
    found = await books.anomalies.of_case(job.case_id)
    if not (feedback.may_be_asked(found) and await books.surveys.wanted_by(party_id)):
        return SurveyPlan(survey=survey, outcome="NOT_WANTED")
    later = feedback.quiet_until(job.at, await books.packs.of_case(job.case_id))
    if later is not None and request.may_wait:
        return SurveyPlan(survey=survey, outcome="LATER", not_before=later)
    return await _asking(job, survey, books)


async def _asking(job: Job, survey: feedback.Survey, books: Books) -> SurveyPlan:
    recipient = await find_recipient(books, job, survey.party_id)
    more = {"nps_zh": _NPS_ZH, "nps_en": _NPS_EN} if survey.asks_nps else _NO_NPS
    body = _BODY.format(case=job.case_id, survey=survey.id, **more)
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
    told = Survey(
        id=plan.survey.id, sent_at=job.at, outcome=plan.outcome, not_before=plan.not_before
    )
    if plan.outcome != "ASKED":
        return Done(result=SurveyResult(survey=told), detail={"outcome": plan.outcome})
    await books.surveys.open(plan.survey)
    await note_refusals(books, job, sent.refusals)
    if sent.way is not None and sent.receipt is not None:
        await books.communications.record(sent.way.communication)
        await books.communications.mark_sent(
            sent.way.communication.id, job.at, sent.receipt.response
        )
    communication = None if sent.way is None else sent.way.communication.id
    return Done(
        result=SurveyResult(survey=told),
        detail={"survey": plan.survey.id, "communication": communication},
    )


async def _answer(job: Job, request: AnswerRequest, books: Books) -> Done[AnswerResult]:
    await _own_survey(books, job, request.survey_id)
    answer = feedback.Answer(
        csat=request.csat, effort=request.effort, nps=request.nps, comment=request.comment or ""
    )
    survey = await books.surveys.answer(request.survey_id, answer, job.at)
    return Done(
        result=AnswerResult(recovery_needed=feedback.needs_recovery(survey)),
        detail={
            "survey": survey.id,
            "csat": survey.csat,
            "effort": survey.effort,
            "nps": survey.nps,
        },
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

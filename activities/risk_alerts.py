"""``anomaly.risk_alert``: somebody acted in a person's name; the case and its like are told."""

from datetime import timedelta

from activities.lawful import calendar_of
from activities.ports import Books
from activities.step import Done, Job, Local, Steps
from workflows.contracts.contact import RiskAlert as Raised
from workflows.contracts.contact import RiskAlertRequest, RiskAlertResult
from workflows.domain import findings
from workflows.domain.audit import Change
from workflows.domain.contact import OBJECTION_HOURS, RiskAlert
from workflows.domain.message import Publication

NOT_ME = "contact.not-me"
"""The message that ends a case whose change was never the person's."""


async def _raise(job: Job, request: RiskAlertRequest, books: Books) -> Done[RiskAlertResult]:
    alert = RiskAlert(
        id=job.id("RA"),
        case_id=job.case_id,
        party_id=request.applicant_party_id,
        reason=request.reason,
        raised_at=job.at,
    )
    await books.risk_alerts.raise_alert(alert)
    await books.audit.append(_sessions(job, alert))
    anomaly_id = await _to_the_desk(job, request, books)
    for case_id in request.cases:
        if case_id != job.case_id:
            await books.messages.publish(_not_me(job, case_id))
    return Done(
        result=RiskAlertResult(alert=Raised(id=alert.id, anomaly_id=anomaly_id)),
        detail={"alert": alert.id, "reason": alert.reason, "cases": request.cases},
    )


def _sessions(job: Job, alert: RiskAlert) -> Change:
    """The order to every channel that keeps sessions; it reads since when on the person's page."""
    return Change(
        stream=job.case_id,
        action="sessions.revoke",
        actor="system",
        at=job.at,
        object_type="subject",
        object_id=alert.party_id,
        detail={"alert": alert.id},
    )


async def _to_the_desk(job: Job, request: RiskAlertRequest, books: Books) -> str:
    """The desk reports it, to the police or further, or finds that nothing was wrong."""
    due_on = findings.anomaly_due("RISK", job.today, await calendar_of(books, job))
    anomaly = findings.Anomaly(
        id=job.id("AN"),
        case_id=job.case_id,
        class_="RISK",
        reason=request.reason,
        route=findings.ANOMALY_ROUTES["RISK"].queue,
        opened_at=job.at,
        due_on=due_on,
        element=job.element,
    )
    await books.anomalies.record(anomaly)
    return anomaly.id


def _not_me(job: Job, case_id: str) -> Publication:
    return Publication(
        name=NOT_ME,
        key=case_id,
        message_id=job.id("MSG"),
        variables={},
        at=job.at,
        time_to_live=timedelta(hours=OBJECTION_HOURS),
        publisher=job.instance_id,
    )


STEPS: Steps = {"anomaly.risk_alert": Local(run=_raise)}

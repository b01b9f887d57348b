"""Anomaly 异常: grade, route, close; every anomaly is a record."""

from activities.errors import Refused
from activities.lawful import calendar_of
from activities.ports import Books
from activities.step import Done, Job, Local, Steps
from workflows.contracts.anomaly import (
    Anomaly,
    CloseRequest,
    CloseResult,
    RecordRequest,
    RecordResult,
)
from workflows.domain import findings
from workflows.domain.clocks import end_of_day


async def _record(job: Job, request: RecordRequest, books: Books) -> Done[RecordResult]:
    kind = request.anomaly_class
    known = await _breach_on_record(job, request, books)
    if known is not None:
        return _recorded(job, known)
    due_on = findings.anomaly_due(kind, job.today, await calendar_of(books, job))
    anomaly = findings.Anomaly(
        id=job.id("AN"),
        case_id=job.case_id,
        class_=kind,
        reason=request.reason,
        route=findings.ANOMALY_ROUTES[kind].queue,
        opened_at=job.at,
        due_on=due_on,
        detail=request.detail or "",
        element=request.element or job.element,
    )
    await books.anomalies.record(anomaly)
    return _recorded(job, anomaly)


async def _breach_on_record(
    job: Job, request: RecordRequest, books: Books
) -> findings.Anomaly | None:
    """A limit breaks once, whoever sees it first: its model, its clock, or who tells of it."""
    if request.anomaly_class != "SLA":
        return None
    known = await books.anomalies.of_case(job.case_id)
    return next((each for each in known if each.reason == request.reason), None)


def _recorded(job: Job, anomaly: findings.Anomaly) -> Done[RecordResult]:
    due_at = None if anomaly.due_on is None else end_of_day(anomaly.due_on, job.zone)
    return Done(
        result=RecordResult(
            anomaly=Anomaly(
                id=anomaly.id,
                anomaly_class=anomaly.class_,
                route=anomaly.route,
                due_at=due_at,
            )
        ),
        detail={"anomaly": anomaly.id, "class": anomaly.class_, "route": anomaly.route},
    )


async def _close(job: Job, request: CloseRequest, books: Books) -> Done[CloseResult]:
    anomaly = await books.anomalies.get(request.anomaly_id)
    if anomaly is None or anomaly.case_id != job.case_id:
        raise Refused("UNKNOWN_ANOMALY", "The case has no such anomaly.")
    if not findings.may_close(anomaly.class_, request.outcome):
        allowed = ", ".join(findings.ANOMALY_ROUTES[anomaly.class_].outcomes)
        raise Refused("INPUT", f"outcome: an anomaly of class {anomaly.class_} ends {allowed}.")
    await books.anomalies.close(anomaly.id, request.outcome, request.note or "", job.at)
    return Done(result=CloseResult(), detail={"anomaly": anomaly.id, "outcome": request.outcome})


STEPS: Steps = {"anomaly.record": Local(run=_record), "anomaly.close": Local(run=_close)}

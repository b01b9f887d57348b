"""``verification.intake`` and ``verification.agree``: the notice stored, the clocks started."""

from activities.errors import Fault, Refused
from activities.ports import Books
from activities.step import Done, Job, Local
from activities.timekeeping import meet, stop
from activities.verification import clocks
from workflows.contracts.payload import payload
from workflows.contracts.verification import (
    AgreeRequest,
    AgreeResult,
    IntakeRequest,
    IntakeResult,
)
from workflows.domain.case import fingerprint
from workflows.domain.items import CATALOGUE
from workflows.domain.policy import PolicyLock

_AT_NOTICE = ("K-ACC", "K-ONE")


async def _intake(job: Job, request: IntakeRequest, books: Books) -> Done[IntakeResult]:
    if await books.policies.get(request.policy_no) is None:
        raise Fault("POLICY_NOT_FOUND", "The policy is not on the books.")
    mark = request_fingerprint(request)
    duplicate_of = await books.cases.duplicate_of(mark, job.case_id)
    await books.cases.stamp(job.case_id, mark, duplicate_of)
    arrived = request.notice_arrived_at.astimezone(job.zone)
    rules = (*_AT_NOTICE, *CATALOGUE[request.item].law_clocks)
    deadlines = await clocks.compute(books, job, rules, arrived)
    if duplicate_of is None:
        lock = PolicyLock(
            policy_no=request.policy_no,
            case_id=job.case_id,
            item=request.item,
            notice_arrived_at=arrived,
        )
        await books.locks.acquire(lock)
        await clocks.start(books, job, deadlines)
    return Done(
        result=IntakeResult(
            duplicate_of=duplicate_of, fingerprint=mark, clocks=clocks.shown(deadlines)
        ),
        detail={
            "policyNo": request.policy_no,
            "item": request.item,
            "noticeArrivedAt": arrived,
            "fingerprint": mark,
            "duplicateOf": duplicate_of,
        },
    )


def request_fingerprint(request: IntakeRequest) -> str:
    """Tell the same request again, whatever channel and papers it came by."""
    return fingerprint(
        request.policy_no,
        request.item,
        {"applicant": request.applicant_party_id, **payload(request.item, request.request)},
    )


async def _agree(job: Job, request: AgreeRequest, books: Books) -> Done[AgreeResult]:
    (complete,) = await clocks.compute(books, job, ["K-DO"], job.at)
    await clocks.start(books, job, [complete])
    await meet(books, job, "K-ACC")
    await stop(books, job, "K-ONE")
    running = [clock.deadline for clock in await books.clocks.of_case(job.case_id)]
    if not {"K-ACC", "K-ONE"} <= {each.rule_id for each in running}:
        raise Refused("NO_CLOCKS", "The case was never taken in: it has no clocks.")
    return Done(
        result=AgreeResult(agreed_at=job.at, clocks=clocks.shown(running)),
        detail={"policyNo": request.policy_no, "completeDue": complete.due_strict},
    )


INTAKE = Local(run=_intake)
AGREE = Local(run=_agree)

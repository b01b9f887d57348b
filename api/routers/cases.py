"""Cases: start, list, read, trail, ledger, audit, cancel."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.exc import IntegrityError

from api.answers import Asked, Once
from api.attendance import attendance, nobody_works
from api.auth import Caller
from api.change_intake import change_of, enter, with_change
from api.confidential import may_know, without_hints
from api.contact_intake import proposal_of, without_data
from api.decided import decided
from api.dependencies import Composed, Deployment, Known, standing_of
from api.disclosing import disclosed_to, is_onlooker, record
from api.holding import hold_seen, knows_holds
from api.idempotency import reused
from api.in_flight import refuse_beside, repeated
from api.intake import case_id_of, check_policy, start_order, to_case, wanted_definition
from api.paging import page_of
from api.permissions import acting_as
from api.presenting import (
    case_detail,
    case_summary,
    ledger_seen,
    masked_task,
    task_seen,
    trail_entry,
    without_content,
)
from api.problems import Problem, refusals
from api.repairing import forecast_seen, foreseen, repair_order
from api.schemas.case_record import AuditSeen, LedgerSeen, TrailPage
from api.schemas.cases import (
    CaseAccepted,
    CaseCancel,
    CaseDetail,
    CaseEnded,
    CasePage,
    CaseQuery,
    CaseStart,
)
from api.schemas.decisions import DecisionsTaken
from api.schemas.shapes import Identifier, PageQuery
from api.schemas.work import TaskSeen
from infra.db.connections.away import unhindered
from infra.db.pages.case_views import CaseFilter
from infra.db.unit_of_work import ReadingRoom
from workflows.contracts.case import Cancellation
from workflows.contracts.repair import Cancel
from workflows.domain.canonical import content_hash
from workflows.domain.case import Case
from workflows.domain.disclosure import Purpose
from workflows.domain.human_task import HumanTask

router = APIRouter(prefix="/v1/cases", tags=["cases"])

STILL = timedelta(minutes=1)
"""A case on its way moves within this time."""


@router.post("", status_code=201, responses=refusals(409))
async def start_case(
    start: CaseStart, response: Response, composed: Composed, asked: Asked
) -> CaseAccepted:
    """Accept a servicing request; a 201 survives any crash.

    The same request again, under whatever key, is answered 200 with the case in progress.
    """
    async with asked.turn():
        accepted = await asked.answered(CaseAccepted) or await _accept(start, asked, composed)
    if accepted.duplicate_of is not None:
        response.status_code = 200
    response.headers["Location"] = f"/v1/cases/{accepted.case_id}"
    return accepted


async def _accept(start: CaseStart, asked: Once, composed: Deployment) -> CaseAccepted:
    case_id = case_id_of(asked.request_id)
    async with composed.database.reading() as room:
        party = await check_policy(room, start)
        found = await wanted_definition(room, start)
        change = await change_of(room, start, case_id, composed.now())
    proposal = proposal_of(start, party, case_id=case_id, at=composed.now())
    start = without_data(with_change(start, change), proposal)
    case = to_case(start, found, case_id=case_id, subject=asked.caller.subject, composed=composed)
    accepted = CaseAccepted(
        case_id=case.id, process=case.process_id, version=case.version, accepted_at=case.accepted_at
    )

    async def unit() -> CaseAccepted | None:
        async with composed.database.work() as books:
            await books.policies.get(case.policy_no)  # held: one request on a policy at a time
            running = await books.cases.running_on(case.policy_no)
            first = repeated(running, case)
            if first is not None:
                answer = _again(first)
                await books.acceptance.repeat(first, case.channel, asked.record(answer, 200))
                return answer
            refuse_beside(running, case)
            await enter(books, change)
            await books.acceptance.accept(case, start.request, asked.record(accepted, 201))
            if proposal is not None:
                await books.contact_changes.propose(proposal)
            return None

    try:
        again = await unhindered(unit)
    except IntegrityError:
        # A twin request was faster, or the answer to this one was forgotten long ago.
        return await asked.answered(CaseAccepted) or await _known(case, start, composed)
    if again is not None:
        return again
    composed.telemetry.metrics.accepted(case.process_id)
    if f"process:{case.process_id}" not in await composed.standing():
        await composed.cases.start(start_order(case, composed.zone))
    return accepted


async def _known(case: Case, start: CaseStart, composed: Deployment) -> CaseAccepted:
    """Return the case that this very request led to, after its answer was forgotten."""
    async with composed.database.reading() as room:
        known = await room.cases.get(case.id)
        payload_hash = await room.acceptance.payload_hash(case.id)
    same = known is not None and (known.policy_no, known.item, payload_hash) == (
        case.policy_no,
        case.item,
        content_hash(start.request),
    )
    if known is None or not same:
        raise reused()
    return CaseAccepted(
        case_id=known.id,
        process=known.process_id,
        version=known.version,
        accepted_at=known.accepted_at,
    )


def _again(first: Case) -> CaseAccepted:
    return CaseAccepted(
        case_id=first.id,
        process=first.process_id,
        version=first.version,
        accepted_at=first.accepted_at,
        duplicate_of=first.id,
    )


@router.get("")
async def list_cases(
    request: Request, composed: Composed, query: Annotated[CaseQuery, Query()]
) -> CasePage:
    """List cases, the newest first."""
    page = page_of(query, composed.cursors, request.url.path)
    place = page.place
    wanted = CaseFilter(
        statuses=(query.status,) if query.status else (),
        process_id=query.process,
        policy_no=query.policy_no,
        with_incident_only=query.stuck,
        unfinished_only=query.unfinished,
        warned_by=composed.now() if query.late else None,
        unexplained_since=composed.now() - STILL if query.unexplained else None,
        after=(datetime.fromisoformat(place[0]), place[1]) if place else None,
        limit=page.with_one_more,
    )
    async with composed.database.reading() as room:
        found = await room.cases.list(wanted)
        clocks = await room.clocks.of_cases([case.id for case in found])
    cases, following = page.cut(found, lambda case: (case.accepted_at.isoformat(), case.id))
    now = composed.now()
    return CasePage(
        cases=[case_summary(case, clocks[case.id], now) for case in cases], next=following
    )


@router.get("/{case_id}", responses=refusals(404))
async def read_case(case_id: Identifier, composed: Composed, caller: Known) -> CaseDetail:
    """Read a case: where it stands, and every named reason it waits for."""
    polled = await composed.pollers.is_polled(composed.cases)
    async with composed.database.reading() as room:
        detail = await room.cases.detail(case_id)
        if detail is None:
            raise _unknown()
        knows = await may_know(room, caller)
        see = await _sight(room, caller, detail.tasks, composed.now(), knows=knows)
        reasons = await room.reasons.of(detail)
        seen = await room.attendance.last(composed.cases.task_queue)
        holds = await room.legal_holds.on_case(case_id) if await knows_holds(room, caller) else None
    found = attendance(seen, polled, composed.now())
    reasons = (*nobody_works(detail.case, found), *reasons)
    page = case_detail(detail, reasons, see=see, at=composed.now())
    if holds is not None:
        page = page.model_copy(update={"legal_holds": [hold_seen(one) for one in holds]})
    return page if knows else without_hints(page)


async def _sight(
    room: ReadingRoom, caller: Caller, tasks: tuple[HumanTask, ...], at: datetime, *, knows: bool
) -> Callable[[HumanTask], TaskSeen]:
    """Return how the caller sees the tasks of a case."""
    if is_onlooker(caller):
        return lambda task: masked_task(task, knows=knows)
    operator = await room.operators.get(caller.subject)
    if operator is None or operator.status != "ACTIVE":
        return without_content
    standing = await standing_of(room, operator, at)
    visible = [task for task in tasks if await room.inbox.is_visible(task, operator, standing)]
    return lambda task: task_seen(task) if task in visible else without_content(task)


@router.get("/{case_id}/trail", responses=refusals(404))
async def read_trail(
    case_id: Identifier,
    request: Request,
    composed: Composed,
    caller: Known,
    query: Annotated[PageQuery, Query()],
) -> TrailPage:
    """Read what a case did, the oldest first."""
    page = page_of(query, composed.cursors, request.url.path)
    after = int(page.place[0]) if page.place else 0
    async with composed.database.reading() as room:
        await _existing(room, case_id)
        found = await room.cases.trail(case_id, after=after, limit=page.with_one_more)
        knows = await may_know(room, caller)
    entries, following = page.cut(found, lambda entry: (str(entry.no),))
    told = TrailPage(entries=[trail_entry(entry) for entry in entries], next=following)
    return told if knows else without_hints(told)


@router.get("/{case_id}/decisions", responses=refusals(404))
async def read_decisions(
    case_id: Identifier,
    composed: Composed,
    caller: Known,
    purpose: Annotated[Purpose | None, Query()] = None,
) -> DecisionsTaken:
    """Read what tables decided in a case: which table, on what, with what answer."""
    shown = disclosed_to(caller, purpose)
    taken = await decided(composed, case_id, clear="TASK" in shown.fields)
    if taken is None:
        raise _unknown()
    await record(composed, caller, shown, of=("decisions", case_id), stream=case_id)
    return DecisionsTaken(decisions=taken)


@router.get("/{case_id}/ledger", responses=refusals(404))
async def read_ledger(case_id: Identifier, composed: Composed) -> LedgerSeen:
    """Read what a case posted, what it owes, and every attempt to pay."""
    async with composed.database.reading() as room:
        await _existing(room, case_id)
        postings = await room.ledger.of_case(case_id)
        owed = [
            (obligation, await room.obligations.attempts(obligation.id))
            for obligation in await room.obligations.of_case(case_id)
        ]
    return ledger_seen(postings, owed)


@router.get("/{case_id}/audit", responses=refusals(404))
async def verify_audit(case_id: Identifier, composed: Composed) -> AuditSeen:
    """Walk the case's hash chain from its first record, and say whether it is whole."""
    async with composed.database.reading() as room:
        await _existing(room, case_id)
        verdict = await room.audit.verify(case_id)
    return AuditSeen(
        whole=verdict.intact,
        records=verdict.records,
        head=verdict.head,
        broken_at=verdict.broken_at,
        reason=verdict.reason,
    )


@router.post("/{case_id}/cancel", responses=refusals(404, 409))
async def cancel_case(
    case_id: Identifier, body: CaseCancel, composed: Composed, asked: Asked
) -> CaseEnded:
    """End a case from outside its model; nothing is compensated."""
    role = acting_as(asked.caller.roles, "POST", "/v1/cases/{case_id}/cancel")
    if body.dry_run:
        async with composed.database.reading() as room:
            await _existing(room, case_id)
        order = repair_order(asked, role, body.reason, Cancel())
        told = await foreseen(composed, case_id, order)
        return CaseEnded(case_id=case_id, dry_run=True, at=None, forecast=forecast_seen(told))

    async def act() -> CaseEnded:
        async with composed.database.reading() as room:
            await _existing(room, case_id)
        order = Cancellation(
            request_id=asked.request_id,
            actor=asked.caller.subject,
            reason=body.reason,
            role=role,
        )
        receipt = await composed.cases.cancel(case_id, order)
        return CaseEnded(case_id=case_id, at=receipt.at)

    return await asked.send(CaseEnded, act)


async def _existing(room: ReadingRoom, case_id: str) -> Case:
    case = await room.cases.get(case_id)
    if case is None:
        raise _unknown()
    return case


def _unknown() -> Problem:
    return Problem(404, "unknown-case", "There is no such case.")

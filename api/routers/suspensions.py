"""Suspend and resume a case: it stands still with the processes it called, and loses nothing."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter

from api.answers import Asked, Once
from api.dependencies import Composed, Deployment
from api.permissions import acting_as
from api.presenting import clock_seen
from api.problems import Problem, refusals
from api.schemas.shapes import Identifier
from api.schemas.suspensions import StillWaiting, SuspensionOrder, SuspensionSeen
from infra.db.pages.case_views import CaseDetail, Wait
from workflows.contracts.repair import RepairOrder, Resume, Suspend

router = APIRouter(prefix="/v1/cases", tags=["cases"])
Act = Literal["suspend", "resume"]
_RUNS = "RUNNING"
_OF_CASE = "case"


@router.post("/{case_id}/suspend", responses=refusals(404, 409))
async def suspend_case(
    case_id: Identifier, body: SuspensionOrder, composed: Composed, asked: Asked
) -> SuspensionSeen:
    """Make a case stand still with all it called; clocks of law run on."""
    return await _carry_out("suspend", case_id, body, composed, asked)


@router.post("/{case_id}/resume", responses=refusals(404, 409))
async def resume_case(
    case_id: Identifier, body: SuspensionOrder, composed: Composed, asked: Asked
) -> SuspensionSeen:
    """Let a case go on: what was kept happens in the order it came, overdue timers among it."""
    return await _carry_out("resume", case_id, body, composed, asked)


async def _carry_out(
    act: Act, case_id: str, body: SuspensionOrder, composed: Deployment, asked: Once
) -> SuspensionSeen:
    if body.dry_run:
        detail = await _case(composed, case_id)
        _refuse(act, detail)
        return _seen(act, detail, composed.now())

    async def order() -> SuspensionSeen:
        detail = await _case(composed, case_id)
        receipt = await composed.cases.repair(
            case_id,
            RepairOrder(
                request_id=asked.request_id,
                actor=asked.caller.subject,
                role=acting_as(asked.caller.roles, "POST", f"/v1/cases/{{case_id}}/{act}"),
                reason=body.reason,
                act=Suspend() if act == "suspend" else Resume(),
            ),
        )
        seen = _seen(act, detail, receipt.at)
        kept = receipt.detail.get("stillSuspendedBy", [])
        return seen.model_copy(
            update={"dry_run": False, "at": receipt.at, "still_suspended_by": kept}
        )

    return await asked.send(SuspensionSeen, order)


async def _case(composed: Deployment, case_id: str) -> CaseDetail:
    async with composed.database.reading() as room:
        detail = await room.cases.detail(case_id)
    if detail is None:
        raise Problem(404, "unknown-case", "There is no such case.")
    return detail


def _refuse(act: Act, detail: CaseDetail) -> None:
    """Refuse what the case itself would refuse."""
    if detail.case.finished_at is not None:
        raise Problem(409, "case-not-running", "The case has ended, or has not begun yet.")
    sources = [wait.data.get("source") for wait in detail.waits if wait.kind == "suspension"]
    if act == "suspend" and _OF_CASE in sources:
        raise Problem(409, "suspended", "The case is suspended already.")
    if act == "resume" and _OF_CASE not in sources:
        raise Problem(409, "not-suspended", "The case is not suspended, or not by this.")


def _seen(act: Act, detail: CaseDetail, at: datetime) -> SuspensionSeen:
    instances = dict.fromkeys((detail.case.id, *(wait.instance_id for wait in detail.waits)))
    sources = {
        str(wait.data.get("source"))
        for wait in detail.waits
        if wait.kind == "suspension" and wait.instance_id == detail.case.id
    }
    return SuspensionSeen(
        case_id=detail.case.id,
        dry_run=True,
        act=act,
        instances=list(instances),
        waits=[_wait(wait, at) for wait in detail.waits if wait.kind != "suspension"],
        open_tasks=len(detail.tasks),
        clocks=[clock_seen(clock, at) for clock in detail.clocks if clock.state == _RUNS],
        still_suspended_by=sorted(sources - {_OF_CASE}) if act == "resume" else [],
    )


def _wait(wait: Wait, at: datetime) -> StillWaiting:
    return StillWaiting(
        waits_for=wait.kind,
        instance_id=wait.instance_id,
        element=wait.element,
        name=wait.name,
        due=wait.due,
        is_due=wait.due is not None and wait.due <= at,
    )

"""Human tasks: what I may see, claim, give back, delegate, complete."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.answers import Asked, Once
from api.auth import Caller
from api.confidential import AML_DESK, without_hints
from api.dependencies import Composed, Deployment, Known, operator_of, standing_of
from api.disclosing import disclosed_to, is_onlooker, record
from api.intake import wire
from api.local_ids import split_id
from api.paging import page_of
from api.permissions import AUDITOR
from api.presenting import masked_task, task_seen
from api.problems import Problem, refusals
from api.schemas.shapes import LocalId, Sent
from api.schemas.work import TaskActed, TaskComplete, TaskDelegate, TaskPage, TaskQuery, TaskSeen
from infra.db.pages.inbox import TaskFilter
from infra.db.unit_of_work import ReadingRoom
from workflows.contracts.human_task import Act, Outcome, TaskAct
from workflows.domain.authority import Operator
from workflows.domain.disclosure import Purpose
from workflows.domain.human_task import HumanTask

router = APIRouter(prefix="/v1/tasks", tags=["tasks"])

_ACT = refusals(404, 409)


class Nothing(Sent):
    """An empty body: ``{}``."""


@router.get("")
async def list_tasks(
    request: Request, composed: Composed, caller: Known, query: Annotated[TaskQuery, Query()]
) -> TaskPage:
    """List the open tasks I may see, the oldest first; ops and auditors see all."""
    page = page_of(query, composed.cursors, request.url.path)
    place = page.place
    async with composed.database.reading() as room:
        viewer = await _viewer(room, caller, mine=query.mine)
        wanted = TaskFilter(
            operator=viewer,
            standing=await standing_of(room, viewer, composed.now()),
            case_id=query.case_id,
            mine_only=query.mine,
            after=(datetime.fromisoformat(place[0]), place[1], int(place[2])) if place else None,
            limit=page.with_one_more,
        )
        found = await room.inbox.list(wanted)
    tasks, following = page.cut(
        found, lambda task: (task.opened_at.isoformat(), task.instance_id, str(task.key))
    )
    if not is_onlooker(caller):
        return TaskPage(tasks=[task_seen(task) for task in tasks], next=following)
    knows = AUDITOR in caller.roles
    masked = TaskPage(tasks=[masked_task(task, knows=knows) for task in tasks], next=following)
    return masked if knows else without_hints(masked)


@router.get("/{task_id}", responses=refusals(404))
async def read_task(
    task_id: LocalId,
    composed: Composed,
    caller: Known,
    purpose: Annotated[Purpose | None, Query()] = None,
) -> TaskSeen:
    """Read a task, with what there is to decide on and its content hash.

    Ops and auditors, who do not decide, see what is shown by its looks; in clear with a purpose.
    """
    shown = disclosed_to(caller, purpose)
    task = await _task(composed, caller, task_id)
    async with composed.database.reading() as room:
        draft = await room.inbox.draft(task)
    if not is_onlooker(caller):
        return task_seen(task, draft)
    knows = AUDITOR in caller.roles
    is_secret = AML_DESK in task.candidate_groups and not knows
    if is_secret or "TASK" not in shown.fields:
        masked = masked_task(task, knows=knows)
        return masked if knows else without_hints(masked)
    await record(composed, caller, shown, of=("task", task_id), stream=task.case_id)
    return task_seen(task, draft)


@router.post("/{task_id}/claim", responses=_ACT)
async def claim_task(
    task_id: LocalId, body: Nothing, composed: Composed, asked: Asked
) -> TaskActed:
    """Take a task for yourself."""
    del body
    return await _act(task_id, composed, asked, act="claim")


@router.post("/{task_id}/unclaim", responses=_ACT)
async def unclaim_task(
    task_id: LocalId, body: Nothing, composed: Composed, asked: Asked
) -> TaskActed:
    """Give a task back."""
    del body
    return await _act(task_id, composed, asked, act="unclaim")


@router.post("/{task_id}/delegate", responses=_ACT)
async def delegate_task(
    task_id: LocalId, body: TaskDelegate, composed: Composed, asked: Asked
) -> TaskActed:
    """Hand a task to somebody else who may do it."""
    return await _act(task_id, composed, asked, act="delegate", sent=body)


@router.post("/{task_id}/complete", responses=_ACT)
async def complete_task(
    task_id: LocalId, body: TaskComplete, composed: Composed, asked: Asked
) -> TaskActed:
    """Decide, or report work as done; its consequences are visible when this returns."""
    return await _act(task_id, composed, asked, act="complete", sent=body)


async def _act(
    task_id: str,
    composed: Deployment,
    asked: Once,
    *,
    act: Act,
    sent: TaskDelegate | TaskComplete | None = None,
) -> TaskActed:
    async def perform() -> TaskActed:
        task = await _task(composed, asked.caller, task_id)
        order = _order(task, act, asked, sent)
        receipt = await composed.cases.act_on_task(task.instance_id, order)
        return TaskActed(
            task_id=task_id,
            act=receipt.act,
            assignee=receipt.assignee,
            outcome=receipt.outcome,
            at=receipt.at,
        )

    return await asked.send(TaskActed, perform)


def _order(
    task: HumanTask, act: Act, asked: Once, sent: TaskDelegate | TaskComplete | None
) -> TaskAct:
    common = TaskAct(
        request_id=asked.request_id, act=act, task_key=task.key, actor=asked.caller.subject
    )
    match sent:
        case TaskDelegate():
            return common.model_copy(update={"delegate_to": sent.to, "comment": sent.comment})
        case TaskComplete():
            outcome: Outcome = sent.outcome
            return common.model_copy(
                update={
                    "outcome": outcome,
                    "comment": sent.comment,
                    "variables": wire(sent.variables),
                    "content_hash": sent.content_hash,
                }
            )
        case None:
            return common


async def _task(composed: Deployment, caller: Caller, task_id: str) -> HumanTask:
    named = split_id(task_id)
    async with composed.database.reading() as room:
        task = await room.inbox.get(*named) if named else None
        viewer = await _viewer(room, caller)
        standing = await standing_of(room, viewer, composed.now())
        if task is None or (
            viewer is not None and not await room.inbox.is_visible(task, viewer, standing)
        ):
            raise Problem(404, "unknown-task", "There is no such task, or you may not see it.")
    return task


async def _viewer(room: ReadingRoom, caller: Caller, *, mine: bool = False) -> Operator | None:
    """Return the operator whose view it is; None for those who may see every task."""
    if is_onlooker(caller) and not mine:
        return None
    return await operator_of(room, caller)

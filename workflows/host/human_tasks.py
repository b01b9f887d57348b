"""Human tasks: what a person may do, judged in three steps.

A validator refuses what cannot be right before anything is written: no such task, another content
than was shown, a malformed request. The loop asks the same again, because the task may have gone
meanwhile and signals have no validator. Then the local activity ``human_task.act`` judges the
person against the registry, in the transaction that records the act.
"""

from collections.abc import Callable
from typing import Final

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError

from workflows.bpmn.interpreter.occurrences import AssignmentAsked, TaskCompleted
from workflows.contracts.human_task import (
    HUMAN_TASK_ACT,
    ActAnswer,
    ActCall,
    TaskAct,
    TaskReceipt,
)
from workflows.feel import Value
from workflows.feel.temporal import DateTime
from workflows.host.case import Act, Case, OpenTask, decode_all, is_readable
from workflows.host.messages import take_up
from workflows.host.options import ACT_RETRY, PLATFORM_TIMEOUT, event_group, summary
from workflows.host.requests import refusal
from workflows.host.task_steps import Asked, hears, is_locked

DECISION: Final = "decision"
"""The variable that a completed task brings, and the header of tasks that ask for an outcome."""

DECISIONS: Final = ("approve", "reject", "return", "not-reached")
"""What decides a task; the model says in the header ``outcomes`` where a call reached nobody."""

Apply = Callable[[TaskCompleted | AssignmentAsked], None]


def objection(case: Case, act: TaskAct) -> ApplicationError | None:
    """Say what is wrong with an act as far as the case itself can tell."""
    task = case.waits.tasks.get(act.task_key)
    if task is None or case.finish is not None:
        return refusal("NOT_OPEN", "The task is not open.")
    if is_locked(case, act.task_key):
        return refusal("NOT_OPEN", "Listeners of the task are deciding about it.")
    if act.content_hash is not None and act.content_hash != task.content_hash:
        return refusal("CONTENT_CHANGED", "The task shows something else than was decided on.")
    if act.act == "complete":
        return _objection_to_completion(task, act)
    if act.act == "delegate" and not act.delegate_to:
        return refusal("INVALID", "Name the person to delegate to.")
    return None


def _objection_to_completion(task: OpenTask, act: TaskAct) -> ApplicationError | None:
    if act.content_hash is None:
        return refusal("INVALID", "Send the content hash of what was shown.")
    if task.act == DECISION and act.outcome not in DECISIONS:
        return refusal("INVALID", f"Decide by one of: {', '.join(DECISIONS)}.")
    if task.act == "work" and act.outcome not in (None, "done"):
        return refusal("INVALID", "This task asks for work, not for a decision.")
    if DECISION in act.variables:
        return refusal("INVALID", "The variable 'decision' is written by the platform.")
    if not is_readable(act.variables):
        return refusal("INVALID", "A variable is not a wire-encoded value.")
    return None


async def judge(case: Case, order: Act, apply: Apply) -> None:
    """Deal with an act; an accepted completion goes to the interpreter at once."""
    act = order.act
    error = objection(case, act)
    if error is not None:
        _refuse(case, order, error)
        return
    task = case.waits.tasks[act.task_key]
    answer = await _ask(case, task, act)
    if isinstance(answer, ApplicationError):
        case.requests.forget(act.request_id)
        order.reply.refuse(answer, case.journal.acknowledged)
        return
    if answer.refusal is not None:
        _refuse(case, order, refusal(answer.refusal, answer.message))
        return
    receipt = TaskReceipt(
        instance_id=case.instance_id,
        task_key=act.task_key,
        request_id=act.request_id,
        act=act.act,
        assignee=answer.assignee,
        outcome=act.outcome,
        at=case.now(),
    )
    case.requests.held[act.task_key] = Asked(order=order, receipt=receipt)
    if act.act == "complete":
        _complete(case, task, act, apply)
    elif hears(case, task.element, "assigning"):
        asked = AssignmentAsked(at=case.now(), key=act.task_key, assignee=answer.assignee)
        apply(asked)
    if not is_locked(case, act.task_key) and case.requests.held.pop(act.task_key, None):
        order.reply.accept(receipt, case.journal.last)


async def _ask(case: Case, task: OpenTask, act: TaskAct) -> ActAnswer | ApplicationError:
    batch = case.journal.ride()
    call = ActCall(
        case_id=case.input.case_id,
        instance_id=case.instance_id,
        at=case.now(),
        act=act,
        journal=batch,
    )
    try:
        answer: ActAnswer = await workflow.execute_local_activity(
            HUMAN_TASK_ACT,
            call,
            result_type=ActAnswer,
            start_to_close_timeout=PLATFORM_TIMEOUT,
            retry_policy=ACT_RETRY,
            summary=summary(f"{act.act}: {task.name}"),
            event_groups=(event_group(task.element),),
        )
    except FailureError:
        case.journal.settle(batch, committed=False)
        return refusal("UNAVAILABLE", "The act could not be judged now; repeat the request.")
    case.journal.settle(batch, committed=True)
    take_up(case, answer.messages)
    return answer


def _refuse(case: Case, order: Act, error: ApplicationError) -> None:
    act = order.act
    task = case.waits.tasks.get(act.task_key)
    place = (task.element, task.name, task.key) if task else (None, None, act.task_key)
    data = {"by": act.actor, "act": act.act, "requestId": act.request_id, "code": error.type}
    case.note("decisionRefused", place, data)
    case.requests.forget(act.request_id)
    order.reply.refuse(error, case.journal.last)


def _complete(case: Case, task: OpenTask, act: TaskAct, apply: Apply) -> None:
    at = case.now()
    place = (task.element, task.name, task.key)
    outcome = act.outcome or "done"
    made = {
        "by": act.actor,
        "outcome": outcome,
        "comment": act.comment,
        "requestId": act.request_id,
        "contentHash": act.content_hash,
    }
    case.note("decisionMade", place, made)
    if not hears(case, task.element, "completing"):
        del case.waits.tasks[act.task_key]
        case.note("taskClosed", place, {"why": "completed", "by": act.actor, "outcome": outcome})
    decision: dict[str, Value] = {
        "outcome": outcome,
        "comment": act.comment,
        "by": act.actor,
        "at": DateTime.from_datetime(at),
    }
    variables = {**decode_all(act.variables), DECISION: decision}
    apply(TaskCompleted(at=at, key=act.task_key, variables=variables))

"""Effects undone before a replayed case goes on: one after the other, the newest first, each once.

The case stands still meanwhile, by a reason of its own; what comes in is kept. Where something
cannot be undone it goes on standing still, as if operations had ordered it: when they let it go on,
what is left is tried again. Every step is found by its key, so a worker that dies repeats nothing.
"""

import asyncio
from typing import Any, Final

from temporalio import workflow
from temporalio.exceptions import FailureError

from workflows.bpmn.interpreter.undoing import NotAlone, work_of_handler
from workflows.contracts.activity import TaskAnswer, TaskCall
from workflows.contracts.case import ReplayNote, UndoneAsked, UndoOrder, UndoStep
from workflows.contracts.human_task import REPLAY_UNDONE
from workflows.contracts.repair import BY_OPERATOR, BY_REPLAY
from workflows.host.case import Case, decode_all
from workflows.host.contracts import contract_of
from workflows.host.faults import read_failure
from workflows.host.options import (
    LOCAL_PAUSE,
    OUTAGE_ROUNDS,
    PLATFORM_RETRY,
    PLATFORM_TIMEOUT,
    event_group,
    outage_pause,
    retry_policy,
    start_to_close,
    summary,
)
from workflows.host.suspension import resume, suspend
from workflows.host.undo_work import Undoing, Undone

RETRIES: Final = 3


class _NotUndone(Exception):
    """A step cannot be done, for now: where, and why."""


def order(case: Case, note: ReplayNote) -> None:
    """Remember what is to be undone before anything else."""
    wanted = note.undo or UndoOrder()
    if wanted.steps or wanted.anew:
        case.still.undoing = Undoing(note=note, steps=wanted.steps, anew=wanted.anew)


def is_under_way(case: Case) -> bool:
    """Tell whether something is being undone now."""
    return case.still.undoing is not None and case.still.undoing.is_under_way


def take_up(case: Case) -> None:
    """Begin to undo, or go on with it, unless the case stands still for another reason."""
    undoing = case.still.undoing
    if undoing is None or undoing.is_under_way or case.is_suspended or case.finish is not None:
        return
    undoing.is_under_way = True
    elements = ", ".join(one.element for one in undoing.steps[undoing.done :]) or "marks"
    note = undoing.note
    suspend(case, BY_REPLAY, note.actor, note.role, f"undone first: {elements}"[:500])
    task = asyncio.create_task(_undo(case, undoing))
    undoing.task = task
    task.add_done_callback(lambda done: _ended(case, undoing, done))


def settle(case: Case, item: Undone) -> None:
    """Go on when all is undone; else stand still until operations let it be tried again."""
    undoing = case.still.undoing
    if undoing is None:
        raise AssertionError(f"Expected {case.instance_id} to be undoing, but it is not")
    undoing.is_under_way = False
    if case.finish is not None:
        return
    note = undoing.note
    undone = [one.element for one in undoing.steps[: undoing.done]]
    data: dict[str, Any] = {
        "act": "replay.undo",
        "actor": note.actor,
        "role": note.role,
        "requestId": note.request_id,
        "undone": undone,
    }
    if item.failure:
        case.note("operatorActed", data=data | {"reason": item.failure, "failed": True})
        if BY_OPERATOR not in case.still.reasons:
            suspend(case, BY_OPERATOR, note.actor, note.role, f"not undone: {item.failure}"[:500])
    else:
        case.note("operatorActed", data=data)
        case.still.undoing = None
    resume(case, BY_REPLAY)


def _ended(case: Case, undoing: Undoing, task: asyncio.Task[str]) -> None:
    undoing.task = None
    if task.cancelled():
        return
    bug = task.exception()
    if bug is not None:
        case.fault = bug
    else:
        case.inbox.append(Undone(failure=task.result()))


async def _undo(case: Case, undoing: Undoing) -> str:
    """Undo what is left; returns what stands in the way, or nothing."""
    try:
        while undoing.done < len(undoing.steps) and case.finish is None:
            await _step(case, undoing.steps[undoing.done])
            undoing.done += 1
    except _NotUndone as failed:
        return str(failed)
    if case.finish is None and undoing.anew:
        await _let_go(case, undoing)
    return ""


async def _step(case: Case, step: UndoStep) -> None:
    call = _call(case, step)
    rounds = 0
    while True:
        try:
            await _execute(step, call)
        except FailureError as error:
            failure = read_failure(error)
            is_last = rounds == OUTAGE_ROUNDS - 1 or case.finish is not None
            if failure.kind != "unavailable" or is_last:
                why = f"{failure.code} {failure.message}".strip()
                raise _NotUndone(f"{step.element}: {why}") from None
        else:
            return
        await workflow.sleep(outage_pause(rounds), summary=summary(f"{step.element}: away"))
        rounds += 1


def _call(case: Case, step: UndoStep) -> TaskCall:
    """Ask for the work that undoes: as declared for the type, or as the handler is drawn."""
    variables, headers = step.variables, step.headers
    if step.handler:
        try:
            known = decode_all(step.variables)
            work = work_of_handler(case.program, step.handler, known, case.now())
        except (NotAlone, KeyError) as refused:
            raise _NotUndone(f"{step.element}: {refused}") from None
        variables, headers = case.encodings.all(work.variables), dict(work.headers)
    return TaskCall(
        case_id=case.input.case_id,
        instance_id=step.instance_id,
        process_id=case.input.process_id,
        type=step.type,
        element=step.element,
        name=step.handler or step.element,
        key=0,
        effect_key=step.effect_key,
        headers=headers,
        variables=variables,
        at=case.now(),
        undoes_keys=step.undoes,
    )


async def _execute(step: UndoStep, call: TaskCall) -> None:
    contract = contract_of(step.type)
    if contract is None:
        raise _NotUndone(f"{step.element}: no activity of ours is called {step.type}.")
    options: dict[str, Any] = {
        "result_type": TaskAnswer,
        "start_to_close_timeout": start_to_close(contract),
        "retry_policy": retry_policy(RETRIES),
        "summary": summary(f"undo {step.element}"),
        "event_groups": (event_group(step.element),),
    }
    if contract.runs == "local":
        await workflow.execute_local_activity(
            step.type, call, local_retry_threshold=LOCAL_PAUSE, **options
        )
    else:
        await workflow.execute_activity(step.type, call, **options)


async def _let_go(case: Case, undoing: Undoing) -> None:
    """Say of what leaves nothing to undo that it is to be made anew."""
    told = UndoneAsked(
        case_id=case.input.case_id,
        replay_id=undoing.note.request_id,
        keys=undoing.anew,
        at=case.now(),
    )
    await workflow.execute_local_activity(
        REPLAY_UNDONE,
        told,
        start_to_close_timeout=PLATFORM_TIMEOUT,
        retry_policy=PLATFORM_RETRY,
        local_retry_threshold=LOCAL_PAUSE,
        summary="replay: made anew",
    )

"""The loop of a case: apply what happened, carry out what follows, rest, continue.

Handlers only put occurrences into the inbox. This loop takes them out one by one, lets the
interpreter decide, writes the journal, carries out the commands, and comes to rest when nothing is
left to do now: then the journal is flushed, the alarm set, and, when the run has grown long, a new
run takes over.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError

from workflows.bpmn.interpreter import OccurrenceRefused, step
from workflows.bpmn.interpreter.commands import Finish
from workflows.bpmn.interpreter.occurrences import (
    ActivitiesChosen,
    AssignmentAsked,
    Cancelled,
    ErrorRaised,
    IncidentResolved,
    IncidentSkipped,
    MessageArrived,
    Occurrence,
    Resumed,
    SignalArrived,
    Started,
    TaskCompleted,
)
from workflows.contracts.case import CaseResult, Receipt
from workflows.contracts.human_task import JOURNAL_FLUSH
from workflows.contracts.journal import JournalReceipt
from workflows.contracts.repair import Migrate, Standstill
from workflows.host import checkpoint, handover, migration, reborn, standing, suspension, undoing
from workflows.host.alarm import Alarm, post_due
from workflows.host.case import Act, Case, Noted, Ordered, Posted, decode_all
from workflows.host.dispatch import carry_out
from workflows.host.fleeting import lasting
from workflows.host.handover import BREATH
from workflows.host.human_tasks import judge
from workflows.host.messages import take_up
from workflows.host.options import LOCAL_PAUSE, PLATFORM_RETRY, PLATFORM_TIMEOUT
from workflows.host.record import write_commands, write_occurrence, write_trail
from workflows.host.requests import Reply, refusal
from workflows.host.undo_work import Undone


class HostFault(Exception):
    """Something failed that is no step of the case: the workflow task fails and is retried."""


async def live(case: Case) -> CaseResult:
    """Run a case to its end, whatever Temporal cancels meanwhile.

    Only the model, a cancellation or an operator ends a case; so nothing that Temporal would take
    for the workflow's failure may leave this function.
    """
    loop = asyncio.create_task(_run(case))
    is_cancelled = False
    while True:
        try:
            result = await asyncio.shield(loop)
        except asyncio.CancelledError:
            if loop.done() or workflow.cancellation_reason() is None:
                raise  # the run is evicted from the worker's cache
            is_cancelled = True
            case.post(Cancelled(at=case.now(), reason="cancelled in Temporal"))
        except (TimeoutError, FailureError) as error:
            raise HostFault(f"Expected {case.instance_id} to go on, but: {error}") from error
        else:
            if is_cancelled:
                raise asyncio.CancelledError
            return result


async def _run(case: Case) -> CaseResult:
    alarm = Alarm()
    if not case.state.is_started:
        _begin(case)
    if case.is_reborn:
        await _reborn(case)
    await handover.take_over(case)
    while case.finish is None or not _is_at_rest(case):
        await _work_off(case)
        if case.finish is not None:
            alarm.let_go()
        else:
            post_due(case)
        if case.inbox:
            continue
        if _must_flush(case):
            await _flush(case)
            continue
        if case.finish is not None:
            await workflow.wait_condition(
                lambda: _is_at_rest(case) or case.has_news or _must_flush(case)
            )
            continue
        alarm.set(case)
        await _rest(case)
    standing.show(case)
    return _result(case)


def _begin(case: Case) -> None:
    given = case.input
    case.note(
        "caseStarted",
        data={
            "processId": given.process_id,
            "version": given.version,
            "programHash": given.program_hash,
            "startedBy": given.started_by,
            "variables": given.variables,
        },
    )
    case.post(
        Started(
            at=case.now(),
            variables=decode_all(given.variables),
            start=given.start,
            catches=given.caller.catches if given.caller else (),
            escalations=given.caller.escalations if given.caller else (),
            zone=given.zone,
            seed=case.instance_id,
        )
    )


# --- applying ---------------------------------------------------------------------------------


async def _work_off(case: Case) -> None:
    while case.inbox or case.is_reborn or case.fault is not None:
        if case.fault is not None:
            raise case.fault
        if case.is_reborn:
            await _reborn(case)
            continue
        item = case.inbox.popleft()
        if isinstance(item, Act):
            await judge(case, item, lambda decided: _decided(case, decided))
        elif isinstance(item, Noted):
            case.note("operatorActed", data=item.told)
            item.reply.accept(_receipt(case, item.request_id), case.journal.last)
        elif isinstance(item, Ordered):
            _obey(case, item)
        elif isinstance(item, Undone):
            undoing.settle(case, item)
            _go_on(case)
        else:
            _take(case, item)
        while case.is_out_of_breath:
            case.is_out_of_breath = False
            await workflow.sleep(BREATH, summary="step budget")
            _apply(case, Resumed(at=case.now()))


async def _reborn(case: Case) -> None:
    """Before anything is done again, correct what is to be corrected."""
    note = await reborn.take_over(case)
    if note is None:
        return
    undoing.order(case, note)
    undoing.take_up(case)
    correction = reborn.correction(case, note)
    if correction is None:
        return
    try:
        _apply(case, correction)
    except OccurrenceRefused as refused:
        told = {**reborn.told(note), "reason": str(refused), "refused": True}
        case.note("operatorActed", data=told)


def _decided(case: Case, occurrence: TaskCompleted | AssignmentAsked) -> None:
    if not suspension.keep(case, Posted(occurrence=occurrence)):
        _apply(case, occurrence)


def _obey(case: Case, item: Ordered) -> None:
    """Stand still, or go on with what was put off meanwhile first."""
    order = item.order
    if isinstance(order, Standstill):
        suspension.hear(case, order)
    else:
        done = (
            migration.obey(case, order.act, item.told)
            if isinstance(order.act, Migrate)
            else suspension.obey(case, order, item.told)
        )
        _answer(case, order.request_id, item.reply, done)
    undoing.take_up(case)
    _go_on(case)


def _go_on(case: Case) -> None:
    """Begin what was put off, unless the case stands still."""
    if not case.is_suspended:
        begun, case.still.deferred = case.still.deferred, []
        carry_out(case, begun)


def _answer(
    case: Case, request_id: str, reply: Reply | None, done: ApplicationError | dict[str, Any]
) -> None:
    if reply is None:
        return
    if isinstance(done, ApplicationError):
        case.requests.forget(request_id)
        reply.refuse(done, 0)
        return
    receipt = _receipt(case, request_id)
    reply.accept(receipt.model_copy(update={"detail": done}), case.journal.last)


def _take(case: Case, item: Posted) -> None:
    """Apply an occurrence, unless what it speaks of has gone meanwhile."""
    occurrence = item.occurrence
    error: ApplicationError | None = None
    if suspension.keep(case, item):
        if item.reply is not None and item.request_id is not None:
            item.reply.accept(_receipt(case, item.request_id), case.journal.last)
        return
    if case.finish is not None or _is_gone(case, occurrence):
        error = refusal("NOT_OPEN", "Nothing of this case waits for it.")
        case.jobs.pop(getattr(occurrence, "key", 0), None)  # an answer that comes after the end
    else:
        try:
            _apply(case, occurrence, item.told)
        except OccurrenceRefused as refused:
            error = refusal("INVALID", str(refused))
            if not case.state.is_started:
                _give_up(case, str(refused))
    if item.request_id is None:
        return
    if error is not None:
        case.requests.forget(item.request_id)
        if item.reply is not None:
            item.reply.refuse(error, 0)
    elif item.reply is not None:
        item.reply.accept(_receipt(case, item.request_id), case.journal.last)


def _receipt(case: Case, request_id: str) -> Receipt:
    return Receipt(instance_id=case.instance_id, request_id=request_id, at=case.now())


def _give_up(case: Case, why: str) -> None:
    """End a case that cannot even begin; its caller, where there is one, opens an incident."""
    case.note("caseFinished", data={"outcome": "terminated", "message": why})
    case.finish = Finish(outcome="terminated", error_message=why)


def _is_gone(case: Case, occurrence: Occurrence) -> bool:
    match occurrence:
        case MessageArrived(wait=wait):
            return wait not in case.waits.messages
        case SignalArrived(waits=waits):
            return case.waits.signals.keys().isdisjoint(waits or ())
        case ActivitiesChosen(wait=wait):
            return wait not in case.waits.offers
        case (
            IncidentResolved(incident=incident)
            | IncidentSkipped(incident=incident)
            | ErrorRaised(incident=incident)
        ):
            return incident not in case.incidents
        case _:
            return False


def _apply(case: Case, occurrence: Occurrence, told: Mapping[str, Any] | None = None) -> None:
    case.turns += 1
    case.encodings.forget()
    write_occurrence(case, occurrence)
    with workflow.unsafe.sandbox_unrestricted():
        turnout = step(case.program, case.state, occurrence)
    if told is not None:
        case.note("operatorActed", data=told)
    write_trail(case, turnout.trail)
    commands = lasting(turnout.commands)
    write_commands(case, commands)
    carry_out(case, commands)


# --- resting ----------------------------------------------------------------------------------


def _must_flush(case: Case) -> bool:
    """Entries wait for a carrier that comes at once, but not for one that may take long."""
    if case.journal.is_acknowledged or case.runs_locally:
        return False
    return case.journal.has_unsent or case.journal.waiters > 0


async def _flush(case: Case) -> None:
    batch = case.journal.take()
    receipt: JournalReceipt = await workflow.execute_local_activity(
        JOURNAL_FLUSH,
        batch,
        result_type=JournalReceipt,
        start_to_close_timeout=PLATFORM_TIMEOUT,
        retry_policy=PLATFORM_RETRY,
        local_retry_threshold=LOCAL_PAUSE,
        summary="journal",
    )
    case.journal.settle(batch, committed=True)
    case.standing = frozenset(receipt.standing)
    take_up(case, receipt.messages)


async def _rest(case: Case) -> None:
    if not case.runs_locally:
        standing.show(case)
    if checkpoint.is_due(case):
        checkpoint.continue_as_new(case)
    wants_rest = checkpoint.is_wanted(case)
    await workflow.wait_condition(
        lambda: case.has_news or _must_flush(case) or (wants_rest and checkpoint.is_due(case))
    )


def _is_at_rest(case: Case) -> bool:
    return (
        not case.has_news
        and not case.ending
        and not undoing.is_under_way(case)
        and case.journal.is_acknowledged
        and workflow.all_handlers_finished()
    )


def _result(case: Case) -> CaseResult:
    finish = case.finish
    if finish is None:
        raise AssertionError(f"Expected {case.instance_id} to have finished, but it has not")
    return CaseResult(
        outcome="threw" if finish.outcome == "error" else finish.outcome,
        variables=case.encodings.all(finish.variables),
        error_code=finish.error_code or None,
        error_message=finish.error_message or None,
    )

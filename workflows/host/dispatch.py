"""One command to one Temporal call, by a table."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final, Literal

from temporalio import workflow

from workflows.bpmn.interpreter.commands import (
    BroadcastSignal,
    CancelChild,
    CancelTask,
    CloseHumanTask,
    CloseIncident,
    Command,
    Escalate,
    Finish,
    ListenForSignal,
    OfferActivities,
    OpenHumanTask,
    OpenIncident,
    PublishMessage,
    RunTask,
    SettleChange,
    StartChild,
    StartTimer,
    Subscribe,
    Yield,
)
from workflows.bpmn.interpreter.occurrences import Occurrence
from workflows.contracts.human_task import content_hash
from workflows.host.case import (
    Case,
    Hearing,
    Job,
    Listening,
    Offer,
    OpenTask,
    Timer,
)
from workflows.host.checkpoint import puts_off, reconsider
from workflows.host.children import call_process, tell_caller
from workflows.host.contracts import contract_of
from workflows.host.ending import expect_end, hold_back, is_work
from workflows.host.jobs import run_foreign, run_in_house
from workflows.host.messages import publish
from workflows.host.record import close_job
from workflows.host.signals import broadcast
from workflows.host.suspension import defer, withdraw
from workflows.host.task_steps import settle

ACT_HEADER: Final = "act"

Runs = Literal["local", "remote", "child"]
Work = RunTask | StartChild | PublishMessage | BroadcastSignal | Escalate

IN_FLIGHT: Final[Mapping[Runs, int]] = {"local": 25, "remote": 40, "child": 40}
"""Work of a case under way at once; what is more waits for its turn.

Local work belongs to one workflow task, which has to end. What ends elsewhere writes two events,
and a server that has to keep more than 100 of them while a workflow task runs takes that back: the
worker then reads the whole history again.
"""

ONCE_IN_FLIGHT: Final[Mapping[Runs, int]] = {"local": 25, "remote": 500, "child": 500}
"""As it was for runs recorded before."""

IN_TURN: Final = "jobs-in-turn"
FEWER: Final = "fewer-in-flight"


def carry_out(case: Case, commands: list[Command]) -> None:
    """Carry out what a turn asks for; the answers come back through the inbox."""
    ending: set[int] = set()
    for command in commands:
        if ending and is_work(command):
            hold_back(case, command, frozenset(ending), partial(_carry_out, case))
            continue
        _carry_out(case, command)
        if isinstance(command, CancelChild):
            ending |= case.ending & {command.key}
    _go_on(case)


def _carry_out(case: Case, command: Command) -> None:
    if defer(case, command):
        return
    if isinstance(command, RunTask | StartChild) and (puts_off(case) or _must_wait(case, command)):
        case.backlog[command.key] = command
    else:
        _CALLS[command.kind](case, command)


def _go_on(case: Case) -> None:
    """Start what has waited for its turn."""
    reconsider(case)
    while case.backlog and not (case.is_suspended or puts_off(case)):
        first = next(iter(case.backlog.values()))
        if _is_full(case, first):
            break
        del case.backlog[first.key]
        _CALLS[first.kind](case, first)


def _must_wait(case: Case, command: RunTask | StartChild) -> bool:
    waits = bool(case.backlog) or _is_full(case, command)
    return waits and workflow.patched(IN_TURN)


def _is_full(case: Case, command: RunTask | StartChild) -> bool:
    runs = _runs(command)
    if len(case.jobs) < IN_FLIGHT[runs]:
        return False
    under_way = sum(job.runs == runs for job in case.jobs.values())
    if under_way < IN_FLIGHT[runs] or under_way >= ONCE_IN_FLIGHT[runs]:
        return under_way >= IN_FLIGHT[runs]
    return workflow.patched(FEWER)


# --- work -------------------------------------------------------------------------------------


def _run_task(case: Case, command: RunTask) -> None:
    contract = contract_of(command.type)
    if contract is None:
        work = run_foreign(case, command, case.journal.last)
        _start(case, command, "remote", work)
        return
    may_ride = contract.runs == "local" or not case.journal.waiters
    batch = case.journal.ride() if may_ride else None
    _start(case, command, contract.runs, run_in_house(case, command, contract, batch))


def _start_child(case: Case, command: StartChild) -> None:
    _start(case, command, "child", call_process(case, command))


def _publish(case: Case, command: PublishMessage) -> None:
    _start(case, command, "local", publish(case, command, case.journal.ride()))


def _broadcast(case: Case, command: BroadcastSignal) -> None:
    _start(case, command, "local", broadcast(case, command))


def _escalate(case: Case, command: Escalate) -> None:
    """Tell the caller; what work throws that goes on has no key of its own."""
    key = command.key or min((0, *case.jobs)) - 1
    _start(case, replace(command, key=key), "local", tell_caller(case, command))


def _start(
    case: Case,
    command: Work,
    runs: Runs,
    work: Coroutine[Any, Any, Occurrence | None],
) -> None:
    case.jobs[command.key] = job = _job(command, runs)
    job.task = asyncio.create_task(work)
    job.task.add_done_callback(partial(_answered, case, job))


def _job(command: Work, runs: Runs) -> Job:
    return Job(key=command.key, element=command.element, name=command.name, runs=runs)


def _runs(command: RunTask | StartChild) -> Runs:
    if isinstance(command, StartChild):
        return "child"
    contract = contract_of(command.type)
    return "remote" if contract is None else contract.runs


def _answered(case: Case, job: Job, task: asyncio.Task[Occurrence | None]) -> None:
    if job.unwanted or task.cancelled():
        return
    bug = task.exception()
    if bug is not None:
        case.fault = bug
        return
    answer = task.result()
    if answer is None:
        case.jobs.pop(job.key, None)
    else:
        case.post(answer)


def _cancel(case: Case, command: CancelTask | CancelChild) -> None:
    job = case.jobs.get(command.key)
    queued = case.backlog.pop(command.key, None)
    if queued is not None:
        case.jobs[command.key] = job = _job(queued, _runs(queued))
    if job is None:
        withdraw(case, command.key)
        return
    job.unwanted = True
    if isinstance(command, CancelChild):
        expect_end(case, job)
    close_job(case, command.key, "cancelled")
    if job.task is not None:
        job.task.cancel()


# --- waiting ----------------------------------------------------------------------------------


def _open_task(case: Case, command: OpenHumanTask) -> None:
    case.waits.tasks[command.key] = OpenTask(
        key=command.key,
        element=command.element,
        name=command.name or command.element,
        act=command.headers.get(ACT_HEADER, ""),
        content_hash=content_hash(case.encodings.all(command.variables)),
    )


def _settle_change(case: Case, command: SettleChange) -> None:
    settle(case, case.requests.held.pop(command.key, None), command)


def _close_task(case: Case, command: CloseHumanTask) -> None:
    case.waits.tasks.pop(command.key, None)


def _start_timer(case: Case, command: StartTimer) -> None:
    case.waits.timers[command.wait] = Timer(
        wait=command.wait, element=command.element, name=command.name, due=command.due
    )


def _subscribe(case: Case, command: Subscribe) -> None:
    case.waits.messages[command.wait] = Listening(
        wait=command.wait,
        element=command.element,
        message=command.message,
        correlation_key=command.correlation_key,
        once=command.once,
    )


def _listen(case: Case, command: ListenForSignal) -> None:
    case.waits.signals[command.wait] = Hearing(
        wait=command.wait, element=command.element, signal=command.signal
    )


def _offer(case: Case, command: OfferActivities) -> None:
    case.waits.offers[command.wait] = Offer(wait=command.wait, element=command.element)


# --- standing ---------------------------------------------------------------------------------


def _open_incident(case: Case, command: OpenIncident) -> None:
    case.incidents[command.incident] = (command.element, case.name_of(command.element))


def _close_incident(case: Case, command: CloseIncident) -> None:
    case.incidents.pop(command.incident, None)


def _finish(case: Case, command: Finish) -> None:
    case.finish = command


def _yield(case: Case, _command: Yield) -> None:
    case.is_out_of_breath = True


def _written_down(_case: Case, _command: Command) -> None:
    """``record`` has dealt with it when it wrote the end of the wait."""


_CALLS: Mapping[str, Callable[[Case, Any], None]] = {
    "runTask": _run_task,
    "cancelTask": _cancel,
    "openHumanTask": _open_task,
    "closeHumanTask": _close_task,
    "settleChange": _settle_change,
    "startTimer": _start_timer,
    "cancelTimer": _written_down,
    "subscribe": _subscribe,
    "unsubscribe": _written_down,
    "listenForSignal": _listen,
    "stopListening": _written_down,
    "offerActivities": _offer,
    "withdrawOffer": _written_down,
    "startChild": _start_child,
    "cancelChild": _cancel,
    "publishMessage": _publish,
    "broadcastSignal": _broadcast,
    "escalate": _escalate,
    "openIncident": _open_incident,
    "closeIncident": _close_incident,
    "finish": _finish,
    "yield": _yield,
}

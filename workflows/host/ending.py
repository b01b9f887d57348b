"""Called processes that are to end: what follows from it waits until they have (S16, S21, S22).

The interpreter takes a cancelled call for over; the called process still has to end, with those
that it called itself. What the same turn sets to work, such as a compensation handler or the path
behind the boundary event, begins only then; and an instance ends after all that it called.
"""

import asyncio
from collections.abc import Callable
from typing import Final, TypeGuard

from temporalio import workflow

from workflows.bpmn.interpreter.commands import (
    BroadcastSignal,
    Command,
    PublishMessage,
    RunTask,
    StartChild,
)
from workflows.bpmn.interpreter.occurrences import Occurrence
from workflows.host.case import Case, Job, Runs
from workflows.host.contracts import contract_of

PATCH: Final = "children-end-first"
Work = RunTask | StartChild | PublishMessage | BroadcastSignal
_WORK: Final = (RunTask, StartChild, PublishMessage, BroadcastSignal)


def expect_end(case: Case, job: Job) -> None:
    """Remember that a called process has been told to end, until it has."""
    task = job.task
    if task is None or task.done() or not workflow.patched(PATCH):
        return
    case.ending.add(job.key)
    task.add_done_callback(lambda _: case.ending.discard(job.key))


def is_work(command: Command) -> TypeGuard[Work]:
    """Tell whether a command sets something to work in the world."""
    return isinstance(command, _WORK)


def hold_back(
    case: Case, command: Work, ends: frozenset[int], carry_out: Callable[[Command], None]
) -> None:
    """Carry a command out once the called processes have ended; it can be cancelled until then."""
    job = Job(key=command.key, element=command.element, name=command.name, runs=_runs(command))
    case.jobs[command.key] = job

    async def later() -> Occurrence | None:
        await workflow.wait_condition(lambda: not ends & case.ending)
        if not job.unwanted:
            case.jobs.pop(job.key, None)
            carry_out(command)
        return None

    job.task = asyncio.create_task(later())
    job.task.add_done_callback(lambda task: _failed(case, task))


def _failed(case: Case, task: asyncio.Task[Occurrence | None]) -> None:
    bug = None if task.cancelled() else task.exception()
    if bug is not None:
        case.fault = bug


def _runs(command: Work) -> Runs:
    if isinstance(command, StartChild):
        return "child"
    contract = contract_of(command.type) if isinstance(command, RunTask) else None
    is_foreign = isinstance(command, RunTask) and contract is None
    return "remote" if is_foreign or (contract and contract.runs == "remote") else "held"

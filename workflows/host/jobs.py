"""Jobs: in-house types by contract, local or remote, with the journal aboard; others by queue.

An in-house activity gets one TaskCall and gives one TaskAnswer. A type that the catalogue does not
know belongs to others: it goes to the task queue of that name with the variables as plain JSON, so
a worker in any Temporal SDK can serve it.
"""

from typing import Any

from temporalio import workflow
from temporalio.exceptions import FailureError

from workflows.bpmn.interpreter.commands import RunTask
from workflows.bpmn.interpreter.occurrences import (
    ErrorThrown,
    Occurrence,
    TaskCompleted,
    TaskFailed,
)
from workflows.bpmn.program import Job, Node
from workflows.contracts.activity import ActivityContract, TaskAnswer, TaskCall
from workflows.contracts.journal import JournalBatch
from workflows.feel.errors import FeelError
from workflows.feel.wire import from_plain, to_plain
from workflows.host import holding
from workflows.host.case import Case, decode_all
from workflows.host.contracts import contract_of
from workflows.host.faults import Failure, attempts, read_failure
from workflows.host.messages import take_up
from workflows.host.options import (
    FOREIGN_TIMEOUT,
    LOCAL_PAUSE,
    OUTAGE_ROUNDS,
    event_group,
    outage_pause,
    queue_priority,
    retry_policy,
    start_to_close,
    summary,
)


async def run_in_house(
    case: Case, command: RunTask, contract: ActivityContract, batch: JournalBatch | None
) -> Occurrence:
    """Run a job of the catalogue; an outage is waited out in rounds before it is an incident."""
    rounds, tried = 0, 0
    while True:
        call = _call(case, command, batch)
        try:
            answer = await _execute(case, command, contract, call)
        except FailureError as error:
            case.journal.settle(batch, committed=False)
            failure = read_failure(error)
            tried += attempts(error, command.retries)
        else:
            case.journal.settle(batch, committed=True)
            case.standing = frozenset(answer.standing)
            take_up(case, answer.messages)
            variables = decode_all(answer.variables)
            return TaskCompleted(at=case.now(), key=command.key, variables=variables)
        if failure.kind == "held":
            await holding.stand(case, command, failure.code)
        elif failure.kind == "unavailable" and rounds < OUTAGE_ROUNDS - 1:
            await workflow.sleep(outage_pause(rounds), summary=summary(f"{command.name}: away"))
            rounds += 1
        else:
            return failed(case, command.key, failure, tried)
        batch = case.journal.ride()


async def _execute(
    case: Case, command: RunTask, contract: ActivityContract, call: TaskCall
) -> TaskAnswer:
    options: dict[str, Any] = {
        "result_type": TaskAnswer,
        "start_to_close_timeout": start_to_close(contract),
        "retry_policy": retry_policy(command.retries),
        "summary": summary(command.name or command.element),
        "event_groups": (event_group(command.element),),
    }
    if contract.runs == "local":
        local: TaskAnswer = await workflow.execute_local_activity(
            contract.type, call, local_retry_threshold=LOCAL_PAUSE, **options
        )
        return local
    remote: TaskAnswer = await workflow.execute_activity(
        contract.type,
        call,
        task_queue=case.waits.detours.pop(command.key, None),
        **options,
        priority=queue_priority(command.priority),
    )
    return remote


def _call(case: Case, command: RunTask, batch: JournalBatch | None) -> TaskCall:
    undone = _undone_by(case, command.element)
    return TaskCall(
        case_id=case.input.case_id,
        instance_id=case.instance_id,
        process_id=case.input.process_id,
        type=command.type,
        element=command.element,
        name=command.name,
        key=command.key,
        effect_key=case.effect_key(command.element, command.key),
        headers=dict(command.headers),
        variables=case.encodings.all(command.variables),
        at=case.now(),
        journal=batch,
        undoes="" if undone is None else undone.id,
        undoes_all=undone is not None and undone.loop is not None,
    )


def _undone_by(case: Case, element: str) -> Node | None:
    """Find the activity that a handler compensates; any other element undoes nothing."""
    handler = case.program.ids.get(element)
    return next((node for node in case.program.nodes if node.handler == handler), None)


async def run_foreign(case: Case, command: RunTask, seq: int) -> Occurrence:
    """Run a job that others serve, once everything that led to it is in the journal."""
    await case.journaled(seq)
    while (source := holding.source_of(case, command)) is not None:
        await holding.stand(case, command, source)
    try:
        variables = {name: to_plain(value) for name, value in command.variables.items()}
        result: object = await workflow.execute_activity(
            command.type,
            variables,
            task_queue=case.waits.detours.pop(command.key, command.type),
            start_to_close_timeout=FOREIGN_TIMEOUT,
            retry_policy=retry_policy(command.retries),
            summary=summary(command.name or command.element),
            event_groups=(event_group(command.element),),
            priority=queue_priority(command.priority),
        )
    except FailureError as error:
        tried = attempts(error, command.retries)
        return failed(case, command.key, read_failure(error), tried)
    except FeelError as error:
        return TaskFailed(at=case.now(), key=command.key, message=str(error))
    return _heard(case, command, result)


def _heard(case: Case, command: RunTask, result: object) -> Occurrence:
    """Read what somebody else's worker answered: an object of plain JSON, or nothing."""
    if result is None:
        return TaskCompleted(at=case.now(), key=command.key)
    if not isinstance(result, dict):
        message = f"The worker of {command.type} answered {type(result).__name__}, not an object."
        return TaskFailed(at=case.now(), key=command.key, message=message)
    try:
        plain = {str(name): from_plain(value) for name, value in result.items()}
    except FeelError as error:
        return TaskFailed(at=case.now(), key=command.key, message=str(error))
    return TaskCompleted(at=case.now(), key=command.key, variables=plain)


def takes_queue(case: Case, node: int) -> bool:
    """Tell whether an element's work lies on a task queue: what is local, or no job, does not."""
    work = case.program.nodes[node].work
    if not isinstance(work, Job):
        return False
    contract = contract_of(work.type) if isinstance(work.type, str) else None
    return contract is None or contract.runs == "remote"


def failed(case: Case, key: int, failure: Failure, tried: int) -> Occurrence:
    """Tell the interpreter of a failure."""
    if failure.kind == "error":
        return ErrorThrown(
            at=case.now(),
            key=key,
            code=failure.code,
            message=failure.message,
            variables=decode_all(failure.variables),
        )
    case.journal.tried[key] = tried
    return TaskFailed(at=case.now(), key=key, message=failure.message, code=failure.code)

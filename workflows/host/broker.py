"""The one call to the broker: something of the model goes out, with the journal that led to it."""

from typing import TypeVar

from pydantic import BaseModel
from temporalio import workflow
from temporalio.exceptions import FailureError

from workflows.bpmn.interpreter.commands import BroadcastSignal, PublishMessage
from workflows.bpmn.interpreter.occurrences import TaskFailed
from workflows.contracts.message import Publication
from workflows.contracts.signal import Broadcast
from workflows.host.case import Case
from workflows.host.faults import read_failure
from workflows.host.options import PLATFORM_TIMEOUT, event_group, retry_policy, summary

_Receipt = TypeVar("_Receipt", bound=BaseModel)


async def hand_over(
    case: Case,
    command: PublishMessage | BroadcastSignal,
    activity: str,
    what: Publication | Broadcast,
    receipt: type[_Receipt],
) -> _Receipt | TaskFailed:
    """Hand something to the broker; its journal is settled by what comes of it."""
    try:
        told: _Receipt = await workflow.execute_local_activity(
            activity,
            what,
            result_type=receipt,
            start_to_close_timeout=PLATFORM_TIMEOUT,
            retry_policy=retry_policy(5),
            summary=summary(command.name or command.element),
            event_groups=(event_group(command.element),),
        )
    except FailureError as error:
        case.journal.settle(what.journal, committed=False)
        failure = read_failure(error)
        return TaskFailed(at=case.now(), key=command.key, message=failure.message)
    case.journal.settle(what.journal, committed=True)
    return told

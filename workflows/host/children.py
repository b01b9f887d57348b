"""Called processes: child workflows of the same type (S22).

Which version is meant is asked once and stands in history as the marker of a local activity; the
binding ``deployment`` needs no asking, the program's own bundle answers. The command names the
error codes that something around the call activity catches; the child gets them, so an error that
nobody catches inside either ends the child (outcome ``threw``, thrown again here) or, when nobody
would catch it here either, stays an incident where it happened, which can be resolved there (S17).
"""

import contextlib
import hashlib
from typing import Any, Final

from temporalio import workflow
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
)
from temporalio.exceptions import FailureError, WorkflowAlreadyStartedError

from workflows.bpmn.interpreter.commands import Escalate, StartChild
from workflows.bpmn.interpreter.occurrences import (
    ChildCompleted,
    ErrorThrown,
    Occurrence,
    TaskCompleted,
    TaskFailed,
)
from workflows.contracts.case import Caller, CaseInput, CaseResult, Escalation
from workflows.contracts.definitions import DefinitionAnswer, DefinitionQuery
from workflows.contracts.human_task import DEFINITION_RESOLVE
from workflows.contracts.routing import (
    CASE_WORKFLOW,
    ESCALATE,
    SEARCH_INCIDENT,
    SEARCH_PROCESS,
    SEARCH_VERSION,
)
from workflows.host.case import Case, decode_all
from workflows.host.faults import read_failure
from workflows.host.options import PLATFORM_TIMEOUT, event_group, retry_policy, summary
from workflows.host.programs import is_in_bundle
from workflows.host.suspension import tell_child

DEEPEST: Final = 20
"""Called processes inside each other (S22)."""

LONGEST_ID: Final = 900
"""Characters; Temporal takes 1,000."""


async def call_process(case: Case, command: StartChild) -> Occurrence:
    """Run a called process to its end."""
    depth = 1 + (case.input.caller.depth if case.input.caller else 0)
    if depth > DEEPEST:
        return _failed(case, command, f"Processes call each other more than {DEEPEST} deep.")
    try:
        found = await _resolve(case, command)
        result = await _run(case, command, found, depth)
    except WorkflowAlreadyStartedError:
        return _failed(case, command, "The called process runs already.")
    except FailureError as error:
        failure = read_failure(error)
        code = "called-process-missing" if failure.kind == "refused" else "job-failed"
        return _failed(case, command, failure.message, code)
    return _outcome(case, command, result)


async def _resolve(case: Case, command: StartChild) -> DefinitionAnswer:
    own = case.input
    if command.binding == "deployment" and is_in_bundle(own.program_hash, command.process_id):
        return DefinitionAnswer(version=own.version, program_hash=own.program_hash)
    query = DefinitionQuery(
        process_id=command.process_id, binding=command.binding, version_tag=command.version_tag
    )
    answer: DefinitionAnswer = await workflow.execute_local_activity(
        DEFINITION_RESOLVE,
        query,
        result_type=DefinitionAnswer,
        start_to_close_timeout=PLATFORM_TIMEOUT,
        retry_policy=retry_policy(5),
        summary=summary(command.process_id),
        event_groups=(event_group(command.element),),
    )
    return answer


async def _run(case: Case, command: StartChild, found: DefinitionAnswer, depth: int) -> CaseResult:
    given = case.input.model_copy(
        update={
            "process_id": command.process_id,
            "version": found.version,
            "program_hash": found.program_hash,
            "variables": case.encodings.all(command.variables),
            "caller": Caller(
                instance_id=case.instance_id,
                key=command.key,
                depth=depth,
                catches=command.catches,
                escalations=command.escalations,
            ),
            "start": None,
            "carried": None,
        }
    )
    child: workflow.ChildWorkflowHandle[Any, CaseResult] = await workflow.start_child_workflow(
        CASE_WORKFLOW,
        given,
        id=child_id(case, command),
        result_type=CaseResult,
        parent_close_policy=workflow.ParentClosePolicy.REQUEST_CANCEL,
        cancellation_type=workflow.ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
        search_attributes=search_attributes(given),
        static_summary=summary(command.name or command.process_id),
        static_details=f"Called by `{case.instance_id}` at `{command.element}`.",
        event_groups=(event_group(command.element),),
    )
    _began(case, command, child)
    return await child


def _began(
    case: Case, command: StartChild, child: workflow.ChildWorkflowHandle[Any, CaseResult]
) -> None:
    """Know it; the case may have been told to stand still while it was being started."""
    job = case.jobs.get(command.key)
    if job is not None:
        job.child = child
    for one in list(case.still.reasons.values())[:1]:
        tell_child(case, child, one, is_suspended=True)


async def tell_caller(case: Case, command: Escalate) -> Occurrence | None:
    """Send an escalation to the caller; where that interrupts it, nothing goes on here (S18).

    A caller that has ended meanwhile has nothing to interrupt any more.
    """
    caller = case.input.caller
    if caller is not None:
        told = Escalation(
            key=caller.key, code=command.code, variables=case.encodings.all(command.variables)
        )
        with contextlib.suppress(FailureError):
            handle = workflow.get_external_workflow_handle(caller.instance_id)
            await handle.signal(ESCALATE, told)
    if command.interrupts or not command.key:
        return None
    return TaskCompleted(at=case.now(), key=command.key)


def child_id(case: Case, command: StartChild) -> str:
    """Return the workflow id of a called process; another attempt is another instance."""
    again = f"~{command.attempt}" if command.attempt > 1 else ""
    identity = f"{case.effect_key(command.element, command.key)}{again}"
    if len(identity) <= LONGEST_ID:
        return identity
    print_ = hashlib.sha256(identity.encode()).hexdigest()
    return f"{case.input.case_id}/{print_}"


def search_attributes(given: CaseInput) -> TypedSearchAttributes:
    """Return what a case is found by in Temporal."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(SearchAttributeKey.for_keyword(SEARCH_PROCESS), given.process_id),
            SearchAttributePair(SearchAttributeKey.for_int(SEARCH_VERSION), given.version),
            SearchAttributePair(SearchAttributeKey.for_bool(SEARCH_INCIDENT), False),
        ]
    )


def _outcome(case: Case, command: StartChild, result: CaseResult) -> Occurrence:
    if result.outcome == "completed":
        return ChildCompleted(
            at=case.now(), key=command.key, variables=decode_all(result.variables)
        )
    if result.outcome == "threw":
        return ErrorThrown(
            at=case.now(),
            key=command.key,
            code=result.error_code or "",
            message=result.error_message or "",
            variables=decode_all(result.variables),
        )
    message = result.error_message or "The called process was cancelled."
    return _failed(case, command, message)


def _failed(case: Case, command: StartChild, message: str, code: str = "job-failed") -> Occurrence:
    return TaskFailed(at=case.now(), key=command.key, message=message, code=code)

"""A run that was reset: before it does anything again, it asks who had that done and why.

Temporal resets a run and has it go on at once; an update with what is to be corrected would come
too late. So the run itself, which learns of the reset by its new random seed, looks up the order
that the database had before Temporal heard of it. Whoever resets a case past us is not asked for.
"""

from dataclasses import replace
from typing import Any, Final

from temporalio import workflow

from workflows.bpmn.interpreter.instructions import SetScopeVariables
from workflows.bpmn.interpreter.occurrences import Modified, Started
from workflows.bpmn.interpreter.state import ROOT
from workflows.contracts.case import Receipt, ReplayAnswer, ReplayAsked, ReplayNote
from workflows.contracts.human_task import REPLAY_ORDER
from workflows.host.case import Case, Noted, Posted, decode_all
from workflows.host.options import LOCAL_PAUSE, PLATFORM_RETRY, PLATFORM_TIMEOUT

ASKS: Final = "replay-asks"
ASKS_FIRST: Final = "replay-asks-first"


def listen(case: Case) -> None:
    """Hear of a reset; one to the very beginning has happened before anybody could listen."""

    def hear(_seed: int) -> None:
        case.is_reborn = True

    workflow.register_random_seed_callback(hear)
    info = workflow.info()
    if info.run_id != info.original_execution_run_id and not case.input.carried:
        case.is_reborn = workflow.patched(ASKS_FIRST)


async def take_over(case: Case) -> ReplayNote | None:
    """Write down whose order this run carries out; None: nobody's of us."""
    case.is_reborn = False
    if case.instance_id != case.input.case_id or not workflow.patched(ASKS):
        return None
    asked = ReplayAsked(case_id=case.input.case_id, run_id=case.journal.run_id)
    answer: ReplayAnswer = await workflow.execute_local_activity(
        REPLAY_ORDER,
        asked,
        result_type=ReplayAnswer,
        start_to_close_timeout=PLATFORM_TIMEOUT,
        retry_policy=PLATFORM_RETRY,
        local_retry_threshold=LOCAL_PAUSE,
        summary="replay",
    )
    if answer.note is not None:
        _write_down(case, answer.note)
    return answer.note


def _write_down(case: Case, note: ReplayNote) -> None:
    """Write the order into the journal, unless it came by an update sooner; that one waits yet."""
    for item in case.inbox:
        if isinstance(item, Noted) and item.request_id == note.request_id:
            case.inbox.remove(item)
            reply = item.reply
            break
    else:
        reply = case.requests.open(note.request_id, note)
    case.note("operatorActed", data=told(note))
    receipt = Receipt(instance_id=case.instance_id, request_id=note.request_id, at=case.now())
    reply.accept(receipt, case.journal.last)


def told(note: ReplayNote) -> dict[str, Any]:
    """Return what the journal, and with it the audit trail, says of a replay."""
    return {
        "act": "case.replay",
        "actor": note.actor,
        "role": note.role,
        "reason": note.reason,
        "requestId": note.request_id,
        "point": note.point,
        **({"variables": sorted(note.variables)} if note.variables else {}),
        **({"proposedBy": note.proposed_by} if note.proposed_by else {}),
        **({"undo": [one.element for one in note.undo.steps]} if note.undo else {}),
    }


def correction(case: Case, note: ReplayNote) -> Modified | None:
    """Return what writes the corrected variables; those of a case not begun are put right here."""
    if not note.variables:
        return None
    variables = decode_all(note.variables)
    if case.state.is_started:
        corrected = SetScopeVariables(key=ROOT, variables=variables)
        return Modified(at=case.now(), instructions=(corrected,))
    for place, item in enumerate(case.inbox):
        if isinstance(item, Posted) and isinstance(item.occurrence, Started):
            given = {**item.occurrence.variables, **variables}
            begun = replace(item.occurrence, variables=given)
            case.inbox[place] = replace(item, occurrence=begun)
    return None

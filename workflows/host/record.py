"""What the journal says about a turn: traces and commands to entries, by two tables."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from workflows.bpmn.interpreter import Trace
from workflows.bpmn.interpreter.commands import (
    CancelTimer,
    CloseHumanTask,
    CloseIncident,
    Command,
    Finish,
    ListenForSignal,
    OfferActivities,
    OpenHumanTask,
    OpenIncident,
    RunTask,
    SettleChange,
    StartChild,
    StartTimer,
    StopListening,
    Subscribe,
    Unsubscribe,
    WithdrawOffer,
)
from workflows.bpmn.interpreter.occurrences import (
    ChildCompleted,
    ErrorThrown,
    MessageArrived,
    Occurrence,
    SignalArrived,
    TaskCompleted,
    TaskFailed,
    TimerFired,
)
from workflows.contracts.human_task import content_hash
from workflows.contracts.journal import EntryKind
from workflows.host.case import Case
from workflows.host.contracts import contract_of
from workflows.host.holding import forget

CASE_STATUS: Final = "caseStatus"
"""The element property that sets the case's status when its element is activated."""

LONGEST_TEXT: Final = 2_000
"""Characters of a failure's text in the journal and in an incident."""

_TRACES: Mapping[str, EntryKind] = {
    "activated": "elementActivated",
    "completed": "elementCompleted",
    "terminated": "elementTerminated",
    "taken": "flowTaken",
    "variables": "variablesChanged",
    "escalation": "escalationThrown",
}
"""The other events of a trail say nothing that a reader of the journal needs."""


def write_trail(case: Case, trail: list[Trace]) -> None:
    """Write down what happened inside the instance."""
    for trace in trail:
        kind = _TRACES.get(trace.event)
        if kind is None:
            continue
        if kind == "variablesChanged":
            values: Any = trace.detail or {}
            case.note(
                kind, (trace.element, None, trace.key), {"variables": case.encodings.all(values)}
            )
        elif kind == "escalationThrown":
            case.note(kind, (trace.element, None, trace.key), trace.detail)
        elif kind == "flowTaken":
            case.note(kind, (trace.element, None, trace.key))
        else:
            _write_element(case, kind, trace)


def _write_element(case: Case, kind: EntryKind, trace: Trace) -> None:
    node = case.program.nodes[case.program.ids[trace.element]]
    data: dict[str, Any] = {"type": trace.kind, "scope": trace.scope}
    if trace.body:
        data["body"] = True
    case.note(kind, (trace.element, node.name or trace.element, trace.key), data)
    status = node.properties.get(CASE_STATUS)
    if status and kind == "elementActivated" and not trace.body:
        case.note("statusChanged", (trace.element, node.name, trace.key), {"status": status})


# --- what the host was answered ---------------------------------------------------------------


def write_occurrence(case: Case, occurrence: Occurrence) -> None:
    """Write down the end of a wait, before the turn that it brings about."""
    match occurrence:
        case TimerFired(wait=wait):
            close_timer(case, wait, "fired")
        case MessageArrived(wait=wait, message_id=message_id, variables=variables):
            heard = case.waits.messages[wait]
            data = {
                "message": heard.message,
                "messageId": message_id,
                "correlationKey": heard.correlation_key,
                "variables": case.encodings.all(variables),
            }
            case.note("messageConsumed", (heard.element, None, wait), data)
            if heard.once:
                close_subscription(case, wait, "consumed")
        case SignalArrived(signal=signal, signal_id=no, variables=variables):
            known = case.encodings.all(variables)
            case.note("signalConsumed", data={"signal": signal, "no": int(no), "variables": known})
        case TaskCompleted(key=key) | TaskFailed(key=key) | ErrorThrown(key=key):
            close_job(case, key, occurrence.kind)
        case ChildCompleted(key=key):
            close_job(case, key, occurrence.kind)
        case _:
            pass


def close_timer(case: Case, wait: int, why: str) -> None:
    """A timer is over."""
    timer = case.waits.timers.pop(wait, None)
    if timer is not None:
        data = {"for": "timer", "why": why}
        case.note("waitClosed", (timer.element, timer.name, wait), data)


def close_subscription(case: Case, wait: int, why: str) -> None:
    """A message subscription is over."""
    heard = case.waits.messages.pop(wait, None)
    if heard is not None:
        data = {"for": "message", "message": heard.message, "why": why}
        case.note("waitClosed", (heard.element, None, wait), data)


def _stop_hearing(case: Case, command: StopListening) -> None:
    heard = case.waits.signals.pop(command.wait, None)
    if heard is not None:
        data = {"for": "signal", "signal": heard.signal, "why": "closed"}
        case.note("waitClosed", (heard.element, None, command.wait), data)


def _withdraw_offer(case: Case, command: WithdrawOffer) -> None:
    offer = case.waits.offers.pop(command.wait, None)
    if offer is not None:
        data = {"for": "offer", "why": "withdrawn"}
        case.note("waitClosed", (offer.element, None, command.wait), data)


def close_job(case: Case, key: int, why: str) -> None:
    """Work is over; only work that may take long was written down as a wait."""
    forget(case, key, why)
    job = case.jobs.pop(key, None)
    if job is not None and job.runs not in {"local", "held"}:
        data = {"for": "child" if job.runs == "child" else "job", "why": why}
        case.note("waitClosed", (job.element, job.name, key), data)


# --- what the host is asked -------------------------------------------------------------------


def iso(moment: datetime | None) -> str | None:
    """Tell a moment as text, where there is one."""
    return None if moment is None else moment.isoformat()


def _task_opened(case: Case, command: OpenHumanTask) -> None:
    shown = case.encodings.all(command.variables)
    data = {
        "assignee": command.assignee,
        "candidateGroups": list(command.candidate_groups),
        "candidateUsers": list(command.candidate_users),
        "due": iso(command.due),
        "followUp": iso(command.follow_up),
        "priority": command.priority,
        "form": dict(command.form),
        "headers": dict(command.headers),
        "variables": shown,
        "contentHash": content_hash(shown),
    }
    if command.again:
        data["again"] = True
    case.note("taskOpened", (command.element, command.name or command.element, command.key), data)


def _change_settled(case: Case, command: SettleChange) -> None:
    task = case.waits.tasks.get(command.key)
    if task is None:
        return
    place = (task.element, task.name, task.key)
    if command.is_denied:
        data = {"act": command.event, "code": "DENIED", "message": command.reason[:LONGEST_TEXT]}
        case.note("decisionRefused", place, data)
    elif command.event == "completing":
        case.note("taskClosed", place, {"why": "completed"})


def _task_closed(case: Case, command: CloseHumanTask) -> None:
    task = case.waits.tasks.get(command.key)
    if task is not None:
        place = (task.element, task.name, task.key)
        case.note("taskClosed", place, {"why": "withdrawn"})


def _job_opened(case: Case, command: RunTask) -> None:
    contract = contract_of(command.type)
    if contract is None or contract.runs == "remote":
        data = {"for": "job", "type": command.type, "attempt": command.attempt}
        case.note("waitOpened", (command.element, command.name, command.key), data)


def _child_opened(case: Case, command: StartChild) -> None:
    data = {"for": "child", "processId": command.process_id}
    case.note("waitOpened", (command.element, command.name, command.key), data)


def _timer_opened(case: Case, command: StartTimer) -> None:
    data = {"for": "timer", "due": iso(command.due)}
    case.note("waitOpened", (command.element, command.name, command.wait), data)


def _subscription_opened(case: Case, command: Subscribe) -> None:
    data = {
        "for": "message",
        "message": command.message,
        "correlationKey": command.correlation_key,
        "once": command.once,
    }
    name = case.name_of(command.element)
    case.note("waitOpened", (command.element, name, command.wait), data)


def _hearing_opened(case: Case, command: ListenForSignal) -> None:
    data = {"for": "signal", "signal": command.signal}
    name = case.name_of(command.element)
    case.note("waitOpened", (command.element, name, command.wait), data)


def _offer_opened(case: Case, command: OfferActivities) -> None:
    activities = [{"element": element, "name": name} for element, name in command.activities]
    data = {"for": "offer", "activities": activities}
    case.note("waitOpened", (command.element, case.name_of(command.element), command.wait), data)


def _incident_opened(case: Case, command: OpenIncident) -> None:
    data = {
        "code": command.code,
        "message": command.message[:LONGEST_TEXT],
        "elementKey": command.key,
        "attempts": case.journal.tried.pop(command.key, 1),
    }
    place = (command.element, case.name_of(command.element), command.incident)
    case.note("incidentOpened", place, data)


def _incident_closed(case: Case, command: CloseIncident) -> None:
    element, name = case.incidents.get(command.incident, (None, None))
    case.note("incidentClosed", (element, name, command.incident))


def _finished(case: Case, command: Finish) -> None:
    outcome = "threw" if command.outcome == "error" else command.outcome
    data: dict[str, Any] = {"outcome": outcome, "variables": case.encodings.all(command.variables)}
    if command.error_code:
        data["errorCode"] = command.error_code
    case.note("caseFinished", data=data)


def _timer_cancelled(case: Case, command: CancelTimer) -> None:
    close_timer(case, command.wait, "cancelled")


def _unsubscribed(case: Case, command: Unsubscribe) -> None:
    close_subscription(case, command.wait, "cancelled")


def _silent(_case: Case, _command: Command) -> None:
    """Says nothing by itself; cancelled work is written down where it is let go of."""


_COMMANDS: Mapping[str, Callable[[Case, Any], None]] = {
    "openHumanTask": _task_opened,
    "closeHumanTask": _task_closed,
    "settleChange": _change_settled,
    "runTask": _job_opened,
    "startChild": _child_opened,
    "startTimer": _timer_opened,
    "subscribe": _subscription_opened,
    "listenForSignal": _hearing_opened,
    "stopListening": _stop_hearing,
    "offerActivities": _offer_opened,
    "withdrawOffer": _withdraw_offer,
    "openIncident": _incident_opened,
    "closeIncident": _incident_closed,
    "finish": _finished,
    "cancelTimer": _timer_cancelled,
    "unsubscribe": _unsubscribed,
    "cancelTask": _silent,
    "cancelChild": _silent,
    "publishMessage": _silent,
    "broadcastSignal": _silent,
    "escalate": _silent,
    "yield": _silent,
}


def write_commands(case: Case, commands: list[Command]) -> None:
    """Write down what the instance waits for now, before anything is carried out."""
    for command in commands:
        _COMMANDS[command.kind](case, command)

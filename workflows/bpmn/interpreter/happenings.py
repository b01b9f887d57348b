"""What each occurrence does to the state: the table from occurrence to function."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from workflows.bpmn.interpreter.behaviours.steering import steering_fault
from workflows.bpmn.interpreter.behaviours.store_access import store_fault
from workflows.bpmn.interpreter.behaviours.task_listeners import answer_fault
from workflows.bpmn.interpreter.behaviours.task_steps import asked
from workflows.bpmn.interpreter.incidents import open_incident
from workflows.bpmn.interpreter.instructions import ActivateElement
from workflows.bpmn.interpreter.modification import check_modification, instructions_of, modify
from workflows.bpmn.interpreter.occurrences import (
    ActivitiesChosen,
    AssignmentAsked,
    Cancelled,
    ChildCompleted,
    ErrorRaised,
    ErrorThrown,
    EscalationThrown,
    IncidentResolved,
    IncidentSkipped,
    MessageArrived,
    Modified,
    Occurrence,
    Resumed,
    SignalArrived,
    Started,
    TaskCompleted,
    TaskFailed,
    TimerFired,
    VariablesSet,
)
from workflows.bpmn.interpreter.offers import check_choice, choose
from workflows.bpmn.interpreter.propagation import escalate
from workflows.bpmn.interpreter.repairs import check_raise, check_skip, raise_error, skip
from workflows.bpmn.interpreter.starts import beginning
from workflows.bpmn.interpreter.state import Assignment, Instance, State, Wait
from workflows.bpmn.interpreter.tokens import close_incident, take_back, terminate, thrown
from workflows.bpmn.interpreter.triggers import caught
from workflows.bpmn.interpreter.turn import OccurrenceRefused, Stuck, Trace, Turn
from workflows.bpmn.interpreter.variables import weigh, write_local, write_up
from workflows.bpmn.program import Program
from workflows.feel import Value


def check(program: Program, state: State, occurrence: Occurrence) -> None:
    """Refuse an occurrence that makes no sense, before anything changes."""
    if isinstance(occurrence, Started):
        _check_start(program, state, occurrence)
    elif not state.is_started:
        raise OccurrenceRefused(f"Expected Started first, but got {occurrence.kind}.")
    elif isinstance(occurrence, Modified):
        check_modification(program, state, instructions_of(occurrence))
        for one in occurrence.instructions:
            _check_size(getattr(one, "variables", {}))
    elif isinstance(occurrence, VariablesSet):
        if occurrence.key and occurrence.key not in state.instances:
            raise OccurrenceRefused(f"There is no element instance {occurrence.key}.")
        _check_size(occurrence.variables)
    elif isinstance(occurrence, IncidentResolved | IncidentSkipped | ErrorRaised):
        _check_repair(program, state, occurrence)
    elif isinstance(occurrence, ActivitiesChosen):
        check_choice(program, state, occurrence)
        for _, variables in occurrence.activities:
            _check_size(variables)


def _check_repair(
    program: Program, state: State, occurrence: IncidentResolved | IncidentSkipped | ErrorRaised
) -> None:
    _check_size(occurrence.variables)
    if isinstance(occurrence, IncidentSkipped):
        check_skip(state, occurrence)
    elif isinstance(occurrence, ErrorRaised):
        check_raise(program, state, occurrence)


def _check_start(program: Program, state: State, occurrence: Started) -> None:
    if state.is_started:
        raise OccurrenceRefused("The instance has begun already.")
    if occurrence.start is not None:
        index = program.ids.get(occurrence.start)
        root = program.nodes[0]
        if index is None or index not in (*root.starts, *root.instantiators):
            raise OccurrenceRefused(f"'{occurrence.start}' is no start of the process.")
    elif occurrence.begin_at:
        wanted = [ActivateElement(element=one) for one in occurrence.begin_at]
        check_modification(program, state, wanted)
    elif beginning(program, occurrence.variables, occurrence.at) is None:
        raise OccurrenceRefused(
            "The process has no none start event, and no start condition is true;"
            " say where to begin."
        )
    _check_size(occurrence.variables)


def _check_size(variables: Mapping[str, Value]) -> None:
    try:
        weigh(variables, "The variables")
    except Stuck as stuck:
        raise OccurrenceRefused(stuck.message) from None


def apply(turn: Turn, occurrence: Occurrence) -> None:
    """Let an occurrence happen; its consequences stand in the agenda."""
    if turn.state.is_final:
        _late(turn, occurrence.kind, 0)
        return
    if not isinstance(occurrence, Resumed):
        turn.state.quiet = 0
    _APPLY[occurrence.kind](turn, occurrence)


def _late(turn: Turn, kind: str, key: int) -> None:
    """Note something that came too late, or twice: it changes nothing."""
    root = turn.nodes[0]
    turn.trail.append(Trace(root.id, root.kind, "late", key, 0, False, {"occurrence": kind}))


# --- begin ------------------------------------------------------------------------------------


def _started(turn: Turn, occurrence: Started) -> None:
    state, program = turn.state, turn.program
    root = Instance(turn.next_key(), 0, None)
    state.root = state.instances[root.key] = root
    state.catches, state.zone = tuple(occurrence.catches), occurrence.zone
    state.escalations = tuple(occurrence.escalations)
    state.seed = occurrence.seed
    variables = dict(occurrence.variables)
    if occurrence.start is not None:
        start = program.nodes[program.ids[occurrence.start]]
        root.begin = (start.index, *start.together)
        if start.together:
            root.payload = {}  # the others are correlated by what the first has brought
        elif start.catches:
            root.payload, variables = variables, {}
    elif occurrence.begin_at:
        root.begin = tuple(program.ids[element] for element in occurrence.begin_at)
    else:
        root.begin = beginning(program, variables, occurrence.at)
    write_local(turn, root, variables)
    turn.queue("activate", root)


# --- answers ----------------------------------------------------------------------------------


def _waiting_for_work(turn: Turn, kind: str, key: int) -> Instance | None:
    instance = turn.state.instances.get(key)
    if instance is None or not instance.work:
        _late(turn, kind, key)
        return None
    return instance


def _task_completed(turn: Turn, occurrence: TaskCompleted | ChildCompleted) -> None:
    instance = _waiting_for_work(turn, occurrence.kind, occurrence.key)
    if instance is None:
        return
    take_back(turn, instance)
    if _is_bearable(turn, instance, occurrence.variables):
        close_incident(turn, instance)
        if (turn.nodes[instance.node].task_listeners or {}).get("completing"):
            asked(turn, instance, "completing", _offered(instance), dict(occurrence.variables))
        elif turn.nodes[instance.node].throws:
            instance.payload = {**(instance.payload or {}), **occurrence.variables}
            thrown(turn, instance)
        else:
            instance.payload = dict(occurrence.variables)
            turn.queue("complete", instance)


def _is_bearable(turn: Turn, instance: Instance, variables: Mapping[str, Value]) -> bool:
    """Tell whether variables may be stored; if not, the work sticks (S36)."""
    try:
        weigh(variables, "The result")
        _check_answer(turn, instance, variables)
    except Stuck as stuck:
        open_incident(turn, instance, ("work", instance.key), stuck.code, stuck.message)
        return False
    return True


def _check_answer(turn: Turn, instance: Instance, answer: Mapping[str, Value]) -> None:
    fault_of = _ANSWERS.get(turn.nodes[instance.node].kind)
    fault = None if fault_of is None else fault_of(turn, instance, answer)
    if fault is not None:
        raise Stuck("answer-invalid", fault)


_ANSWERS: Final[Mapping[str, Callable[[Turn, Instance, Mapping[str, Value]], str | None]]] = {
    "taskListener": answer_fault,
    "adHocSteering": steering_fault,
    "dataStoreAccess": store_fault,
}
"""By kind of node: what is wrong with an answer that says more than variables."""


def _offered(instance: Instance) -> Assignment:
    if instance.task is None:
        raise AssertionError(
            f"Expected {instance.key} to be a task that was offered, but it is not"
        )
    return instance.task


def _assignment_asked(turn: Turn, occurrence: AssignmentAsked) -> None:
    """Let the listeners of a human task decide whose it is; without any, it is so at once."""
    instance = turn.state.instances.get(occurrence.key)
    if instance is None or instance.work != "userTask" or instance.task is None:
        _late(turn, occurrence.kind, occurrence.key)
        return
    asked(turn, instance, "assigning", replace(instance.task, assignee=occurrence.assignee), {})


def _task_failed(turn: Turn, occurrence: TaskFailed) -> None:
    instance = _waiting_for_work(turn, occurrence.kind, occurrence.key)
    if instance is None:
        return
    take_back(turn, instance)
    if occurrence.retries > 0:
        turn.retries = occurrence.retries
        turn.queue("work", instance)
        return
    open_incident(turn, instance, ("work", instance.key), occurrence.code, occurrence.message)


def _error_thrown(turn: Turn, occurrence: ErrorThrown) -> None:
    instance = _waiting_for_work(turn, occurrence.kind, occurrence.key)
    if instance is None:
        return
    take_back(turn, instance)
    if not _is_bearable(turn, instance, occurrence.variables):
        return
    instance.error = (occurrence.code, occurrence.message)
    instance.payload = dict(occurrence.variables)
    turn.queue("throw", instance)


def _escalation_thrown(turn: Turn, occurrence: EscalationThrown) -> None:
    """A job or called process throws an escalation and goes on, unless that ends it (S18)."""
    instance = turn.state.instances.get(occurrence.key)
    if instance is None or not instance.work:
        _late(turn, occurrence.kind, occurrence.key)
        return
    escalate(turn, instance, occurrence.code, dict(occurrence.variables))


# --- triggers ---------------------------------------------------------------------------------


def _timer_fired(turn: Turn, occurrence: TimerFired) -> None:
    _caught(turn, occurrence.kind, occurrence.wait, {})


def _message_arrived(turn: Turn, occurrence: MessageArrived) -> None:
    _caught(turn, occurrence.kind, occurrence.wait, dict(occurrence.variables))


def _signal_arrived(turn: Turn, occurrence: SignalArrived) -> None:
    """Let "every subscription open at that moment" hear it, in order (S25)."""
    listening = [
        wait
        for wait in turn.state.waits.values()
        if wait.kind == "signal" and _is_for(occurrence, wait)
    ]
    if not listening:
        _late(turn, occurrence.kind, 0)
    for wait in listening:
        if wait.id in turn.state.waits:
            caught(turn, wait, dict(occurrence.variables))


def _is_for(occurrence: SignalArrived, wait: Wait) -> bool:
    if occurrence.waits is None:
        return wait.name == occurrence.signal
    return wait.id in occurrence.waits


def _activities_chosen(turn: Turn, occurrence: ActivitiesChosen) -> None:
    choose(turn, turn.state.waits[occurrence.wait], occurrence)


def _caught(turn: Turn, kind: str, wait_id: int, payload: dict[str, Value]) -> None:
    wait = turn.state.waits.get(wait_id)
    if wait is None:
        _late(turn, kind, wait_id)
    else:
        caught(turn, wait, payload)


# --- people -----------------------------------------------------------------------------------


def _incident_resolved(turn: Turn, occurrence: IncidentResolved) -> None:
    incident = turn.state.incidents.get(occurrence.incident)
    if incident is None:
        _late(turn, occurrence.kind, occurrence.incident)
        return
    instance = turn.state.instances[incident.item[1]]
    close_incident(turn, instance)
    write_up(turn, instance, occurrence.variables)
    turn.retries = occurrence.retries
    turn.queue(incident.item[0], instance)


def _incident_skipped(turn: Turn, occurrence: IncidentSkipped) -> None:
    incident = turn.state.incidents.get(occurrence.incident)
    if incident is None:
        _late(turn, occurrence.kind, occurrence.incident)
        return
    instance = turn.state.instances[incident.item[1]]
    skip(turn, incident, instance, dict(occurrence.variables))


def _error_raised(turn: Turn, occurrence: ErrorRaised) -> None:
    incident = turn.state.incidents.get(occurrence.incident)
    if incident is None:
        _late(turn, occurrence.kind, occurrence.incident)
        return
    instance = turn.state.instances[incident.item[1]]
    raise_error(turn, instance, occurrence.code, occurrence.message, dict(occurrence.variables))


def _variables_set(turn: Turn, occurrence: VariablesSet) -> None:
    scope = turn.state.instances.get(occurrence.key) or turn.state.root
    if scope is not None and scope.work == "userTask" and scope.task is not None:
        asked(turn, scope, "updating", scope.task, dict(occurrence.variables))
    elif scope is not None:
        write_local(turn, scope, occurrence.variables)


def _modified(turn: Turn, occurrence: Modified) -> None:
    modify(turn, instructions_of(occurrence))


def _cancelled(turn: Turn, occurrence: Cancelled) -> None:
    if turn.state.root is not None:
        turn.note(turn.state.root, "cancelled", {"reason": occurrence.reason})
        terminate(turn, turn.state.root)


def _resumed(_: Turn, __: Resumed) -> None:
    """Go on with the agenda as it stands."""


_APPLY: Final[Mapping[str, Callable[[Turn, Any], None]]] = {
    "started": _started,
    "taskCompleted": _task_completed,
    "assignmentAsked": _assignment_asked,
    "taskFailed": _task_failed,
    "errorThrown": _error_thrown,
    "escalationThrown": _escalation_thrown,
    "timerFired": _timer_fired,
    "messageArrived": _message_arrived,
    "signalArrived": _signal_arrived,
    "activitiesChosen": _activities_chosen,
    "childCompleted": _task_completed,
    "incidentResolved": _incident_resolved,
    "incidentSkipped": _incident_skipped,
    "errorRaised": _error_raised,
    "variablesSet": _variables_set,
    "modified": _modified,
    "cancelled": _cancelled,
    "resumed": _resumed,
}
"""By kind of occurrence, so each is called with the occurrence of its kind."""

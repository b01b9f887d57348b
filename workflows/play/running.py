"""Carries out commands in a played world until nothing moves: one table, command to function."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from workflows.bpmn.interpreter import begins_by_itself
from workflows.bpmn.interpreter.commands import (
    BroadcastSignal,
    CancelChild,
    CancelTask,
    CancelTimer,
    CloseHumanTask,
    CloseIncident,
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
    StopListening,
    Subscribe,
    Unsubscribe,
    WithdrawOffer,
    Yield,
)
from workflows.bpmn.interpreter.limits import CALL_DEPTH
from workflows.bpmn.interpreter.occurrences import (
    Cancelled,
    ChildCompleted,
    ErrorThrown,
    EscalationThrown,
    MessageArrived,
    Resumed,
    Started,
    TaskCompleted,
    TaskFailed,
)
from workflows.feel.temporal import parse_duration
from workflows.play.alarms import Alarm
from workflows.play.clock import ring
from workflows.play.messages import Subscription
from workflows.play.publishing import (
    DEFAULT_TIME_TO_LIVE,
    give_back,
    hand_over,
    publish,
    start_next,
)
from workflows.play.signals import broadcast
from workflows.play.stores import TYPES, access
from workflows.play.world import Case, Work, World


def settle(world: World) -> None:
    """Run every instance until nothing moves; timers that are due fire, in order."""
    while True:
        while world.pending:
            key, occurrence = world.pending.popleft()
            case = world.cases[key]
            if isinstance(occurrence, MessageArrived) and occurrence.wait not in case.state.waits:
                give_back(world, case, occurrence)
                continue
            if case.standing != "active":
                continue
            for command in world.deliver(case, occurrence):
                _CARRY_OUT[type(command)](world, case, command)
        alarm = world.alarms.next(world.now)
        if alarm is None:
            return
        ring(world, alarm)


# --- work -------------------------------------------------------------------------------------


def _run_task(world: World, case: Case, command: RunTask) -> None:
    if command.type in TYPES and command.type not in world.workers:
        world.pending.append((case.key, access(world, command)))
    else:
        world.offer_job(case, command)


def _open_human_task(world: World, case: Case, command: OpenHumanTask) -> None:
    place = (case.key, command.key)
    world.work[place] = Work(case.key, command.key, command.element, None, world.number())


def _drop_work(world: World, case: Case, command: CancelTask | CloseHumanTask) -> None:
    world.work.pop((case.key, command.key), None)


# --- time -------------------------------------------------------------------------------------


def _start_timer(world: World, case: Case, command: StartTimer) -> None:
    world.alarms.set(Alarm(command.due, world.number(), case.key, command.wait))


def _cancel_timer(world: World, case: Case, command: CancelTimer) -> None:
    world.alarms.cancel(case.key, command.wait)


# --- messages ---------------------------------------------------------------------------------


def _subscribe(world: World, case: Case, command: Subscribe) -> None:
    subscription = Subscription(
        instance=case.key,
        process_id=case.process_id,
        wait=command.wait,
        message=command.message,
        key=command.correlation_key,
        once=command.once,
    )
    world.messages.listen(subscription)
    address = (command.message, command.correlation_key)
    while (message := world.messages.oldest(address, case.process_id, world.now)) is not None:
        hand_over(world, message, subscription)
        if command.once:
            return


def _unsubscribe(world: World, case: Case, command: Unsubscribe) -> None:
    world.messages.close(case.key, command.wait)


def _publish(world: World, case: Case, command: PublishMessage) -> None:
    """Publish for an element; a message id used with other content fails it."""
    text = command.time_to_live
    lifetime = DEFAULT_TIME_TO_LIVE if text is None else parse_duration(text)
    try:
        publish(
            world,
            (command.message, command.correlation_key),
            command.variables,
            lifetime,
            command.message_id,
        )
    except ValueError as error:
        failed = TaskFailed(
            at=world.now, key=command.key, message=str(error), code="publish-failed"
        )
        world.pending.append((case.key, failed))
        return
    world.pending.append((case.key, TaskCompleted(at=world.now, key=command.key)))


# --- signals ----------------------------------------------------------------------------------


def _listen(world: World, case: Case, command: ListenForSignal) -> None:
    world.signals.listen(case.key, command.wait, command.signal)


def _stop_listening(world: World, case: Case, command: StopListening) -> None:
    world.signals.stop(case.key, command.wait)


def _broadcast(world: World, case: Case, command: BroadcastSignal) -> None:
    """Broadcast for an element; whoever listens hears it before the element goes on (S25)."""
    broadcast(world, command.signal, command.variables)
    world.pending.append((case.key, TaskCompleted(at=world.now, key=command.key)))


# --- called processes -------------------------------------------------------------------------


def _start_child(world: World, case: Case, command: StartChild) -> None:
    """Begin a called process: "missing process → incident … depth ≤ 20" (S22)."""
    program = world.programs.get(command.process_id)
    if program is None:
        message = f"There is no process '{command.process_id}'."
        _refuse_child(world, case, command, message, "called-process-missing")
    elif case.depth + 1 >= CALL_DEPTH:
        message = f"Processes call each other more than {CALL_DEPTH} deep."
        _refuse_child(world, case, command, message, "call-depth-exceeded")
    elif not begins_by_itself(program):
        message = f"The process '{command.process_id}' has no none start event."
        _refuse_child(world, case, command, message, "called-process-invalid")
    else:
        started = Started(
            at=world.now,
            variables=command.variables,
            catches=command.catches,
            escalations=command.escalations,
        )
        world.begin(program, started, parent=(case.key, command.key))


def _refuse_child(world: World, case: Case, command: StartChild, message: str, code: str) -> None:
    failed = TaskFailed(at=world.now, key=command.key, message=message, code=code)
    world.pending.append((case.key, failed))


def _cancel_child(world: World, case: Case, command: CancelChild) -> None:
    child = world.children.pop((case.key, command.key), None)
    if child is not None and child.standing == "active":
        child.parent = None
        world.pending.append((child.key, Cancelled(at=world.now)))


def _escalate(world: World, case: Case, command: Escalate) -> None:
    if case.parent is not None:
        instance, key = case.parent
        thrown = EscalationThrown(
            at=world.now, key=key, code=command.code, variables=command.variables
        )
        world.pending.append((instance, thrown))
        if command.key and not command.interrupts:
            world.pending.append((case.key, TaskCompleted(at=world.now, key=command.key)))


def _finish(world: World, case: Case, command: Finish) -> None:
    world.ended(case, command)
    start_next(world, case)
    if case.parent is None:
        return
    instance, key = case.parent
    match command.outcome:
        case "completed":
            occurrence: ChildCompleted | ErrorThrown | TaskFailed = ChildCompleted(
                at=world.now, key=key, variables=command.variables
            )
        case "error":
            occurrence = ErrorThrown(
                at=world.now,
                key=key,
                code=command.error_code,
                message=command.error_message,
                variables=command.variables,
            )
        case "terminated":
            message = f"The called process {case.key} was cancelled."
            occurrence = TaskFailed(at=world.now, key=key, message=message, code="child-cancelled")
    world.pending.append((instance, occurrence))


# --- the rest ---------------------------------------------------------------------------------


def _resume(world: World, case: Case, _: Yield) -> None:
    world.pending.append((case.key, Resumed(at=world.now)))


def _shown_only(_: World, __: Case, ___: object) -> None:
    """What stands in the state, or is told by the command after it."""


_CARRY_OUT: Final[Mapping[type, Callable[[World, Case, Any], None]]] = {
    RunTask: _run_task,
    CancelTask: _drop_work,
    OpenHumanTask: _open_human_task,
    CloseHumanTask: _drop_work,
    SettleChange: _shown_only,
    StartTimer: _start_timer,
    CancelTimer: _cancel_timer,
    Subscribe: _subscribe,
    Unsubscribe: _unsubscribe,
    PublishMessage: _publish,
    ListenForSignal: _listen,
    StopListening: _stop_listening,
    BroadcastSignal: _broadcast,
    StartChild: _start_child,
    Escalate: _escalate,
    CancelChild: _cancel_child,
    Finish: _finish,
    Yield: _resume,
    OfferActivities: _shown_only,
    WithdrawOffer: _shown_only,
    OpenIncident: _shown_only,
    CloseIncident: _shown_only,
}
"""By class of command, so each is called with the command of its class."""

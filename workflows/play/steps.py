"""What each step of a scenario does to the world; one that finds nothing to act on is an error."""

from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any, Final

from workflows.bpmn.interpreter import beginning
from workflows.bpmn.interpreter.occurrences import (
    AssignmentAsked,
    Cancelled,
    IncidentResolved,
    Modified,
    Started,
    VariablesSet,
)
from workflows.bpmn.interpreter.state import Incident, Instance
from workflows.bpmn.timers import after
from workflows.play.clock import ring
from workflows.play.fields import ScenarioError
from workflows.play.publishing import publish
from workflows.play.running import settle
from workflows.play.scenario import (
    AdvanceStep,
    AssignStep,
    BroadcastStep,
    CancelStep,
    ModifyStep,
    PublishStep,
    ResolveStep,
    SetStep,
    SnapshotStep,
    StartStep,
    Step,
    WorkStep,
)
from workflows.play.signals import broadcast
from workflows.play.world import USER_TASK_TYPE, Case, Work, World


def take(world: World, step: Step) -> None:
    """Take one step, and let the world settle."""
    _TAKE[step.kind](world, step)
    settle(world)


def _start(world: World, step: StartStep) -> None:
    programs = [world.programs[step.process]] if step.process in world.programs else []
    if step.process == "*":
        programs = [
            one for one in world.programs.values() if beginning(one, step.variables, world.now)
        ]
    if not programs:
        known = ", ".join(world.programs) or "none"
        raise ScenarioError(f"There is no process '{step.process}' to start; there are: {known}.")
    for program in programs:
        started = Started(at=world.now, variables=step.variables, begin_at=step.at)
        world.begin(program, started)


# --- work -------------------------------------------------------------------------------------


def _work(world: World, step: WorkStep) -> None:
    for done in range(step.count):
        found = _matching(world, step)
        if not found:
            where = f" at '{step.element}'" if step.element else ""
            what = f"work of type '{step.type}'" if step.type else "work"
            raise ScenarioError(f"Expected {step.count} waiting {what}{where}, but found {done}.")
        world.answer(found[0], step)
        if done + 1 < step.count:
            settle(world)


def _matching(world: World, step: WorkStep) -> list[Work]:
    """List the work a step may mean, oldest first: by type, at the element, or both."""
    waiting = sorted(world.work.values(), key=lambda work: work.issued)
    if step.element is not None:
        return [
            work
            for work in waiting
            if work.element == step.element
            and (work.type is None or step.type in (work.type, work.element, "", "*"))
        ]
    by_type = [work for work in waiting if (work.type or USER_TASK_TYPE) == step.type]
    return by_type or [work for work in waiting if work.element == step.type]


# --- messages, signals ------------------------------------------------------------------------


def _publish(world: World, step: PublishStep) -> None:
    address = (step.message, step.key)
    try:
        heard = publish(world, address, step.variables, step.time_to_live, step.id)
    except ValueError as error:
        raise ScenarioError(str(error)) from None
    if not heard:
        raise ScenarioError(
            f"Nobody waits for message '{step.message}' with key '{step.key}', and it has no 'ttl'."
        )


def _broadcast(world: World, step: BroadcastStep) -> None:
    if not broadcast(world, step.signal, step.variables):
        raise ScenarioError(f"Nobody waits for signal '{step.signal}'.")


# --- time -------------------------------------------------------------------------------------


def _advance(world: World, step: AdvanceStep) -> None:
    try:
        goal = after(world.now, step.duration, 1, UTC)
    except (OverflowError, ValueError):
        raise ScenarioError("The clock would leave the calendar.") from None
    while (alarm := world.alarms.next(goal)) is not None:
        ring(world, alarm)
        settle(world)
    world.now = goal


# --- operators --------------------------------------------------------------------------------


def _set(world: World, step: SetStep) -> None:
    if step.element is None:
        case = _newest(world, lambda _: True, "There is no active instance.")
        key = 0
    else:
        element = step.element
        case = _newest(
            world, lambda case: bool(_at(case, element)), f"Nothing is active at '{element}'."
        )
        key = _at(case, element)[-1].key
    occurrence = VariablesSet(at=world.now, variables=step.variables, key=key)
    world.pending.append((case.key, occurrence))


def _assign(world: World, step: AssignStep) -> None:
    for work in sorted(world.work.values(), key=lambda work: work.issued):
        if work.element == step.element and work.type is None:
            assignee = step.assignee or None
            asked = AssignmentAsked(at=world.now, key=work.key, assignee=assignee)
            world.pending.append((work.instance, asked))
            return
    raise ScenarioError(f"No human task waits at '{step.element}'.")


def _resolve(world: World, step: ResolveStep) -> None:
    for case in world.active():
        for incident in case.state.incidents.values():
            if _element_of(case, incident) == step.element:
                occurrence = IncidentResolved(
                    at=world.now,
                    incident=incident.id,
                    retries=step.retries,
                    variables=step.variables,
                )
                world.pending.append((case.key, occurrence))
                return
    raise ScenarioError(f"There is no incident at '{step.element}'.")


def _modify(world: World, step: ModifyStep) -> None:
    ending = (step.terminate,) if step.terminate is not None else ()
    beginning = (step.activate,) if step.activate is not None else ()
    element = step.terminate or step.activate or ""
    case = _newest(
        world, lambda case: element in case.program.ids, f"No active instance has '{element}'."
    )
    if ending:
        case = _newest(
            world, lambda case: _is_alive(case, element), f"Nothing is active at '{element}'."
        )
    world.pending.append((case.key, Modified(at=world.now, terminate=ending, activate=beginning)))


def _cancel(world: World, step: CancelStep) -> None:
    case = _newest(
        world,
        lambda case: case.process_id == step.process,
        f"There is no active instance of '{step.process}'.",
    )
    world.pending.append((case.key, Cancelled(at=world.now)))


def _snapshot(world: World, _: SnapshotStep) -> None:
    world.snapshot()


def _newest(world: World, wanted: Callable[[Case], bool], otherwise: str) -> Case:
    found = [case for case in world.active() if wanted(case)]
    if not found:
        raise ScenarioError(otherwise)
    return found[-1]


def _at(case: Case, element: str) -> list[Instance]:
    index = case.program.ids.get(element)
    return [one for one in case.state.instances.values() if one.node == index]


def _is_alive(case: Case, element: str) -> bool:
    if _at(case, element):
        return True
    index = case.program.ids.get(element)
    return index is not None and any(
        flow in case.program.nodes[index].incoming
        for scope in case.state.joining
        for flow in case.state.instances[scope].taken or ()
    )


def _element_of(case: Case, incident: Incident) -> str:
    return case.program.nodes[incident.node].id


_TAKE: Final[Mapping[str, Callable[[World, Any], None]]] = {
    "start": _start,
    "complete": _work,
    "throwError": _work,
    "throwEscalation": _work,
    "fail": _work,
    "publish": _publish,
    "broadcast": _broadcast,
    "set": _set,
    "assign": _assign,
    "advance": _advance,
    "resolve": _resolve,
    "modify": _modify,
    "cancel": _cancel,
    "snapshot": _snapshot,
}
"""By kind of step, so each is called with the step of its kind."""

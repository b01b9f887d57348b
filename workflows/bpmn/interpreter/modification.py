"""An operator moves tokens: ends elements, begins others, all of one order together."""

from collections.abc import Iterable, Mapping

from workflows.bpmn.interpreter.behaviours.scopes import begin_at
from workflows.bpmn.interpreter.compensation import open_steps
from workflows.bpmn.interpreter.instructions import (
    ActivateElement,
    AddInstance,
    CompensateActivity,
    Instruction,
    MoveInstance,
    SetScopeVariables,
    TerminateElement,
    TerminateInstance,
    alive_at,
    ended_by,
    faults,
    home_of,
    joined_at,
    open_entries,
)
from workflows.bpmn.interpreter.occurrences import Modified
from workflows.bpmn.interpreter.state import Instance, State, Undoing
from workflows.bpmn.interpreter.tokens import ended, forget_joins, undo_next
from workflows.bpmn.interpreter.turn import OccurrenceRefused, Turn
from workflows.bpmn.interpreter.variables import write_local
from workflows.bpmn.program import Program


def check_modification(program: Program, state: State, wanted: Iterable[Instruction]) -> None:
    """Refuse an order that makes no sense, with everything that is wrong with it."""
    found = faults(program, state, wanted)
    if found:
        raise OccurrenceRefused(" ".join(found))


def instructions_of(occurrence: Modified) -> tuple[Instruction, ...]:
    """Return what is ordered: by element ids, and one by one."""
    return (
        *(TerminateElement(element=one) for one in occurrence.terminate),
        *(ActivateElement(element=one) for one in occurrence.activate),
        *occurrence.instructions,
    )


def modify(turn: Turn, wanted: tuple[Instruction, ...]) -> None:
    """Carry out instructions: ends, then variables, then beginnings."""
    program, state = turn.program, turn.state
    doomed = ended_by(program, state, wanted)
    homes = [
        (one, home_of(program, state, one))
        for one in wanted
        if isinstance(one, ActivateElement | MoveInstance)
    ]
    emptied = [scope for one in wanted for scope in _end(turn, one)]
    for one in wanted:
        _write(turn, one)
        if isinstance(one, CompensateActivity):
            _compensate(turn, one)
    _begin(turn, homes, doomed)
    for scope in emptied:
        ended(turn, scope, by_termination=True)


# --- ends -------------------------------------------------------------------------------------


def _end(turn: Turn, one: Instruction) -> list[Instance]:
    """End what an instruction names; returns the scopes that lost tokens at joins."""
    match one:
        case TerminateInstance(key=key) | MoveInstance(key=key):
            turn.queue("terminate", turn.state.instances[key])
            return []
        case TerminateElement(element=element):
            index = turn.program.ids[element]
            emptied = joined_at(turn.program, turn.state, index)
            for scope in emptied:
                _drop_tokens(turn, scope, index)
            for instance in alive_at(turn.state, index):
                turn.queue("terminate", instance)
            return emptied
        case _:
            return []


def _drop_tokens(turn: Turn, scope: Instance, join: int) -> None:
    taken = scope.taken or {}
    for flow in turn.nodes[join].incoming:
        taken.pop(flow, None)
    if not taken:
        forget_joins(turn, scope)


# --- variables --------------------------------------------------------------------------------


def _write(turn: Turn, one: Instruction) -> None:
    match one:
        case SetScopeVariables(key=key, variables=variables):
            write_local(turn, turn.state.instances[key], variables)
        case AddInstance(key=key, item=item):
            body = turn.state.instances[key]
            if body.loop is None:
                raise AssertionError(f"Expected a multi-instance body, but {key} is none")
            body.loop.items.append(item)
            if body.loop.outputs or len(body.loop.items) == 1:
                body.loop.outputs.append(None)
            turn.queue("loop", body)
        case _:
            pass


def _compensate(turn: Turn, one: CompensateActivity) -> None:
    """Run handlers one after the other, the newest first; nobody waits for the last."""
    activity = turn.program.ids[one.element] if one.element else None
    scopes = list(open_entries(turn.state, activity))
    undo_next(turn, Undoing(0, open_steps(turn, scopes, activity)))


# --- beginnings -------------------------------------------------------------------------------


def _begin(
    turn: Turn,
    homes: Iterable[tuple[ActivateElement | MoveInstance, int]],
    doomed: Mapping[int, Instance],
) -> None:
    """Put the tokens; those for one scope that bring no variables share what has to be begun."""
    grouped: dict[int, list[int]] = {}
    for one, key in homes:
        index = turn.program.ids[one.element]
        scope = (
            turn.state.instances[key]
            if key and key not in doomed
            else _live_scope(turn, turn.nodes[index].scope, doomed)
        )
        if one.variables:
            _begin_with(turn, scope, index, one.variables)
        else:
            grouped.setdefault(scope.key, []).append(index)
    for key, targets in grouped.items():
        begin_at(turn, turn.state.instances[key], tuple(targets))


def _begin_with(turn: Turn, scope: Instance, index: int, variables: Mapping[str, object]) -> None:
    known = set(scope.children or ())
    begin_at(turn, scope, (index,))
    for key, child in (scope.children or {}).items():
        if key not in known:
            write_local(turn, child, dict(variables))  # type: ignore[arg-type]


def _live_scope(turn: Turn, index: int, doomed: Mapping[int, Instance]) -> Instance:
    """Find the newest active instance of a scope, or of the nearest one around it."""
    while True:
        for instance in reversed(turn.state.instances.values()):
            if (
                instance.node == index
                and instance.loop is None
                and instance.key not in doomed
                and instance.phase == "activated"
            ):
                return instance
        index = turn.nodes[index].scope
        if index < 0:
            raise AssertionError("Expected a live process, but there is none")

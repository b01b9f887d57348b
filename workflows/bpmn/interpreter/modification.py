"""An operator moves tokens: ends elements, begins others."""

from collections.abc import Iterable

from workflows.bpmn.interpreter.behaviours.scopes import begin_at
from workflows.bpmn.interpreter.state import NOTHING, Instance, State
from workflows.bpmn.interpreter.tokens import forget_joins
from workflows.bpmn.interpreter.turn import OccurrenceRefused, Turn
from workflows.bpmn.program import Program

_NO_TARGET = ("process", "boundaryEvent", "eventSubProcess")


def check_targets(
    program: Program, state: State, ending: Iterable[str], beginning: Iterable[str]
) -> None:
    """Refuse elements that are unknown, not alive, or cannot be begun from outside."""
    for element in ending:
        index = program.ids.get(element)
        if index is None:
            raise OccurrenceRefused(f"There is no element '{element}'.")
        if not _instances_of(state, index) and not _tokens_at(program, state, index):
            raise OccurrenceRefused(f"Nothing is active at '{element}'.")
    for element in beginning:
        index = program.ids.get(element)
        if index is None:
            raise OccurrenceRefused(f"There is no element '{element}'.")
        _check_begin(program, element, index)


def _check_begin(program: Program, element: str, index: int) -> None:
    node = program.nodes[index]
    if node.kind in _NO_TARGET:
        raise OccurrenceRefused(f"'{element}' is a {node.kind}; no token can be put there.")
    if node.kind == "startEvent" and program.nodes[node.scope].kind == "eventSubProcess":
        raise OccurrenceRefused(f"'{element}' starts by its trigger only.")
    scope = node.scope
    while scope > 0:
        outer = program.nodes[scope]
        if outer.loop is not None:
            raise OccurrenceRefused(
                f"'{element}' is inside the multi-instance activity '{outer.id}'; begin that one."
            )
        scope = outer.scope


def _instances_of(state: State, index: int) -> list[Instance]:
    """List the live instances at a node; the body, not the items, of a multi-instance activity."""
    return [
        instance
        for instance in state.instances.values()
        if instance.node == index and instance.index == NOTHING
    ]


def _tokens_at(program: Program, state: State, index: int) -> list[Instance]:
    """List the scopes in which tokens wait at a join."""
    incoming = program.nodes[index].incoming
    return [
        scope
        for scope in (state.instances[key] for key in state.joining)
        if any(flow in incoming for flow in scope.taken or ())
    ]


def end_elements(turn: Turn, elements: Iterable[str]) -> tuple[list[Instance], frozenset[int]]:
    """End every instance at the elements, and the tokens at joins.

    Returns the scopes that lost tokens at joins, and the keys of what ends, with all inside.
    """
    ending: list[Instance] = []
    emptied: list[Instance] = []
    for element in elements:
        index = turn.program.ids[element]
        for scope in _tokens_at(turn.program, turn.state, index):
            _drop_tokens(turn, scope, index)
            emptied.append(scope)
        ending.extend(_instances_of(turn.state, index))
    for instance in ending:
        turn.queue("terminate", instance)
    doomed: set[int] = set()
    while ending:
        instance = ending.pop()
        doomed.add(instance.key)
        ending.extend((instance.children or {}).values())
    return emptied, frozenset(doomed)


def _drop_tokens(turn: Turn, scope: Instance, join: int) -> None:
    taken = scope.taken or {}
    for flow in turn.nodes[join].incoming:
        taken.pop(flow, None)
    if not taken:
        forget_joins(turn, scope)


def activate_elements(turn: Turn, elements: Iterable[str], ending: frozenset[int]) -> None:
    """Put a token at each element, in the newest live scope for it; begin scopes that lack."""
    grouped: dict[int, list[int]] = {}
    for element in elements:
        index = turn.program.ids[element]
        scope = _live_scope(turn, turn.nodes[index].scope, ending)
        grouped.setdefault(scope.key, []).append(index)
    for key, targets in grouped.items():
        begin_at(turn, turn.state.instances[key], tuple(targets))


def _live_scope(turn: Turn, index: int, ending: frozenset[int]) -> Instance:
    """Find the newest active instance of a scope, or of the nearest one around it."""
    while True:
        for instance in reversed(turn.state.instances.values()):
            if (
                instance.node == index
                and instance.loop is None
                and instance.key not in ending
                and instance.phase == "activated"
            ):
                return instance
        index = turn.nodes[index].scope
        if index < 0:
            raise AssertionError("Expected a live process, but there is none")

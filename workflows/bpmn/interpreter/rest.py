"""At rest, when nothing moves: joins fire (S5, S6), conditions (S27); dead joins are told (S35)."""

from workflows.bpmn.interpreter.complex import fire_complex
from workflows.bpmn.interpreter.incidents import open_incident
from workflows.bpmn.interpreter.reach import may_fire
from workflows.bpmn.interpreter.state import Instance, Item, Wait
from workflows.bpmn.interpreter.tokens import close_incident, fire_join
from workflows.bpmn.interpreter.triggers import caught
from workflows.bpmn.interpreter.turn import Stuck, Turn
from workflows.bpmn.interpreter.variables import evaluate_with_reason, visible
from workflows.bpmn.program import ConditionDefinition, Node

DEAD_JOIN = "dead-join"


def fire_one_join(turn: Turn) -> bool:
    """Fire the first join that may fire, outermost scope and oldest first (S1)."""
    state = turn.state
    scopes = [state.instances[key] for key in state.joining]
    for scope in sorted(scopes, key=lambda scope: (turn.nodes[scope.node].depth, scope.key)):
        for join in _waiting_joins(turn, scope):
            if join.join == "inclusive" and may_fire(turn, scope, join):
                fire_join(turn, scope, join)
                return True
            if join.join == "complex" and fire_complex(turn, scope, join):
                return True
    return False


def fire_one_condition(turn: Turn) -> bool:
    """Test the conditions that were stirred, outer scopes first, until one fires (S27)."""
    state = turn.state
    stirred = [wait for wait in map(state.waits.__getitem__, state.watching) if wait.is_stirred]
    for wait in sorted(stirred, key=lambda wait: (_depth(turn, wait), wait.id)):
        if not _is_stuck(turn, wait) and _becomes_true(turn, wait):
            caught(turn, wait, {})
            return True
    return False


def _depth(turn: Turn, wait: Wait) -> int:
    return turn.nodes[turn.state.instances[wait.owner].node].depth


def _is_stuck(turn: Turn, wait: Wait) -> bool:
    """Tell whether this very condition could not be tested, and waits to be tested again."""
    owner = turn.state.instances[wait.owner]
    incident = turn.state.incidents.get(owner.incident)
    return incident is not None and incident.item[0] == "watch" and incident.node == wait.node


def _becomes_true(turn: Turn, wait: Wait) -> bool:
    """Test one condition: "null → not triggered; otherwise not boolean → incident" (S27).

    An element has one incident at a time; while it has another, the condition remains to be tested.
    """
    owner = turn.state.instances[wait.owner]
    definition = turn.nodes[wait.node].catches[wait.part]
    if not isinstance(definition, ConditionDefinition):
        raise TypeError(f"Expected a condition, but {wait.id} waits for a {definition.kind}")
    wait.is_stirred = False
    try:
        holds = _holds(turn, owner, definition)
    except Stuck as stuck:
        if owner.incident:
            wait.is_stirred = True
        else:
            item: Item = ("watch", owner.key)
            open_incident(turn, owner, item, stuck.code, stuck.message, wait.node)
        return False
    before, wait.held = wait.held, holds
    return holds and not before


def _holds(turn: Turn, owner: Instance, definition: ConditionDefinition) -> bool:
    condition = definition.condition
    value, reason = evaluate_with_reason(turn, condition, visible(owner), "Condition")
    if value is None:
        return False
    if isinstance(value, bool):
        return value
    raise Stuck(
        "condition-not-boolean",
        f"The condition '{condition.text}' is neither true nor false{reason}.",
    )


def _waiting_joins(turn: Turn, scope: Instance) -> list[Node]:
    """List the joins of a scope at which tokens wait, in the order of the model."""
    targets = {turn.flows[flow].target for flow in scope.taken or ()}
    targets.update(scope.gates or ())
    return [turn.nodes[index] for index in sorted(targets)]


# --- dead joins -------------------------------------------------------------------------------


def tell_dead_joins(turn: Turn) -> None:
    """Open an incident when only joins hold tokens and nothing alive can satisfy one (S35)."""
    state = turn.state
    stale = [incident for incident in state.incidents.values() if incident.code == DEAD_JOIN]
    others = len(state.incidents) - len(stale)
    dead = bool(state.joining) and not (
        state.busy or others or state.is_final or _may_be_satisfied(turn)
    )
    known = {incident.item[1] for incident in stale}
    if not dead:
        for incident in stale:
            close_incident(turn, state.instances[incident.item[1]])
        return
    for key in list(state.joining):
        if key not in known and state.instances[key].taken:
            scope = state.instances[key]
            join = _waiting_joins(turn, scope)[0].index
            message = _missing(turn, scope)
            open_incident(turn, scope, ("enter", key), DEAD_JOIN, message, join)


def _may_be_satisfied(turn: Turn) -> bool:
    """Tell whether something awaited can lead to a join; no flow leaves an event sub-process."""
    waits = turn.state.waits.values()
    return any(turn.nodes[wait.node].kind != "startEvent" for wait in waits)


def _missing(turn: Turn, scope: Instance) -> str:
    taken = scope.taken or {}
    told = []
    for join in _waiting_joins(turn, scope):
        if join.join == "quantity":
            told.append(f"'{join.id}' waits for {join.start_quantity} tokens")
            continue
        missing = [turn.flows[flow].id for flow in join.incoming if flow not in taken]
        told.append(f"'{join.id}' waits for {', '.join(missing)}")
    return f"No token is left that could come: {'; '.join(told)}."

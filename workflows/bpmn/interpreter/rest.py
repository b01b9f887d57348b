"""At rest, when nothing moves: inclusive joins fire (S5), dead joins are told (S35)."""

from workflows.bpmn.interpreter.incidents import open_incident
from workflows.bpmn.interpreter.state import Instance
from workflows.bpmn.interpreter.tokens import close_incident, fire_join
from workflows.bpmn.interpreter.turn import Turn
from workflows.bpmn.program import Node

DEAD_JOIN = "dead-join"


def fire_one_inclusive_join(turn: Turn) -> bool:
    """Fire the first inclusive join that may fire, outermost scope and oldest first (S1)."""
    state = turn.state
    scopes = [state.instances[key] for key in state.joining]
    for scope in sorted(scopes, key=lambda scope: (turn.nodes[scope.node].depth, scope.key)):
        for join in _waiting_joins(turn, scope):
            if join.kind == "inclusiveGateway" and may_fire(turn, scope, join):
                fire_join(turn, scope, join)
                return True
    return False


def may_fire(turn: Turn, scope: Instance, join: Node) -> bool:
    """Test the rule of the standard (S5; BPMN 2.0.2, 13.4.3).

    The gateway waits as long as some token elsewhere can still come to an *empty* incoming flow,
    unless that same token can as well come to a flow that *holds* one already.
    """
    taken = scope.taken or {}
    empty = holding = 0
    for flow, reaching in zip(join.incoming, join.reaches, strict=True):
        if flow in taken:
            holding |= reaching
        else:
            empty |= reaching
    return not _live_nodes(turn, scope, join) & empty & ~holding


def _live_nodes(turn: Turn, scope: Instance, join: Node) -> int:
    """Collect the nodes of a scope at which tokens are, as a bit set; not the join itself."""
    live = 0
    for child in (scope.children or {}).values():
        live |= 1 << child.node
    for flow in scope.taken or ():
        live |= 1 << turn.flows[flow].target
    return live & ~(1 << join.index)


def _waiting_joins(turn: Turn, scope: Instance) -> list[Node]:
    """List the joins of a scope at which tokens wait, in the order of the model."""
    targets = {turn.flows[flow].target for flow in scope.taken or ()}
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
        if key not in known:
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
        missing = [turn.flows[flow].id for flow in join.incoming if flow not in taken]
        told.append(f"'{join.id}' waits for {', '.join(missing)}")
    return f"No token is left that could come: {'; '.join(told)}."

"""The complex gateway: it waits for start, then for reset (S6; BPMN 2.0.2, 13.4.5)."""

from decimal import Decimal

from workflows.bpmn.interpreter.incidents import open_incident
from workflows.bpmn.interpreter.reach import live_nodes
from workflows.bpmn.interpreter.state import WAITING_FOR_START, Instance, Item
from workflows.bpmn.interpreter.tokens import fire_join, forget_empty_joins
from workflows.bpmn.interpreter.turn import Stuck, Turn
from workflows.bpmn.interpreter.variables import evaluate_with_reason, visible
from workflows.bpmn.program import Node
from workflows.feel import Value

ACTIVATION_COUNT = "activationCount"


def fire_complex(turn: Turn, scope: Instance, gateway: Node) -> bool:
    """Start or reset a gateway when it may; tell whether it did."""
    consumed = (scope.gates or {}).get(gateway.index)
    if consumed is not None:
        return _reset(turn, scope, gateway, consumed)
    if scope.incident:
        return False
    try:
        starts = _may_start(turn, scope, gateway)
    except Stuck as stuck:
        item: Item = ("enter", scope.key)
        open_incident(turn, scope, item, stuck.code, stuck.message, gateway.index)
        return False
    if starts:
        _start(turn, scope, gateway)
    return starts


def _may_start(turn: Turn, scope: Instance, gateway: Node) -> bool:
    """Test the activation condition: it sees how many tokens each incoming flow holds."""
    if gateway.activation is None:
        raise AssertionError(f"Expected an activation condition at {gateway.id}")
    taken = scope.taken or {}
    counts: dict[str, Value] = {
        turn.flows[flow].id: Decimal(taken.get(flow, 0)) for flow in gateway.incoming
    }
    counts[ACTIVATION_COUNT] = Decimal(sum(taken.get(flow, 0) for flow in gateway.incoming))
    counts[WAITING_FOR_START] = True
    value, reason = evaluate_with_reason(
        turn, gateway.activation, visible(scope, counts), "Activation condition"
    )
    if value is True or value is False:
        return value
    raise Stuck(
        "condition-not-boolean",
        f"The activation condition of '{gateway.id}' is neither true nor false{reason}.",
    )


def _start(turn: Turn, scope: Instance, gateway: Node) -> None:
    """Take "one token from every incoming flow that has one", then wait for the others."""
    taken = scope.taken or {}
    flows = tuple(flow for flow in gateway.incoming if flow in taken)
    if len(flows) < len(gateway.incoming):
        if scope.gates is None:
            scope.gates = {}
        scope.gates[gateway.index] = flows
    token = fire_join(turn, scope, gateway, flows)
    token.locals = {WAITING_FOR_START: True}


def _reset(turn: Turn, scope: Instance, gateway: Node, consumed: tuple[int, ...]) -> bool:
    """Reset when every other flow "either holds a token or can receive none any more"."""
    taken = scope.taken or {}
    empty = holding = 0
    for flow, reaching in zip(gateway.incoming, gateway.reaches, strict=True):
        if flow in taken:
            holding |= reaching
        elif flow not in consumed:
            empty |= reaching
    if live_nodes(turn, scope, gateway) & empty & ~holding:
        return False
    others = tuple(flow for flow in gateway.incoming if flow in taken and flow not in consumed)
    if scope.gates is not None:
        del scope.gates[gateway.index]
        scope.gates = scope.gates or None
    token = fire_join(turn, scope, gateway, others)
    token.locals = {WAITING_FOR_START: False}
    forget_empty_joins(turn, scope)
    return True

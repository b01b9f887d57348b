"""What can still come to a join: a question about all tokens of its scope (S5)."""

from workflows.bpmn.interpreter.state import Instance
from workflows.bpmn.interpreter.turn import Turn
from workflows.bpmn.program import Node


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
    return not live_nodes(turn, scope, join) & empty & ~holding


def live_nodes(turn: Turn, scope: Instance, join: Node) -> int:
    """Collect the nodes of a scope at which tokens are, as a bit set; not the join itself."""
    live = 0
    for child in (scope.children or {}).values():
        live |= 1 << child.node
    for flow in scope.taken or ():
        live |= 1 << turn.flows[flow].target
    return live & ~(1 << join.index)

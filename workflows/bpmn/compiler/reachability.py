"""Who can still reach a gateway: bit sets for the inclusive join (S5)."""

from collections.abc import Sequence
from dataclasses import replace

from workflows.bpmn.program import Flow, LinkDefinition, Node

_ASKING = ("inclusiveGateway", "complexGateway")


def with_reachability(nodes: Sequence[Node], flows: Sequence[Flow]) -> tuple[Node, ...]:
    """Give every inclusive and complex gateway one bit set per incoming flow.

    "there is a directed path formed by Sequence Flow from this token to an Incoming Sequence Flow
    of the inclusive gateway … without visiting the inclusive gateway" (BPMN 2.0.2 §13.4.3): walked
    backwards from the flow's source, over boundary events to their hosts and link catches to their
    throws. With a single incoming flow nothing is waited for, so its set is left empty.
    """
    if not any(node.kind in _ASKING for node in nodes):
        return tuple(nodes)
    before = _predecessors(nodes, flows)
    return tuple(
        replace(node, reaches=_reaches(before, flows, node)) if node.kind in _ASKING else node
        for node in nodes
    )


def _reaches(
    before: Sequence[Sequence[int]], flows: Sequence[Flow], gateway: Node
) -> tuple[int, ...]:
    if not gateway.join:
        return (0,) * len(gateway.incoming)
    return tuple(_ancestors(before, flows[one].source, gateway.index) for one in gateway.incoming)


def _ancestors(before: Sequence[Sequence[int]], last: int, gateway: int) -> int:
    if last == gateway:
        return 0
    found, stack = {last, gateway}, [last]
    while stack:
        for index in before[stack.pop()]:
            if index not in found:
                found.add(index)
                stack.append(index)
    found.discard(gateway)
    return sum(1 << index for index in found)


def _predecessors(nodes: Sequence[Node], flows: Sequence[Flow]) -> list[list[int]]:
    before: list[list[int]] = [[flows[one].source for one in node.incoming] for node in nodes]
    for node in nodes:
        if node.attached_to is not None:
            before[node.index].append(node.attached_to)
        if isinstance(node.event, LinkDefinition) and node.event.catch is not None:
            before[node.event.catch].append(node.index)
    return before

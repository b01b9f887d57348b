"""Which outgoing flows a token takes: conditions and defaults (S2, S4, S8)."""

from workflows.bpmn.interpreter.state import Instance
from workflows.bpmn.interpreter.turn import Stuck, Turn
from workflows.bpmn.interpreter.variables import evaluate_with_reason, visible
from workflows.bpmn.program import Flow, Node


def holds(turn: Turn, instance: Instance, flow: Flow) -> bool:
    """Evaluate a condition: "a condition that is not boolean → incident" (S2)."""
    if flow.condition is None:
        return True
    value, reason = evaluate_with_reason(turn, flow.condition, visible(instance), "Condition")
    if value is True or value is False:
        return value
    raise Stuck(
        "condition-not-boolean",
        f"The condition '{flow.condition.text}' of '{flow.id}' is neither true nor false{reason}.",
    )


def every_flow(turn: Turn, node: Node, instance: Instance) -> tuple[int, ...]:  # noqa: ARG001
    """Take all, without a look at conditions (parallel gateway)."""
    return node.outgoing


def first_that_holds(turn: Turn, node: Node, instance: Instance) -> tuple[int, ...]:
    """Take the first flow in document order whose condition is true, else the default (S2)."""
    if len(node.outgoing) <= 1 and node.default is None and not _conditional(turn, node):
        return node.outgoing
    for index in node.outgoing:
        if index != node.default and holds(turn, instance, turn.flows[index]):
            return (index,)
    return _default(node)


def all_that_hold(turn: Turn, node: Node, instance: Instance) -> tuple[int, ...]:
    """Take every flow whose condition is true, else the default (S4)."""
    if len(node.outgoing) <= 1 and node.default is None and not _conditional(turn, node):
        return node.outgoing
    return conditions_that_hold(turn, node, instance) or _default(node)


def conditions_that_hold(turn: Turn, node: Node, instance: Instance) -> tuple[int, ...]:
    """Take every flow whose condition is true, and never the default."""
    return tuple(
        index
        for index in node.outgoing
        if index != node.default and holds(turn, instance, turn.flows[index])
    )


def uncontrolled(turn: Turn, node: Node, instance: Instance) -> tuple[int, ...]:
    """Take all plain flows and every conditional one that is true (S8).

    "The default only if there are conditional flows and none of them is true."
    """
    outgoing = node.outgoing
    if node.default is None and not _conditional(turn, node):
        return outgoing
    chosen = []
    plain = conditional = held = 0
    for index in outgoing:
        flow = turn.flows[index]
        if index == node.default:
            continue
        if flow.condition is None:
            plain += 1
            chosen.append(index)
            continue
        conditional += 1
        if holds(turn, instance, flow):
            held += 1
            chosen.append(index)
    if node.default is not None and not held and (conditional or not plain):
        chosen.append(node.default)
    if not chosen:
        return _default(node)
    return tuple(index for index in outgoing if index in chosen)


def _conditional(turn: Turn, node: Node) -> bool:
    flows = turn.flows
    for index in node.outgoing:  # noqa: SIM110 - a generator costs more than the loop, on the hot path
        if flows[index].condition is not None:
            return True
    return False


def _default(node: Node) -> tuple[int, ...]:
    if node.default is not None:
        return (node.default,)
    raise Stuck(
        "no-flow-taken", f"No condition at '{node.id}' is true, and there is no default flow."
    )

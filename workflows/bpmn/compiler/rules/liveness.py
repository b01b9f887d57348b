"""Rules about what can never happen: elements, joins and catchers that are dead in every run.

What is told here is certain: conditions, times and what comes from outside are taken as free.
"""

from collections.abc import Iterator
from typing import Final

from workflows.bpmn.compiler.drawing import (
    Drawing,
    Finding,
    Scope,
    instantiates,
    is_activity,
    is_event_sub_process,
    link_name,
)
from workflows.bpmn.compiler.marking import Marking, marking
from workflows.bpmn.compiler.rules.rule import Rule, at
from workflows.bpmn.compiler.rules.soundness import waits
from workflows.bpmn.compiler.rules.throwers import may_throw
from workflows.bpmn.model import Activity, Event, FlowNode, StandardLoop, SubProcess

_PATIENT: Final = frozenset({"message", "timer", "signal", "conditional"})
"""What comes from outside, or later: a host that never rests gives it no time."""
_THROWN: Final = frozenset({"error", "escalation", "cancel"})

# --- elements and joins ------------------------------------------------------------------------


def _unreachable(drawing: Drawing) -> Iterator[Finding]:
    for scope in drawing.scopes:
        if scope.owner.kind == "adHocSubProcess":
            continue
        possible = marking(scope)
        for node in scope.nodes.values():
            if _stands_alone(node):
                continue
            if not scope.incoming.get(node.id) and not _begins(node):
                yield at(node, "Nothing leads to this element; it is never reached.")
            elif possible is not None and _is_dead(node, scope, possible):
                yield at(node, "Only what is never reached leads to this element.")


def _begins(node: FlowNode) -> bool:
    kinds = ("startEvent", "boundaryEvent")
    linked = link_name(node, "intermediateCatchEvent") is not None
    return node.kind in kinds or linked or instantiates(node)


def _stands_alone(node: FlowNode) -> bool:
    """Tell whether something begins by itself, or when it is asked to compensate."""
    return is_event_sub_process(node) or (isinstance(node, Activity) and node.for_compensation)


def _is_dead(node: FlowNode, scope: Scope, possible: Marking) -> bool:
    """Tell whether no token ever comes to a node; a join that some come to is told otherwise."""
    if isinstance(node, Event) and (node.kind == "boundaryEvent" or not _flows(scope, node)):
        return False  # told of its host, or of the throws of its link
    return node.id not in possible.reached and not possible.fed.intersection(_flows(scope, node))


def _flows(scope: Scope, node: FlowNode) -> tuple[str, ...]:
    return tuple(flow.id for flow in scope.incoming.get(node.id, ()))


def _deadlocks(drawing: Drawing) -> Iterator[Finding]:
    for scope in drawing.scopes:
        possible = marking(scope)
        if possible is None:
            continue
        for node in scope.nodes.values():
            flows = _flows(scope, node)
            if node.id in possible.reached or not possible.fed.intersection(flows):
                continue
            missing = [flow for flow in flows if flow not in possible.fed]
            if missing:
                yield at(node, f"It can never go on: no token ever comes by {', '.join(missing)}.")
            elif isinstance(node, Activity):
                yield at(node, f"It can never start: {node.start_quantity} tokens never gather.")
            else:
                yield at(node, "It can never go on: of its paths only one is taken at a time.")


# --- catchers ----------------------------------------------------------------------------------


def _deaf(drawing: Drawing) -> Iterator[Finding]:
    for scope in drawing.scopes:
        for host, events in scope.boundary.items():
            activity = scope.nodes.get(host)
            if activity is None or not is_activity(activity):
                continue
            rests = waits(activity, scope)
            for event in events:
                yield from _never_caught(drawing, event, [(activity, scope)], rests=rests)
        if is_event_sub_process(scope.owner) and scope.parent is not None:
            yield from _deaf_start(drawing, scope)


def _deaf_start(drawing: Drawing, handler: Scope) -> Iterator[Finding]:
    """What an event sub-process waits for has to come from beside it."""
    around = handler.parent
    if around is None or around.owner.kind == "adHocSubProcess":
        return
    beside = [(node, around) for node in around.nodes.values() if node is not handler.owner]
    rests = any(waits(node, scope) for node, scope in beside)
    for node in handler.nodes.values():
        if isinstance(node, Event) and node.kind == "startEvent":
            yield from _never_caught(drawing, node, beside, rests=rests)


def _never_caught(
    drawing: Drawing, event: Event, hosts: list[tuple[FlowNode, Scope]], *, rests: bool
) -> Iterator[Finding]:
    kinds = {one.kind for one in event.definitions}
    if kinds and kinds <= _PATIENT and not rests:
        yield at(event, "It never has time to happen: what it stands at never waits.")
    elif kinds and kinds <= _THROWN:
        nodes = [node for node, _ in hosts]
        if not any(may_throw(drawing, nodes, one) for one in event.definitions):
            yield at(event, f"Nothing inside throws what it catches ({', '.join(sorted(kinds))}).")


# --- loops -------------------------------------------------------------------------------------


def _endless_loops(drawing: Drawing) -> Iterator[Finding]:
    for node, scope in drawing.nodes:
        loop = node.loop if isinstance(node, Activity) else None
        if not isinstance(loop, StandardLoop) or loop.condition is None or loop.maximum:
            continue
        always = loop.condition.text.removeprefix("=").strip() == "true"
        leaves = bool(scope.boundary.get(node.id)) and isinstance(node, SubProcess)
        if always and not leaves and not waits(node, scope):
            yield at(node, "The loop has no wait state, and its condition is always true.")


RULES = (
    Rule(
        code="node-unreachable",
        clause="soundness",
        summary="Something that is reached leads to every element.",
        check=_unreachable,
        severity="warning",
    ),
    Rule(
        code="join-deadlock",
        clause="BPMN 2.0.2 §13.4.1, S35",
        summary="What waits for several tokens can get them.",
        check=_deadlocks,
        severity="warning",
    ),
    Rule(
        code="catcher-unreachable",
        clause="BPMN 2.0.2 §13.5.3, §13.5.4",
        summary="What a catcher waits for can happen where it stands.",
        check=_deaf,
        severity="warning",
    ),
    Rule(
        code="loop-endless",
        clause="bpmn.md §1.7",
        summary="A loop without a wait state can end.",
        check=_endless_loops,
        severity="warning",
    ),
)

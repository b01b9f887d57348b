"""Rules about what a drawing can do when it runs: endless cycles, joins that do not fit."""

from collections.abc import Iterable, Iterator, Mapping

from workflows.bpmn.compiler.drawing import Drawing, Finding, Scope, successors
from workflows.bpmn.compiler.graphs import cycle_in, post_dominators, strong_components
from workflows.bpmn.compiler.rules.rule import Rule, at
from workflows.bpmn.model import Activity, Event, FlowNode, SubProcess, Task, extension_of

_PASSING_TASKS = ("task", "manualTask")
_JOINS = ("parallelGateway", "inclusiveGateway", "complexGateway")
_CHOOSING = ("exclusiveGateway", "inclusiveGateway", "complexGateway")
_AT_LEAST = 2


def waits(node: FlowNode, scope: Scope) -> bool:
    """Tell whether a token can come to rest at the node."""
    match node:
        case Task():
            return not _passes(node)
        case SubProcess():
            return any(waits(one, scope) for one in node.content.nodes)
        case Activity():
            return True
        case Event():
            return _event_waits(node)
        case _:
            joins = len(scope.incoming.get(node.id, ())) >= _AT_LEAST
            return node.kind == "eventBasedGateway" or (node.kind in _JOINS and joins)


def _passes(task: Task) -> bool:
    if task.kind in _PASSING_TASKS:
        return True
    engine_work = {"scriptTask": "script", "businessRuleTask": "calledDecision"}
    name = engine_work.get(task.kind)
    return name is not None and extension_of(task, name) is not None


def _event_waits(event: Event) -> bool:
    kinds = {definition.kind for definition in event.definitions}
    if event.kind == "intermediateCatchEvent":
        return kinds != {"link"}
    return event.kind == "intermediateThrowEvent" and bool({"message", "signal"} & kinds)


def _endless(drawing: Drawing) -> Iterator[Finding]:
    for scope in drawing.scopes:
        passing = [name for name, node in scope.nodes.items() if not waits(node, scope)]
        every = {name: [*successors(scope, name)] for name in passing}
        certain = {
            name: [] if _chooses(scope.nodes[name], scope) else targets
            for name, targets in every.items()
        }
        found = cycle_in(_within(certain))
        for component in strong_components(_within(every)):
            ways_out = any(target not in component for name in component for target in every[name])
            if not found and not ways_out:
                found = [name for name in passing if name in component]
        if found:
            names = ", ".join(found)
            message = f"The cycle {names} has no wait state and no conditional way out."
            yield at(scope.nodes[found[0]], message)


def _chooses(node: FlowNode, scope: Scope) -> bool:
    outgoing = scope.outgoing.get(node.id, ())
    if scope.boundary.get(node.id):
        return True
    if isinstance(node, Activity):
        return any(flow.condition is not None for flow in outgoing)
    return node.kind in _CHOOSING and len(outgoing) >= _AT_LEAST


def _within(edges: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    return {name: [one for one in targets if one in edges] for name, targets in edges.items()}


# --- splits and joins that do not fit ----------------------------------------------------------


def _meetings(drawing: Drawing, split: str, join: str) -> Iterator[tuple[FlowNode, FlowNode]]:
    """Splits of one kind whose branches first meet again at a gateway of the other."""
    for scope in drawing.scopes:
        first_common = post_dominators({name: [*successors(scope, name)] for name in scope.nodes})
        for name, node in scope.nodes.items():
            if node.kind != split or len(scope.outgoing.get(name, ())) < _AT_LEAST:
                continue
            meeting = scope.nodes.get(first_common[name] or "")
            if (
                meeting is not None
                and meeting.kind == join
                and len(scope.incoming.get(meeting.id, ())) >= _AT_LEAST
            ):
                yield node, meeting


def _unsynchronised(drawing: Drawing) -> Iterator[Finding]:
    for split, join in _meetings(drawing, "parallelGateway", "exclusiveGateway"):
        message = f"The parallel paths of {split.id!r} meet here without being joined;"
        yield at(join, f"{message} what follows runs once for each.")


def _looping_joins(drawing: Drawing) -> Iterator[Finding]:
    for scope in drawing.scopes:
        edges = {name: [*successors(scope, name)] for name in scope.nodes}
        looping = {name for component in strong_components(edges) for name in component}
        for name, node in scope.nodes.items():
            joins = len(scope.incoming.get(name, ())) >= _AT_LEAST
            if node.kind == "inclusiveGateway" and joins and name in looping:
                yield at(node, "An inclusive join in a loop may wait for its own tokens.")


# --- a process that calls itself ---------------------------------------------------------------


def certain_nodes(scope: Scope) -> set[str]:
    """The nodes a token surely reaches from the scope's only start event."""
    starts = [name for name, node in scope.nodes.items() if node.kind == "startEvent"]
    if len(starts) != 1:
        return set()
    found, stack = set(starts), list(starts)
    while stack:
        name = stack.pop()
        node = scope.nodes[name]
        if _chooses(node, scope) or node.kind == "eventBasedGateway":
            continue
        for target in successors(scope, name):
            if target not in found:
                found.add(target)
                stack.append(target)
    return found


RULES = (
    Rule(
        code="endless-cycle",
        clause="bpmn.md §1.7",
        summary="Every cycle has a wait state or a conditional way out.",
        check=_endless,
    ),
    Rule(
        code="join-missing",
        clause="soundness",
        summary="Parallel paths are joined by a parallel or inclusive gateway.",
        check=_unsynchronised,
        severity="warning",
    ),
    Rule(
        code="inclusive-join-in-loop",
        clause="S5",
        summary="An inclusive join in a loop is told.",
        check=_looping_joins,
        severity="warning",
    ),
)

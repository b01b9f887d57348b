"""What can throw an error, an escalation or a cancellation inside an activity or a scope."""

from collections.abc import Iterable, Iterator

from workflows.bpmn.compiler.drawing import Drawing
from workflows.bpmn.compiler.linking import is_expression
from workflows.bpmn.model import (
    Activity,
    CallActivity,
    ErrorEventDefinition,
    EscalationEventDefinition,
    Event,
    EventDefinition,
    FlowNode,
    MultiInstanceLoop,
    SubProcess,
    extension_of,
)

_THROWING = ("intermediateThrowEvent", "endEvent")
_PASSING = ("task", "manualTask", "receiveTask")


def may_throw(drawing: Drawing, nodes: Iterable[FlowNode], caught: EventDefinition) -> bool:
    """Tell whether something among the nodes, or inside them, may throw what is caught."""
    wanted = _code(drawing, caught)
    for node in _inside(nodes):
        if caught.kind != "cancel" and _is_free(node):
            return True
        for thrown in _throws(node):
            code = _code(drawing, thrown)
            if thrown.kind == caught.kind and (not wanted or is_expression(code) or code == wanted):
                return True
    return False


def _inside(nodes: Iterable[FlowNode]) -> Iterator[FlowNode]:
    for node in nodes:
        yield node
        if isinstance(node, SubProcess):
            yield from _inside(node.content.nodes)


def _is_free(node: FlowNode) -> bool:
    """Tell whether somebody outside decides what it throws: a worker, a person, a process."""
    if extension_of(node, "taskDefinition") or extension_of(node, "executionListeners"):
        return True
    if isinstance(node, CallActivity):
        return True
    if not isinstance(node, Activity) or isinstance(node, SubProcess) or node.kind in _PASSING:
        return False
    return extension_of(node, "script") is None and extension_of(node, "calledDecision") is None


def _throws(node: FlowNode) -> Iterator[EventDefinition]:
    if isinstance(node, Event) and node.kind in _THROWING:
        yield from node.definitions
    if isinstance(node, Activity) and isinstance(node.loop, MultiInstanceLoop):
        for behavior in node.loop.throws:
            yield from behavior.definitions


def _code(drawing: Drawing, definition: EventDefinition) -> str:
    """The code of an error or escalation; empty where there is none, or every one is caught."""
    match definition:
        case ErrorEventDefinition(error_ref=reference):
            root = drawing.root(reference, "error")
        case EscalationEventDefinition(escalation_ref=reference):
            root = drawing.root(reference, "escalation")
        case _:
            return ""
    return (root.code or "") if root is not None else ""

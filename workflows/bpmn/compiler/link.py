"""Conditions parsed, events bound, mappings and loops read: all that needs no other process."""

from dataclasses import dataclass, field

from workflows.bpmn.compiler.data import data_for
from workflows.bpmn.compiler.drawing import Drawing
from workflows.bpmn.compiler.events import THROWING, caught, event_of, thrown
from workflows.bpmn.compiler.items import VARIABLE
from workflows.bpmn.compiler.linking import Linking, is_expression
from workflows.bpmn.compiler.listeners import Listener, listeners_of
from workflows.bpmn.compiler.loops import ad_hoc_of, loop_of, thrown_on_completion
from workflows.bpmn.compiler.work import call_work, job_of, task_work
from workflows.bpmn.model import (
    Activity,
    CallActivity,
    Element,
    Event,
    Extension,
    FlowNode,
    Gateway,
    Process,
    SequenceFlow,
    SubProcess,
    Task,
    children_of,
    extension_of,
)
from workflows.bpmn.program import (
    AdHoc,
    Data,
    EventDefinition,
    Job,
    Loop,
    Publish,
    Receive,
    SingleDefinition,
    Throw,
    VariableMapping,
    Work,
)
from workflows.dmn import DecisionLibrary
from workflows.feel import Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedNode:
    """What linking found out about one flow node."""

    work: Work | None = None
    event: EventDefinition | None = None
    catches: tuple[SingleDefinition, ...] = ()
    throws: tuple[Throw, ...] = ()
    loop: Loop | None = None
    behaviors: tuple[tuple[Throw, ...], ...] = ()
    """What the completion of instances throws, in the order of the loop's ``throws`` (S12)."""
    ad_hoc: AdHoc | None = None
    steering: Job | None = None
    """The job that steers an ad-hoc sub-process."""
    activation: Expression | None = None
    listeners: tuple[Listener, ...] = ()
    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    data: Data | None = None
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """One process, linked; ids are still the drawing's own."""

    drawing: Drawing
    nodes: dict[str, LinkedNode]
    conditions: dict[str, Expression | None]
    """By flow id."""
    listeners: tuple[Listener, ...] = ()
    """Of the process itself."""
    data: Data | None = None
    """Of the process itself, too."""


def link(drawing: Drawing, decisions: DecisionLibrary) -> tuple[Linked, Linking]:
    """Link one process; the findings stand in the second result."""
    linking = Linking(drawing, decisions.decisions)
    linked = Linked(
        drawing=drawing,
        nodes={node.id: _node(linking, node) for node, _ in drawing.nodes},
        conditions={
            flow.id: _condition(linking, flow) for scope in drawing.scopes for flow in scope.flows
        },
        listeners=listeners_of(linking, drawing.process),
        data=data_for(linking, drawing.process),
    )
    return linked, linking


def properties_of(element: Element | Process) -> dict[str, str]:
    """The ``zeebe:properties`` of an element."""
    return {
        item.attributes.get("name", ""): item.attributes.get("value", "")
        for item in children_of(element, "properties", "property")
    }


def _node(linking: Linking, node: FlowNode) -> LinkedNode:
    event = event_of(linking, node) if isinstance(node, Event) else None
    throws: tuple[Throw, ...] = ()
    if isinstance(node, Event) and node.kind in THROWING:
        throws = thrown(linking, node, node.definitions)
    work = _work(linking, node, throws)
    catches = () if throws else caught(event)
    return LinkedNode(
        work=work,
        event=event,
        catches=(work.message,) if isinstance(work, Receive) else catches,
        throws=throws,
        loop=loop_of(linking, node) if isinstance(node, Activity) else None,
        behaviors=thrown_on_completion(linking, node) if isinstance(node, Activity) else (),
        ad_hoc=ad_hoc_of(linking, node) if isinstance(node, SubProcess) else None,
        steering=job_of(linking, node) if isinstance(node, SubProcess) else None,
        activation=_activation(linking, node) if isinstance(node, Gateway) else None,
        listeners=listeners_of(linking, node),
        inputs=_mappings(linking, node, "input"),
        outputs=_mappings(linking, node, "output"),
        data=data_for(linking, node),
        properties=properties_of(node),
    )


def _activation(linking: Linking, gateway: Gateway) -> Expression | None:
    """The condition of a complex gateway (S6)."""
    condition = gateway.activation_condition
    if condition is None:
        return None
    return linking.formal(condition, "activation condition", gateway)


def _work(linking: Linking, node: FlowNode, throws: tuple[Throw, ...]) -> Work | None:
    match node:
        case Task():
            return task_work(linking, node)
        case CallActivity():
            return call_work(linking, node)
        case _:
            only = throws[0] if len(throws) == 1 else None
            return only if isinstance(only, Job | Publish) else None


def _condition(linking: Linking, flow: SequenceFlow) -> Expression | None:
    if flow.condition is None:
        return None
    # That of a default flow is never evaluated, and so may give anything.
    scope = linking.drawing.scope_of.get(flow.source)
    source = None if scope is None else scope.nodes.get(flow.source)
    is_default = isinstance(source, Activity | Gateway) and source.default == flow.id
    what = "condition of a default flow" if is_default else "condition"
    return linking.formal(flow.condition, what, flow)


# --- mappings ----------------------------------------------------------------------------------


def _mappings(linking: Linking, node: FlowNode, side: str) -> tuple[VariableMapping, ...]:
    return tuple(
        VariableMapping(
            source=linking.text(drawn.attributes.get("source", ""), f"{side} source", node),
            target=_target(linking, node, drawn),
        )
        for drawn in children_of(node, "ioMapping", side)
    )


def _target(linking: Linking, node: FlowNode, drawn: Extension) -> tuple[str, ...]:
    text = linking.static(drawn.attributes.get("target", "").strip(), "mapping target", node)
    path = tuple(part.strip() for part in text.split("."))
    if text and not all(VARIABLE.fullmatch(part) for part in path) and not is_expression(text):
        message = f"The mapping target {text!r} is not a name or a path of names."
        linking.flag("mapping-target", message, node, drawn.place, clause="S30")
    return path


def version_tag_of(process: Process) -> str | None:
    """The ``zeebe:versionTag`` of a process."""
    tag = extension_of(process, "versionTag")
    return tag.attributes.get("value") if tag else None

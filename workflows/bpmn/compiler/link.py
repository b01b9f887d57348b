"""Conditions parsed, events bound, mappings and loops read: all that needs no other process."""

from dataclasses import dataclass, field

from workflows.bpmn.compiler.drawing import Drawing
from workflows.bpmn.compiler.linking import VARIABLE, Linking, is_expression
from workflows.bpmn.compiler.work import call_work, caught_message, task_work, thrown_work
from workflows.bpmn.model import (
    Activity,
    CallActivity,
    Element,
    ErrorEventDefinition,
    Event,
    Extension,
    FlowNode,
    Formal,
    Gateway,
    LinkEventDefinition,
    MessageEventDefinition,
    MultiInstanceLoop,
    Process,
    SequenceFlow,
    Task,
    TerminateEventDefinition,
    TimerEventDefinition,
    children_of,
    extension_of,
)
from workflows.bpmn.program import (
    ErrorDefinition,
    EventDefinition,
    LinkDefinition,
    MessageDefinition,
    MultiInstance,
    TerminateDefinition,
    TimerDefinition,
    VariableMapping,
    Work,
)
from workflows.dmn import DecisionLibrary
from workflows.feel import Expression

THROWING = ("intermediateThrowEvent", "endEvent")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedNode:
    """What linking found out about one flow node."""

    work: Work | None = None
    event: EventDefinition | None = None
    loop: MultiInstance | None = None
    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """One process, linked; ids are still the drawing's own."""

    drawing: Drawing
    nodes: dict[str, LinkedNode]
    conditions: dict[str, Expression | None]
    """By flow id."""


def link(drawing: Drawing, decisions: DecisionLibrary) -> tuple[Linked, Linking]:
    """Link one process; the findings stand in the second result."""
    linking = Linking(drawing, decisions.decisions)
    linked = Linked(
        drawing=drawing,
        nodes={node.id: _node(linking, node) for node, _ in drawing.nodes},
        conditions={
            flow.id: _condition(linking, flow) for scope in drawing.scopes for flow in scope.flows
        },
    )
    return linked, linking


def properties_of(element: Element | Process) -> dict[str, str]:
    """The ``zeebe:properties`` of an element."""
    return {
        item.attributes.get("name", ""): item.attributes.get("value", "")
        for item in children_of(element, "properties", "property")
    }


def _node(linking: Linking, node: FlowNode) -> LinkedNode:
    return LinkedNode(
        work=_work(linking, node),
        event=_event(linking, node) if isinstance(node, Event) else None,
        loop=_loop(linking, node) if isinstance(node, Activity) else None,
        inputs=_mappings(linking, node, "input"),
        outputs=_mappings(linking, node, "output"),
        properties=properties_of(node),
    )


def _work(linking: Linking, node: FlowNode) -> Work | None:
    match node:
        case Task():
            return task_work(linking, node)
        case CallActivity():
            return call_work(linking, node)
        case Event():
            return thrown_work(linking, node)
        case _:
            return None


def _condition(linking: Linking, flow: SequenceFlow) -> Expression | None:
    if flow.condition is None:
        return None
    # That of a default flow is never evaluated, and so may give anything.
    scope = linking.drawing.scope_of.get(flow.source)
    source = None if scope is None else scope.nodes.get(flow.source)
    is_default = isinstance(source, Activity | Gateway) and source.default == flow.id
    what = "condition of a default flow" if is_default else "condition"
    return _formal(linking, flow.condition, what, flow)


_FEEL_LANGUAGES = ("feel", "https://www.omg.org/spec/dmn/20191111/feel/")
"""How an expression may say that it is FEEL; saying nothing says the same."""


def _formal(linking: Linking, formal: Formal, what: str, element: Element) -> Expression | None:
    language = (formal.language or "feel").casefold()
    if language not in _FEEL_LANGUAGES and not language.endswith("/feel/"):
        message = f"The {what} is in {formal.language}; write it in FEEL."
        linking.flag("expression-language", message, element, formal.place, clause="S32")
        return None
    return linking.feel(formal.text, what, element, formal.place)


# --- events ------------------------------------------------------------------------------------


def _event(linking: Linking, event: Event) -> EventDefinition | None:
    found: EventDefinition | None
    match event.definitions:
        case (MessageEventDefinition() as definition,):
            found = _message(linking, event, definition)
        case (TimerEventDefinition() as definition,):
            found = _timer(linking, event, definition)
        case (ErrorEventDefinition() as definition,):
            found = _error(linking, event, definition)
        case (LinkEventDefinition() as definition,):
            found = LinkDefinition(name=definition.name)
        case (TerminateEventDefinition(),):
            found = TerminateDefinition()
        case _:
            found = None
    return found


def _message(
    linking: Linking, event: Event, definition: MessageEventDefinition
) -> EventDefinition | None:
    if event.kind in THROWING:
        message = linking.drawing.root(definition.message_ref, "message")
        name = message.name if message else ""
        return MessageDefinition(name=linking.text(name, "message name", event))
    scope = linking.drawing.scope_of[event.id]
    keyed = event.kind != "startEvent" or scope.parent is not None
    found = caught_message(linking, event, definition.message_ref, keyed=keyed)
    if found is not None and not keyed and isinstance(found.name, Expression):
        reason = "The message name of a process start must be static; nothing is known yet."
        linking.flag("static-expected", reason, event, clause="S23")
    return found


def _timer(
    linking: Linking, event: Event, definition: TimerEventDefinition
) -> EventDefinition | None:
    if len(definition.forms) != 1:
        return None
    form, formal = definition.forms[0]
    return TimerDefinition(form=form, value=linking.text(formal.text, form, event, formal.place))


def _error(linking: Linking, event: Event, definition: ErrorEventDefinition) -> EventDefinition:
    error = linking.drawing.root(definition.error_ref, "error")
    code = error.code if error else None
    if not code:
        return ErrorDefinition(code=None)
    if event.kind in THROWING:
        return ErrorDefinition(code=linking.text(code, "error code", event))
    return ErrorDefinition(code=linking.static(code, "code of a caught error", event))


# --- loops and mappings ------------------------------------------------------------------------


def _loop(linking: Linking, node: Activity) -> MultiInstance | None:
    loop = node.loop
    if not isinstance(loop, MultiInstanceLoop):
        return None
    found = next((part for part in loop.extensions if part.name == "loopCharacteristics"), None)
    given = found.attributes if found else {}
    place = found.place if found else loop.place

    def feel(attribute: str) -> Expression | None:
        text = given.get(attribute, "")
        return linking.feel(text, attribute, node, place) if text.strip() else None

    def formal(drawn: Formal | None, what: str) -> Expression | None:
        return None if drawn is None else _formal(linking, drawn, what, node)

    return MultiInstance(
        sequential=loop.sequential,
        collection=feel("inputCollection"),
        cardinality=formal(loop.cardinality, "loop cardinality"),
        input_element=_name(linking, node, given.get("inputElement"), "inputElement"),
        output_collection=_name(linking, node, given.get("outputCollection"), "outputCollection"),
        output_element=feel("outputElement"),
        completion_condition=formal(loop.completion_condition, "completion condition"),
    )


def _name(linking: Linking, node: Element, text: str | None, what: str) -> str | None:
    if not text or not text.strip():
        return None
    return linking.name(text, what, node)


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

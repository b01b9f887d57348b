"""Rules about ids and what refers to them."""

import re
from collections.abc import Iterator

from workflows.bpmn.compiler.drawing import Drawing, Finding, Scope
from workflows.bpmn.compiler.rules.rule import Rule, at
from workflows.bpmn.model import (
    Activity,
    ErrorEventDefinition,
    EscalationEventDefinition,
    Event,
    Gateway,
    MessageEventDefinition,
    MultiInstanceLoop,
    SequenceFlow,
    SignalEventDefinition,
    Task,
)

MAX_ID = 255
_NC_NAME = re.compile(r"[^\W\d][\w.\-·]*")
"""An XML name without a colon; ``\\w`` covers the letters and digits of every script."""


def _duplicate_ids(drawing: Drawing) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for identity, tag, place in drawing.definitions.ids:
        if identity in seen:
            message = f"The id {identity!r} is already that of a {seen[identity]}; ids are unique."
            yield Finding(element=identity, place=place, message=message)
        seen.setdefault(identity, tag)


def _invalid_ids(drawing: Drawing) -> Iterator[Finding]:
    for identity, tag, place in drawing.definitions.ids:
        if len(identity) > MAX_ID or not _NC_NAME.fullmatch(identity):
            message = (
                f"The id of this {tag} must be an XML name of at most {MAX_ID} characters;"
                f" it is {identity!r}."
            )
            yield Finding(element=identity, place=place, message=message)


def _flow_sources(drawing: Drawing) -> Iterator[Finding]:
    for flow, scope in _flows(drawing):
        if not _known(drawing, flow.source):
            yield at(flow, f"The flow begins at {flow.source!r}, which does not exist.")
        elif flow.source not in scope.nodes:
            yield at(flow, f"The flow crosses a border: {flow.source!r} is not drawn beside it.")


def _flow_targets(drawing: Drawing) -> Iterator[Finding]:
    for flow, scope in _flows(drawing):
        if not _known(drawing, flow.target):
            yield at(flow, f"The flow leads to {flow.target!r}, which does not exist.")
        elif flow.target not in scope.nodes:
            yield at(flow, f"The flow crosses a border: {flow.target!r} is not drawn beside it.")


def _defaults(drawing: Drawing) -> Iterator[Finding]:
    for node, scope in drawing.nodes:
        default = node.default if isinstance(node, Activity | Gateway) else None
        outgoing = {flow.id for flow in scope.outgoing.get(node.id, ())}
        if default is not None and default not in outgoing:
            yield at(node, f"The default flow {default!r} does not leave this element.")


def _attachments(drawing: Drawing) -> Iterator[Finding]:
    for node, scope in drawing.nodes:
        if not isinstance(node, Event) or node.kind != "boundaryEvent":
            continue
        if node.attached_to is None:
            yield at(node, "A boundary event says by attachedToRef what it is attached to.")
        elif node.attached_to not in scope.nodes:
            yield at(node, f"Attached to {node.attached_to!r}, which is not drawn beside it.")


def _root_references(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        references: list[tuple[str | None, str]] = []
        if isinstance(node, Task):
            references = [(node.message_ref, "message")]
        elif isinstance(node, Event):
            references = [
                reference for reference in map(_reference, node.definitions) if reference[1]
            ]
        for reference, tag in references:
            if reference is not None and drawing.root(reference, tag) is None:
                yield at(node, f"The {tag} {reference!r} does not exist in this file.")


def _reference(definition: object) -> tuple[str | None, str]:
    match definition:
        case MessageEventDefinition():
            return definition.message_ref, "message"
        case ErrorEventDefinition():
            return definition.error_ref, "error"
        case SignalEventDefinition():
            return definition.signal_ref, "signal"
        case EscalationEventDefinition():
            return definition.escalation_ref, "escalation"
        case _:
            return None, ""


def _shared_definitions(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        for name in node.unknown_definitions if isinstance(node, Event) else ():
            yield at(node, f"The event definition {name!r} does not exist in this file.")
        loop = node.loop if isinstance(node, Activity) else None
        for behavior in loop.throws if isinstance(loop, MultiInstanceLoop) else ():
            if behavior.reference is not None:
                message = f"The event definition {behavior.reference!r} does not exist here."
                yield at(node, message, behavior.place)


def _data_references(drawing: Drawing) -> Iterator[Finding]:
    objects = {
        data.id
        for scope in drawing.scopes
        for data in scope.owner.content.data
        if data.kind == "dataObject"
    }
    for scope in drawing.scopes:
        for data in scope.owner.content.data:
            if data.kind == "dataObjectReference" and data.reference not in objects:
                yield at(data, f"The data object {data.reference!r} does not exist.")


def _known(drawing: Drawing, identity: str) -> bool:
    return identity in drawing.scope_of or identity in drawing.elsewhere


def _flows(drawing: Drawing) -> Iterator[tuple[SequenceFlow, Scope]]:
    return ((flow, scope) for scope in drawing.scopes for flow in scope.flows)


FILE_RULES = (
    Rule(
        code="id-duplicate",
        clause="BPMN 2.0.2 §8.3.1",
        summary="Ids are unique in a file.",
        check=_duplicate_ids,
    ),
    Rule(
        code="id-invalid",
        clause="BPMN 2.0.2 §8.3.1",
        summary="Ids are XML names of at most 255 characters.",
        check=_invalid_ids,
    ),
)
"""Rules about the whole file; applied once, whatever it contains."""

RULES = (
    Rule(
        code="flow-source-missing",
        clause="BPMN 2.0.2 §8.4.13",
        summary="A sequence flow begins at a flow node of its own scope.",
        check=_flow_sources,
    ),
    Rule(
        code="flow-target-missing",
        clause="BPMN 2.0.2 §8.4.13",
        summary="A sequence flow leads to a flow node of its own scope.",
        check=_flow_targets,
    ),
    Rule(
        code="default-flow-missing",
        clause="BPMN 2.0.2 §8.4.13",
        summary="A default flow leaves the element that names it.",
        check=_defaults,
    ),
    Rule(
        code="attached-to-missing",
        clause="BPMN 2.0.2 §10.5.4",
        summary="A boundary event is attached to an activity of its own scope.",
        check=_attachments,
    ),
    Rule(
        code="reference-missing",
        clause="BPMN 2.0.2 §8.4",
        summary="A messageRef, errorRef, signalRef or escalationRef names a root of that kind.",
        check=_root_references,
    ),
    Rule(
        code="event-definition-missing",
        clause="S28",
        summary="An eventDefinitionRef names an event definition at the root of the file.",
        check=_shared_definitions,
    ),
    Rule(
        code="data-object-missing",
        clause="BPMN 2.0.2 §10.4.1",
        summary="A data object reference names a data object.",
        check=_data_references,
    ),
)

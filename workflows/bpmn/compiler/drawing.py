"""One process of a drawing with its look-ups: scopes, flows in and out, attachments."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from workflows.bpmn.compiler.items import Item, items_of, moved_items
from workflows.bpmn.model import (
    Activity,
    CompensateEventDefinition,
    Definitions,
    Element,
    Event,
    FlowNode,
    Gateway,
    LinkEventDefinition,
    Place,
    Process,
    RootElement,
    SequenceFlow,
    SubProcess,
    Task,
    children_of,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A process or sub-process, with what stands directly inside."""

    owner: Process | SubProcess
    parent: "Scope | None" = None
    nodes: Mapping[str, FlowNode]
    flows: tuple[SequenceFlow, ...]
    incoming: Mapping[str, tuple[SequenceFlow, ...]]
    outgoing: Mapping[str, tuple[SequenceFlow, ...]]
    boundary: Mapping[str, tuple[Event, ...]]
    """By the id of the activity they are attached to."""
    link_catches: Mapping[str, str]
    """By link name: the id of its (first) catch event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """An executable process and the file it stands in."""

    definitions: Definitions
    process: Process
    scopes: tuple[Scope, ...]
    """The process first, then its sub-processes in document order."""
    scope_of: Mapping[str, Scope]
    """By node id: the scope the node stands in."""
    elsewhere: frozenset[str] = field(default_factory=frozenset)
    """Ids of flow nodes that stand in the file's other processes."""
    associated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By id: what associations lead to from there."""
    items: Mapping[str, Item] = field(default_factory=dict)
    """By id: data objects and stores, references to them, inputs, outputs, properties (S31)."""

    moved: frozenset[str] = field(default_factory=frozenset)
    """Ids of the data objects and stores that something reads or writes."""

    @property
    def nodes(self) -> Iterator[tuple[FlowNode, Scope]]:
        """Every flow node with the scope it stands in."""
        for scope in self.scopes:
            for node in scope.nodes.values():
                yield node, scope

    def root(self, reference: str | None, tag: str) -> RootElement | None:
        """The root element of that kind a reference names."""
        found = self.definitions.roots.get(reference or "")
        return found if found is not None and found.tag == tag else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule has to say about one element."""

    element: str | None
    place: Place
    message: str


def draw(definitions: Definitions, process: Process) -> Drawing:
    """Index one process of a file."""
    scopes = tuple(_scopes(process, None))
    others = (other for other in definitions.processes if other is not process)
    return Drawing(
        definitions=definitions,
        process=process,
        scopes=scopes,
        scope_of={name: scope for scope in scopes for name in scope.nodes},
        elsewhere=frozenset(
            name for other in others for scope in _scopes(other, None) for name in scope.nodes
        ),
        associated=_associated(definitions, scopes),
        items=(items := items_of(process, definitions.stores)),
        moved=moved_items(process, items),
    )


def _associated(definitions: Definitions, scopes: Iterable[Scope]) -> dict[str, tuple[str, ...]]:
    drawn = [*definitions.associations]
    for scope in scopes:
        drawn += [one for one in scope.owner.content.artifacts if one.kind == "association"]
    found: dict[str, tuple[str, ...]] = {}
    for one in drawn:
        if one.source is not None and one.target is not None:
            found[one.source] = (*found.get(one.source, ()), one.target)
    return found


def _scopes(owner: Process | SubProcess, parent: Scope | None) -> Iterator[Scope]:
    content = owner.content
    boundary_events = (
        node for node in content.nodes if isinstance(node, Event) and node.kind == "boundaryEvent"
    )
    scope = Scope(
        owner=owner,
        parent=parent,
        nodes={node.id: node for node in content.nodes},
        flows=content.flows,
        incoming=_group(content.flows, lambda flow: flow.target),
        outgoing=_group(content.flows, lambda flow: flow.source),
        boundary=_group(boundary_events, lambda event: event.attached_to or ""),
        link_catches={
            name: node.id
            for node in reversed(content.nodes)
            if (name := link_name(node, "intermediateCatchEvent")) is not None
        },
    )
    yield scope
    for node in content.nodes:
        if isinstance(node, SubProcess):
            yield from _scopes(node, scope)


def _group(things: Iterable[T], key: Callable[[T], str]) -> dict[str, tuple[T, ...]]:
    groups: dict[str, list[T]] = {}
    for thing in things:
        groups.setdefault(key(thing), []).append(thing)
    return {name: tuple(members) for name, members in groups.items()}


def is_event_sub_process(node: FlowNode | Process) -> bool:
    """Tell whether the node is an event sub-process."""
    return isinstance(node, SubProcess) and node.triggered_by_event


def is_activity(node: FlowNode) -> bool:
    """Tell whether the node is an activity that flows lead to."""
    return isinstance(node, Activity) and not is_event_sub_process(node)


def instantiates(node: FlowNode) -> bool:
    """Tell whether a node begins a process by what it waits for (S24)."""
    return isinstance(node, Task | Gateway) and node.instantiate


def catches_compensation(node: FlowNode) -> bool:
    """Tell whether a node is an event that marks how something is compensated."""
    return (
        isinstance(node, Event)
        and node.kind in ("boundaryEvent", "startEvent")
        and any(isinstance(one, CompensateEventDefinition) for one in node.definitions)
    )


def compensates_scope(node: FlowNode) -> bool:
    """Tell whether a node is an event sub-process for compensation: what its start says."""
    return is_event_sub_process(node) and any(
        catches_compensation(one) and isinstance(one, Event) and one.kind == "startEvent"
        for one in (node.content.nodes if isinstance(node, SubProcess) else ())
    )


def handler_of(drawing: Drawing, scope: Scope, activity: str) -> str | None:
    """The id of the activity that compensates another, by boundary event and association (S20)."""
    for event in scope.boundary.get(activity, ()):
        if catches_compensation(event):
            for target in drawing.associated.get(event.id, ()):
                node = scope.nodes.get(target)
                if isinstance(node, Activity) and node.for_compensation:
                    return target
    return None


def headers_of(element: Element) -> dict[str, str]:
    """The ``zeebe:taskHeaders`` of an element, in document order."""
    return {
        header.attributes.get("key", ""): header.attributes.get("value", "")
        for header in children_of(element, "taskHeaders", "header")
    }


def link_name(node: FlowNode, kind: str) -> str | None:
    """The link name of a link event of that kind."""
    if not isinstance(node, Event) or node.kind != kind or len(node.definitions) != 1:
        return None
    definition = node.definitions[0]
    return definition.name if isinstance(definition, LinkEventDefinition) else None


def successors(scope: Scope, node_id: str) -> Iterator[str]:
    """Where a token at the node can go next: flows, boundary events, links (S5)."""
    for flow in scope.outgoing.get(node_id, ()):
        if flow.target in scope.nodes:
            yield flow.target
    for event in scope.boundary.get(node_id, ()):
        yield event.id
    name = link_name(scope.nodes[node_id], "intermediateThrowEvent")
    if name is not None and name in scope.link_catches:
        yield scope.link_catches[name]

"""Ids to indexes: nodes, flows, scopes, attachments; inlined calls grafted below their call."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from workflows.bpmn.compiler.completions import (
    with_compensation,
    with_steering,
    with_thrown_behaviors,
    with_waiters,
)
from workflows.bpmn.compiler.data_stores import with_store_access
from workflows.bpmn.compiler.drawing import (
    Scope,
    compensates_scope,
    handler_of,
    is_activity,
    is_event_sub_process,
)
from workflows.bpmn.compiler.link import Linked, LinkedNode, properties_of, version_tag_of
from workflows.bpmn.compiler.listeners import with_listeners
from workflows.bpmn.compiler.reachability import with_reachability
from workflows.bpmn.model import (
    Activity,
    CallActivity,
    CompensateEventDefinition,
    Event,
    FlowNode,
    Gateway,
    SubProcess,
    Task,
    extension_of,
)
from workflows.bpmn.program import (
    AdHoc,
    Call,
    CompensateDefinition,
    Flow,
    Join,
    LinkDefinition,
    Node,
    NodeKind,
    Program,
    Throw,
)

_AT_LEAST = 2
CAMUNDA_8 = "Camunda Cloud"
"""The execution platform a model of Camunda 8 names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """A node that has its index; everything else about it is still to be resolved."""

    index: int
    id: str
    drawn: FlowNode | None
    """None for the process itself."""
    linked: LinkedNode
    owner: Linked
    """The process that what stands inside was drawn in: of an inlined call, the called one."""
    drawn_in: Linked
    """The process it was drawn in itself."""
    inside: Scope | None
    """What stands inside, for scopes: of an inlined call, the called process."""
    prefix: str
    """Of the ids inside."""
    scope: int
    depth: int
    in_ad_hoc: bool = False


def assemble(process: Linked, bundle: Mapping[str, Linked], bundle_hash: str) -> Program:
    """Make the program of one process; ``bundle`` has the processes that may be inlined."""
    placed = list(_place_process(process, bundle))
    by_scope = _children(placed)
    ids = {one.id: one.index for one in placed}
    flows = tuple(_flows(placed, ids))
    wires = _wires(placed, flows)
    nodes = _with_links([_node(one, by_scope[one.index], ids, wires) for one in placed])
    nodes = _with_instantiators(nodes, flows, placed)
    drawn_listeners = [
        one.linked.listeners if one.drawn is not None else process.listeners for one in placed
    ]
    nodes = with_compensation(with_thrown_behaviors(nodes, [one.linked for one in placed]))
    nodes = with_store_access(with_waiters(with_listeners(nodes, drawn_listeners)))
    nodes = with_steering(nodes, [one.linked for one in placed])
    ids |= {node.id: node.index for node in nodes}
    drawn = process.drawing.process
    return Program(
        process_id=drawn.id,
        name=drawn.name,
        hash=bundle_hash,
        nodes=with_reachability(_with_boundary(nodes), flows),
        flows=flows,
        ids=ids,
        version_tag=version_tag_of(drawn),
    )


# --- places: every node its index, in document order -------------------------------------------


def _place_process(process: Linked, bundle: Mapping[str, Linked]) -> Iterator[_Placed]:
    root = process.drawing.scopes[0]
    yield _Placed(
        index=0,
        id=process.drawing.process.id,
        drawn=None,
        linked=LinkedNode(data=process.data, properties=properties_of(process.drawing.process)),
        owner=process,
        drawn_in=process,
        inside=root,
        prefix="",
        scope=-1,
        depth=0,
    )
    counter = [0]
    yield from _place_inside(_Below(process, root, "", 0, 1), bundle, counter)


@dataclass(frozen=True, slots=True)
class _Below:
    """A scope about to be placed, and where."""

    owner: Linked
    scope: Scope
    prefix: str
    parent: int
    depth: int


def _place_inside(
    below: _Below, bundle: Mapping[str, Linked], counter: list[int]
) -> Iterator[_Placed]:
    for drawn in below.scope.nodes.values():
        counter[0] += 1
        inner = _inside(below, drawn, bundle, counter[0])
        placed = _Placed(
            index=counter[0],
            id=f"{below.prefix}{drawn.id}",
            drawn=drawn,
            linked=below.owner.nodes[drawn.id],
            owner=inner.owner if inner else below.owner,
            drawn_in=below.owner,
            inside=inner.scope if inner else None,
            prefix=inner.prefix if inner else "",
            scope=below.parent,
            depth=below.depth,
            in_ad_hoc=below.scope.owner.kind == "adHocSubProcess",
        )
        yield placed
        if inner is not None:
            yield from _place_inside(inner, bundle, counter)


def _inside(
    below: _Below, drawn: FlowNode, bundle: Mapping[str, Linked], index: int
) -> _Below | None:
    depth = below.depth + 1
    if isinstance(drawn, SubProcess):
        scope = next(scope for scope in below.owner.drawing.scopes if scope.owner is drawn)
        return _Below(below.owner, scope, below.prefix, index, depth)
    work = below.owner.nodes[drawn.id].work
    if isinstance(drawn, CallActivity) and isinstance(work, Call) and work.inline:
        called = bundle[str(work.process_id)]
        prefix = f"{below.prefix}{drawn.id}/"
        return _Below(called, called.drawing.scopes[0], prefix, index, depth)
    return None


def _children(placed: Sequence[_Placed]) -> list[list[_Placed]]:
    children: list[list[_Placed]] = [[] for _ in placed]
    for one in placed:
        if one.scope >= 0:
            children[one.scope].append(one)
    return children


# --- flows and nodes ---------------------------------------------------------------------------


def _flows(placed: Sequence[_Placed], ids: Mapping[str, int]) -> Iterator[Flow]:
    index = 0
    for one in placed:
        for drawn in one.inside.flows if one.inside else ():
            yield Flow(
                index=index,
                id=f"{one.prefix}{drawn.id}",
                source=ids[f"{one.prefix}{drawn.source}"],
                target=ids[f"{one.prefix}{drawn.target}"],
                condition=one.owner.conditions[drawn.id],
                name=drawn.name,
            )
            index += 1


@dataclass(frozen=True, slots=True)
class _Wires:
    """Flow indexes by node, in document order, and by flow id."""

    incoming: Sequence[Sequence[int]]
    outgoing: Sequence[Sequence[int]]
    by_id: Mapping[str, int]


def _wires(placed: Sequence[_Placed], flows: Sequence[Flow]) -> _Wires:
    incoming: list[list[int]] = [[] for _ in placed]
    outgoing: list[list[int]] = [[] for _ in placed]
    for flow in flows:
        outgoing[flow.source].append(flow.index)
        incoming[flow.target].append(flow.index)
    return _Wires(incoming, outgoing, {flow.id: flow.index for flow in flows})


def _node(one: _Placed, children: Sequence[_Placed], ids: Mapping[str, int], wires: _Wires) -> Node:
    drawn = one.drawn
    event = drawn if isinstance(drawn, Event) else None
    prefix = one.id.removesuffix(drawn.id) if drawn is not None else ""
    attached = event.attached_to if event is not None else None
    return Node(
        index=one.index,
        id=one.id,
        kind=_kind(one),
        name=drawn.name if drawn is not None else one.owner.drawing.process.name,
        scope=one.scope,
        depth=one.depth,
        incoming=tuple(wires.incoming[one.index]),
        outgoing=tuple(wires.outgoing[one.index]),
        default=_default(drawn, prefix, wires),
        work=one.linked.work,
        event=one.linked.event,
        catches=one.linked.catches,
        throws=_throws(one, ids, prefix),
        interrupting=event.interrupting if event is not None else True,
        attached_to=ids[f"{prefix}{attached}"] if attached is not None else None,
        starts=tuple(child.index for child in children if _starts(one, child)),
        event_sub_processes=tuple(
            child.index for child in children if _kind(child) == "eventSubProcess"
        ),
        children=tuple(child.index for child in children),
        handler=_handler(one, ids, prefix),
        undoes=next((child.index for child in children if _undoes(child)), None),
        loop=one.linked.loop,
        ad_hoc=_ad_hoc(one, children, wires),
        in_ad_hoc=one.in_ad_hoc and _is_free(one),
        start_quantity=drawn.start_quantity if isinstance(drawn, Activity) else 1,
        completion_quantity=drawn.completion_quantity if isinstance(drawn, Activity) else 1,
        join=_join(drawn, len(wires.incoming[one.index])),
        activation=one.linked.activation,
        inputs=one.linked.inputs,
        outputs=one.linked.outputs,
        data=one.linked.data,
        properties=one.linked.properties,
    )


def _throws(one: _Placed, ids: Mapping[str, int], prefix: str) -> tuple[Throw, ...]:
    """What an event throws; a compensation for one activity gets that one's index."""
    if not isinstance(one.drawn, Event):
        return ()
    wanted = iter(
        [
            definition.activity_ref
            for definition in one.drawn.definitions
            if isinstance(definition, CompensateEventDefinition)
        ]
    )
    return tuple(
        replace(throw, activity=None if (name := next(wanted)) is None else ids[f"{prefix}{name}"])
        if isinstance(throw, CompensateDefinition)
        else throw
        for throw in one.linked.throws
    )


def _handler(one: _Placed, ids: Mapping[str, int], prefix: str) -> int | None:
    if not isinstance(one.drawn, Activity):
        return None
    drawing = one.drawn_in.drawing
    found = handler_of(drawing, drawing.scope_of[one.drawn.id], one.drawn.id)
    return None if found is None else ids[f"{prefix}{found}"]


def _undoes(child: _Placed) -> bool:
    return child.drawn is not None and compensates_scope(child.drawn)


_PERSONAL = ("userTask", "manualTask", "receiveTask")
"""Activities that need somebody; an ad-hoc sub-process offers them (S29)."""


def _ad_hoc(one: _Placed, children: Sequence[_Placed], wires: _Wires) -> AdHoc | None:
    """What an ad-hoc sub-process begins by itself, where no expression says so (S29)."""
    ad_hoc = one.linked.ad_hoc
    if ad_hoc is None or ad_hoc.active_elements is not None:
        return ad_hoc
    free = [child for child in children if _is_free(child) and not wires.incoming[child.index]]
    drawn_for = one.drawn_in.drawing.definitions.execution_platform
    own = drawn_for == CAMUNDA_8 or (one.drawn and extension_of(one.drawn, "adHoc") is not None)
    begin = [] if own else [child for child in free if _kind(child) not in _PERSONAL]
    return replace(
        ad_hoc,
        begin=tuple(child.index for child in begin),
        offers=tuple(child.index for child in free if child not in begin),
    )


def _is_free(child: _Placed) -> bool:
    """Tell whether it is an activity that may begin by itself: what compensates never does."""
    drawn = child.drawn
    if not isinstance(drawn, Activity):
        return False
    return is_activity(drawn) and not drawn.for_compensation


_JOINS: Mapping[str, Join] = {
    "parallelGateway": "parallel",
    "inclusiveGateway": "inclusive",
    "complexGateway": "complex",
}


def _join(drawn: FlowNode | None, incoming: int) -> Join:
    """How a node gathers tokens; a complex gateway does so even where they come by one flow."""
    if isinstance(drawn, Activity):
        return "quantity" if drawn.start_quantity > 1 else ""
    if drawn is None or (incoming < _AT_LEAST and drawn.kind != "complexGateway"):
        return ""
    return _JOINS.get(drawn.kind, "")


def _starts(scope: _Placed, child: _Placed) -> bool:
    """A called process starts at its none start events only (BPMN 2.0.2 §10.3.6)."""
    called = isinstance(scope.drawn, CallActivity)
    return _kind(child) == "startEvent" and not (called and child.linked.event is not None)


def _kind(one: _Placed) -> NodeKind:
    if one.drawn is None:
        return "process"
    if is_event_sub_process(one.drawn):
        return "eventSubProcess"
    return cast("NodeKind", one.drawn.kind)


def _default(drawn: FlowNode | None, prefix: str, wires: _Wires) -> int | None:
    if not isinstance(drawn, Activity | Gateway) or drawn.default is None:
        return None
    return wires.by_id[f"{prefix}{drawn.default}"]


def _with_links(nodes: Sequence[Node]) -> list[Node]:
    """Give every link throw the index of the catch of its name in its scope (S13)."""
    catches = {
        (node.scope, node.event.name): node.index
        for node in nodes
        if isinstance(node.event, LinkDefinition) and node.kind == "intermediateCatchEvent"
    }
    return [
        replace(node, event=replace(node.event, catch=catches[node.scope, node.event.name]))
        if isinstance(node.event, LinkDefinition) and node.kind == "intermediateThrowEvent"
        else node
        for node in nodes
    ]


def _with_instantiators(
    nodes: Sequence[Node], flows: Sequence[Flow], placed: Sequence[_Placed]
) -> list[Node]:
    """Tell the process what begins it, and what is awaited together with that (S24)."""
    found = [*nodes]
    begins: list[int] = []
    for one in placed:
        drawn, node = one.drawn, nodes[one.index]
        if one.scope != 0 or not isinstance(drawn, Task | Gateway) or not drawn.instantiate:
            continue
        targets = [flows[flow].target for flow in node.outgoing]
        begins += [one.index] if isinstance(drawn, Task) else targets
        if isinstance(drawn, Gateway) and drawn.event_gateway_type == "Parallel":
            for index in targets:
                others = tuple(target for target in targets if target != index)
                found[index] = replace(found[index], together=others)
    found[0] = replace(found[0], instantiators=tuple(begins))
    return found


def _with_boundary(nodes: Sequence[Node]) -> list[Node]:
    """Give every activity the boundary events attached to it."""
    attached: dict[int, list[int]] = {}
    for node in nodes:
        if node.attached_to is not None:
            attached.setdefault(node.attached_to, []).append(node.index)
    return [
        replace(node, boundary=tuple(attached[node.index])) if node.index in attached else node
        for node in nodes
    ]

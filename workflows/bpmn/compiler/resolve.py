"""Ids to indexes: nodes, flows, scopes, attachments; inlined calls grafted below their call."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from workflows.bpmn.compiler.drawing import Scope, is_event_sub_process
from workflows.bpmn.compiler.link import Linked, LinkedNode, properties_of, version_tag_of
from workflows.bpmn.compiler.reachability import with_reachability
from workflows.bpmn.model import Activity, CallActivity, Event, FlowNode, Gateway, SubProcess
from workflows.bpmn.program import Call, Flow, LinkDefinition, Node, NodeKind, Program


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """A node that has its index; everything else about it is still to be resolved."""

    index: int
    id: str
    drawn: FlowNode | None
    """None for the process itself."""
    linked: LinkedNode
    owner: Linked
    """The process it was drawn in: for what is grafted, the called one."""
    inside: Scope | None
    """What stands inside, for scopes: of an inlined call, the called process."""
    prefix: str
    """Of the ids inside."""
    scope: int
    depth: int


def assemble(process: Linked, bundle: Mapping[str, Linked], bundle_hash: str) -> Program:
    """Make the program of one process; ``bundle`` has the processes that may be inlined."""
    placed = list(_place_process(process, bundle))
    by_scope = _children(placed)
    ids = {one.id: one.index for one in placed}
    flows = tuple(_flows(placed, ids))
    wires = _wires(placed, flows)
    nodes = _with_links([_node(one, by_scope[one.index], ids, wires) for one in placed])
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
        linked=LinkedNode(properties=properties_of(process.drawing.process)),
        owner=process,
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
            inside=inner.scope if inner else None,
            prefix=inner.prefix if inner else "",
            scope=below.parent,
            depth=below.depth,
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
        interrupting=event.interrupting if event is not None else True,
        attached_to=ids[f"{prefix}{attached}"] if attached is not None else None,
        starts=tuple(child.index for child in children if _starts(one, child)),
        event_sub_processes=tuple(
            child.index for child in children if _kind(child) == "eventSubProcess"
        ),
        children=tuple(child.index for child in children),
        loop=one.linked.loop,
        inputs=one.linked.inputs,
        outputs=one.linked.outputs,
        properties=one.linked.properties,
    )


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

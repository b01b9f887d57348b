"""Nodes no flow leads to: events that completions throw, waits for data; compensation marked."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from workflows.bpmn.compiler.link import LinkedNode
from workflows.bpmn.program import Call, ConditionDefinition, MultiInstance, Node


def with_compensation(nodes: Sequence[Node]) -> list[Node]:
    """Mark every node whose completion may have to be compensated (S20).

    The inside of a called process is not compensated by its caller.
    """
    marked: set[int] = set()
    for node in nodes:
        if node.handler is None and node.undoes is None:
            continue
        marked.add(node.index)
        scope = node.scope
        while scope > 0 and not isinstance(nodes[scope].work, Call):
            marked.add(scope)
            scope = nodes[scope].scope
    return [
        replace(node, is_compensable=True) if node.index in marked and node.index else node
        for node in nodes
    ]


def with_thrown_behaviors(nodes: Sequence[Node], linked: Sequence[LinkedNode]) -> list[Node]:
    """Make a throwing node for each event that the completion of instances throws (S12)."""
    found = [*nodes]
    for node, drawn in zip(nodes, linked, strict=True):
        if isinstance(node.loop, MultiInstance) and node.loop.throws:
            thrown = [*_thrown(node, drawn, len(found))]
            placed = (
                replace(one, node=made.index)
                for one, made in zip(node.loop.throws, thrown, strict=True)
            )
            found[node.index] = replace(node, loop=replace(node.loop, throws=tuple(placed)))
            found += thrown
    return found


def with_waiters(nodes: Sequence[Node]) -> list[Node]:
    """Make an event that waits for the inputs of each node that needs some (S31)."""
    found = [*nodes]
    for node in nodes:
        data = node.data
        if data is None or data.awaited is None:
            continue
        condition = ConditionDefinition(condition=data.awaited, names=data.awaited.names)
        found[node.index] = replace(node, data=replace(data, waiter=len(found)))
        waiter = Node(
            index=len(found),
            id=f"{node.id}/inputs",
            kind="intermediateCatchEvent",
            name=node.name,
            scope=node.index,
            depth=node.depth + 1,
            event=condition,
            catches=(condition,),
        )
        found.append(waiter)
    return found


def with_steering(nodes: Sequence[Node], linked: Sequence[LinkedNode]) -> list[Node]:
    """Make a node for the job that steers each ad-hoc sub-process that has one (S29)."""
    found = [*nodes]
    for node, drawn in zip(nodes, linked, strict=False):
        if node.ad_hoc is None or drawn.steering is None:
            continue
        steered = replace(node.ad_hoc, steering=len(found), begin=(), offers=())
        found[node.index] = replace(node, ad_hoc=steered)
        job = Node(
            index=len(found),
            id=f"{node.id}/steering",
            kind="adHocSteering",
            name=node.name,
            scope=node.index,
            depth=node.depth + 1,
            work=drawn.steering,
        )
        found.append(job)
    return found


def _thrown(node: Node, drawn: LinkedNode, first: int) -> Iterator[Node]:
    for number, throws in enumerate(drawn.behaviors):
        yield Node(
            index=first + number,
            id=f"{node.id}/behavior{number + 1}",
            kind="intermediateThrowEvent",
            name=node.name,
            scope=node.scope,
            depth=node.depth,
            throws=throws,
        )

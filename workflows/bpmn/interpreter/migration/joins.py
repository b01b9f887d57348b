"""Joins of the new model that would wait for ever for a token that nobody can send any more."""

from collections.abc import Iterator

from workflows.bpmn.interpreter.migration.plan import Atlas
from workflows.bpmn.interpreter.state import State
from workflows.bpmn.program import LinkDefinition, Node, Program

Missing = tuple[int, int, int]
"""Scope instance, join and flow."""


def waits_in_vain(atlas: Atlas, before: State, after: State) -> list[str]:
    """Say which parallel joins could never be complete after a migration, and were not so before.

    A fork that the run has passed gives no token to a branch that is new behind it.
    """
    known = {
        (scope, atlas.node(join), atlas.flow(flow))
        for scope, join, flow in _missing(atlas.source, before)
    }
    found = []
    for scope, join, flow in _missing(atlas.target, after):
        if (scope, join, flow) not in known:
            nodes, way = atlas.target.nodes, atlas.target.flows[flow]
            found.append(
                f"The join '{nodes[join].id}' would wait for ever for a token from "
                f"'{nodes[way.source].id}' (flow '{way.id}'): the run has passed what begins it."
            )
    return found


def _missing(program: Program, state: State) -> Iterator[Missing]:
    """List the flows of parallel joins that tokens can come to, by which none can come."""
    for scope in state.instances.values():
        if scope.loop is not None or not program.nodes[scope.node].children:
            continue
        held = scope.taken or {}
        starts = {one.node for one in (scope.children or {}).values()}
        starts |= {program.flows[flow].target for flow in held if _passes(program, held, flow)}
        reached = _reached(program, starts)
        for index in program.nodes[scope.node].children:
            node = program.nodes[index]
            if node.join != "parallel":
                continue
            coming = {flow for flow in node.incoming if flow in reached or flow in held}
            if coming:
                yield from (
                    (scope.key, index, flow) for flow in node.incoming if flow not in coming
                )


def _passes(program: Program, held: dict[int, int], flow: int) -> bool:
    """A token at a join that is no parallel one goes on by itself."""
    return bool(held) and program.nodes[program.flows[flow].target].join != "parallel"


def _reached(program: Program, starts: set[int]) -> set[int]:
    """Return every flow that something alive in a scope can lead to."""
    flows: set[int] = set()
    seen: set[int] = set()
    rest = list(starts)
    while rest:
        index = rest.pop()
        if index in seen:
            continue
        seen.add(index)
        node = program.nodes[index]
        flows.update(node.outgoing)
        rest += [program.flows[flow].target for flow in node.outgoing]
        rest += _sideways(node)
    return flows


def _sideways(node: Node) -> list[int]:
    link = node.event.catch if isinstance(node.event, LinkDefinition) else None
    return [*node.boundary, *(() if link is None else (link,))]

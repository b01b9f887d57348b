"""Questions about directed graphs, answered without recursion."""

from collections.abc import Mapping, Sequence

Edges = Mapping[str, Sequence[str]]
"""By node: where an edge leads; every target is a node too."""


def strong_components(edges: Edges) -> list[frozenset[str]]:
    """The sets of nodes that can all reach each other: those with a cycle, no others."""
    reversed_edges: dict[str, list[str]] = {name: [] for name in edges}
    for name, targets in edges.items():
        for target in targets:
            reversed_edges[target].append(name)
    components = []
    assigned: set[str] = set()
    for name in reversed(_finishing_order(edges)):
        if name not in assigned:
            component = _reach(reversed_edges, name, assigned)
            assigned |= component
            if len(component) > 1 or name in edges[name]:
                components.append(frozenset(component))
    return components


def _finishing_order(edges: Edges) -> list[str]:
    order: list[str] = []
    seen: set[str] = set()
    for root in edges:
        stack = [(root, False)]
        while stack:
            name, leaving = stack.pop()
            if leaving:
                order.append(name)
            elif name not in seen:
                seen.add(name)
                stack.append((name, True))
                stack.extend((target, False) for target in edges[name])
    return order


def _reach(edges: Edges, start: str, without: set[str]) -> set[str]:
    found, stack = {start}, [start]
    while stack:
        for target in edges[stack.pop()]:
            if target not in found and target not in without:
                found.add(target)
                stack.append(target)
    return found


def cycle_in(edges: Edges) -> list[str]:
    """The nodes of one cycle in document order; empty where there is none."""
    components = strong_components(edges)
    if not components:
        return []
    return [name for name in edges if name in components[0]]


def post_dominators(edges: Edges) -> dict[str, str | None]:
    """By node: the first node on every path from it to an end; None where paths part for good.

    The algorithm of Cooper, Harvey and Kennedy ("A Simple, Fast Dominance Algorithm"), run on the
    reversed graph from a made-up exit behind all ends.
    """
    exits = [name for name in edges if not edges[name]]
    forward: dict[str, list[str]] = {name: list(targets) for name, targets in edges.items()}
    backward: dict[str, list[str]] = {name: [] for name in edges} | {_EXIT: exits}
    for name, targets in edges.items():
        for target in targets:
            backward[target].append(name)
    for name in exits:
        forward[name] = [_EXIT]
    order = [name for name in _finishing_order(_only_reachable(backward)) if name in forward]
    rank = {name: number for number, name in enumerate([*order, _EXIT])}
    found: dict[str, str] = {_EXIT: _EXIT}
    changed = True
    while changed:
        changed = False
        for name in reversed(order):
            known = [target for target in forward[name] if target in found]
            nearest = known[0]
            for other in known[1:]:
                nearest = _meeting(nearest, other, found, rank)
            changed = changed or found.get(name) != nearest
            found[name] = nearest
    return {name: None if found.get(name, _EXIT) == _EXIT else found[name] for name in edges}


_EXIT = "\0"
"""Behind every end; no id of an XML file can have this character."""


def _only_reachable(backward: dict[str, list[str]]) -> dict[str, list[str]]:
    """The reversed graph from the exit on, the exit first, so that it finishes last."""
    kept = _reach(backward, _EXIT, set())
    inner = {name: sources for name, sources in backward.items() if name in kept}
    return {_EXIT: inner.pop(_EXIT), **inner}


def _meeting(one: str, other: str, found: Mapping[str, str], rank: Mapping[str, int]) -> str:
    while one != other:
        while rank[one] < rank[other]:
            one = found[one]
        while rank[other] < rank[one]:
            other = found[other]
    return one

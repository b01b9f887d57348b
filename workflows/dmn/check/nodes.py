"""The nodes of a syntax tree, and the names that it binds itself."""

from collections.abc import Iterator

from workflows.feel import syntax
from workflows.feel.analysis import NODES
from workflows.feel.syntax import Node

_IMPLIED = frozenset({"item", "partial"})


def all_nodes(node: Node) -> Iterator[Node]:
    """Walk a tree."""
    yield node
    for child in nodes_below(node):
        yield from all_nodes(child)


def nodes_below(node: Node) -> Iterator[Node]:
    """Find the nodes right under a node, those of iterators and entries too."""
    for slot in node.__slots__:
        yield from _flat(getattr(node, slot))


def bound_names(tree: Node) -> frozenset[str]:
    """Gather the names that an expression binds: of iterators, parameters, entries, items."""
    found = set(_IMPLIED)
    for node in all_nodes(tree):
        match node:
            case syntax.For() | syntax.Quantified():
                found.update(iterator.name for iterator in node.iterators)
            case syntax.FunctionDefinition():
                found.update(node.parameters)
            case syntax.ContextLiteral():
                found.update(name for name, _ in node.entries)
            case _:
                pass
    return frozenset(found)


def _flat(value: object) -> Iterator[Node]:
    if isinstance(value, NODES):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _flat(item)
    elif isinstance(value, syntax.Iterator):
        yield from _flat((value.domain, value.end))

"""What an expression speaks of: its free names."""

from collections.abc import Iterator
from dataclasses import fields

from workflows.feel import syntax
from workflows.feel.scope import INPUT
from workflows.feel.syntax import Node

Bound = frozenset[str]


def free_names(node: Node) -> frozenset[str]:
    """Find the names that an expression takes from its scope.

    A name within a filter may be an entry of the items instead; it is counted, as only the values
    can tell.
    """
    found: set[str] = set()
    _free(node, frozenset(), found)
    return frozenset(found)


def mentions_input(node: Node) -> bool:
    """Tell whether an expression speaks of ``?``, the value under test."""
    return INPUT in free_names(node)


def depth_of(node: Node) -> int:
    """Count the levels of a tree."""
    level, depth = [node], 0
    while level:
        level = [child for each in level for child in below(each)]
        depth += 1
    return depth


def steps_of(node: Node) -> int:
    """Tell what evaluating a tree once takes in steps, loops and calls in it not counted."""
    level, size = [node], 0
    while level:
        size += len(level)
        level = [child for each in level for child in below(each)]
    return 1 + size // 4


def below(node: Node) -> Iterator[Node]:
    """Find the nodes right under a node, those of iterators and entries too."""
    yield from _children(node)
    match node:
        case syntax.For() | syntax.Quantified():
            for iterator in node.iterators:
                yield iterator.domain
                if iterator.end is not None:
                    yield iterator.end
        case syntax.ContextLiteral():
            yield from (value for _, value in node.entries)
        case _:
            pass


def _free(node: Node, bound: Bound, found: set[str]) -> None:
    match node:
        case syntax.Name():
            if node.name not in bound:
                found.add(node.name)
        case syntax.For() | syntax.Quantified():
            _loop(node, bound, found)
        case syntax.FunctionDefinition():
            _free(node.body, bound.union(node.parameters), found)
        case syntax.ContextLiteral():
            _entries(node, bound, found)
        case syntax.Filter():
            _free(node.source, bound, found)
            _free(node.condition, bound | {"item"}, found)
        case syntax.In():
            _free(node.value, bound, found)
            for test in node.tests:
                _free(test, bound | {INPUT}, found)
        case _:
            for child in _children(node):
                _free(child, bound, found)


def _loop(node: syntax.For | syntax.Quantified, bound: Bound, found: set[str]) -> None:
    for iterator in node.iterators:
        _free(iterator.domain, bound, found)
        if iterator.end is not None:
            _free(iterator.end, bound, found)
        bound |= {iterator.name}
    if isinstance(node, syntax.For):
        _free(node.body, bound | {"partial"}, found)
    else:
        _free(node.condition, bound, found)


def _entries(node: syntax.ContextLiteral, bound: Bound, found: set[str]) -> None:
    for name, value in node.entries:
        # A function sees itself, so that it may recur.
        inner = bound | {name} if isinstance(value, syntax.FunctionDefinition) else bound
        _free(value, inner, found)
        bound |= {name}


def _children(node: Node) -> Iterator[Node]:
    for slot in _SLOTS[type(node)]:
        value = getattr(node, slot)
        if isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, NODES))
        elif value is not None:
            yield value


NODES = (
    syntax.Literal,
    syntax.AtLiteral,
    syntax.Name,
    syntax.Negation,
    syntax.Arithmetic,
    syntax.Comparison,
    syntax.Conjunction,
    syntax.Disjunction,
    syntax.Between,
    syntax.In,
    syntax.InstanceOf,
    syntax.If,
    syntax.For,
    syntax.Quantified,
    syntax.Path,
    syntax.Filter,
    syntax.Call,
    syntax.FunctionDefinition,
    syntax.ListLiteral,
    syntax.ContextLiteral,
    syntax.RangeLiteral,
    syntax.CompareInput,
    syntax.Tests,
)
_SLOTS = {
    each: tuple(one.name for one in fields(each) if "Node" in str(one.type)) for each in NODES
}
"""The fields of each construct that hold constructs."""

"""What an expression speaks of: its free names."""

from collections.abc import Iterator

from workflows.feel import syntax
from workflows.feel.scope import INPUT
from workflows.feel.syntax import Node

Bound = frozenset[str]


def free_names(node: Node) -> frozenset[str]:
    """Find the names that an expression takes from its scope.

    A name within a filter may be an entry of the items instead; it is counted, as only the values
    can tell.
    """
    return frozenset(_free(node, frozenset()))


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


def _free(node: Node, bound: Bound) -> Iterator[str]:
    match node:
        case syntax.Name():
            if node.name not in bound:
                yield node.name
        case syntax.For() | syntax.Quantified():
            yield from _loop(node, bound)
        case syntax.FunctionDefinition():
            yield from _free(node.body, bound.union(node.parameters))
        case syntax.ContextLiteral():
            yield from _entries(node, bound)
        case syntax.Filter():
            yield from _free(node.source, bound)
            yield from _free(node.condition, bound | {"item"})
        case syntax.In():
            yield from _free(node.value, bound)
            for test in node.tests:
                yield from _free(test, bound | {INPUT})
        case _:
            for child in _children(node):
                yield from _free(child, bound)


def _loop(node: syntax.For | syntax.Quantified, bound: Bound) -> Iterator[str]:
    for iterator in node.iterators:
        yield from _free(iterator.domain, bound)
        if iterator.end is not None:
            yield from _free(iterator.end, bound)
        bound |= {iterator.name}
    if isinstance(node, syntax.For):
        yield from _free(node.body, bound | {"partial"})
    else:
        yield from _free(node.condition, bound)


def _entries(node: syntax.ContextLiteral, bound: Bound) -> Iterator[str]:
    for name, value in node.entries:
        # A function sees itself, so that it may recur.
        inner = bound | {name} if isinstance(value, syntax.FunctionDefinition) else bound
        yield from _free(value, inner)
        bound |= {name}


def _children(node: Node) -> Iterator[Node]:
    for slot in node.__slots__:
        value = getattr(node, slot)
        if isinstance(value, NODES):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, NODES))


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

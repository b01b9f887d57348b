"""Syntax trees for Hypothesis: every construct, names of every shape."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from workflows.feel import syntax
from workflows.feel.syntax import Node, Type

PLAIN = ["x", "xs", "date", "time", "item", "partial", "保单", "not", "years", "list", "?", "in"]
SPACED = ["sum insured", "a-b", "a + b", "start position", "date and time", "string length", "😀"]
NAMES = st.sampled_from([*PLAIN, *SPACED, "a.b", "if"])
WORDS = st.sampled_from(["x", "list", "start position", "保单", "newItem", "n"])
DECLARED = NAMES.filter(lambda name: name != "?")
BUILT_INS = st.sampled_from(["sum", "not", "and", "date and time", "time", "string length", "date"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(
    ['"', "\\", "\\s", "\n", "\\u0041"]
)
NUMBERS = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=3
) | st.sampled_from([Decimal("1e50"), Decimal("-1e-50"), Decimal(0)])
TYPE_NAMES = ["number", "string", "date and time", "days and time duration", "Any", "tPolicy"]
AT_TEXTS = ["P1D", "2026-01-01", "2026-02-30", "10:00:00@Asia/Shanghai", 'a"b']
SIGNS = ["=", "!=", "<", "<=", ">", ">="]
DEPTH = 3
VALUES = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)


class Grower:
    """Grows trees from what Hypothesis draws; deeper, only leaves are left."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def one(self, of: st.SearchStrategy[Any] | list[Any]) -> Any:
        return self.draw(st.sampled_from(of) if isinstance(of, list) else of)

    def some(self, depth: int, least: int = 0) -> tuple[Node, ...]:
        return tuple(self.node(depth) for _ in range(self.one(st.integers(least, 2))))

    def node(self, depth: int) -> Node:
        grow: Grow = self.one(LEAVES if depth <= 0 else [*LEAVES[:2], *INNER])
        return grow(self, depth - 1)

    def type(self, depth: int = 2) -> Type:
        name = self.one(["simple", "list", "range", "function", "context"])
        if name == "simple" or not depth:
            return Type(name=self.one(TYPE_NAMES))
        inner = tuple(self.type(depth - 1) for _ in range(2 if name == "function" else 1))
        members = (self.one(WORDS),) if name == "context" else ()
        return Type(name=name, arguments=inner, members=members)

    def test(self, depth: int) -> Node:
        if self.one(st.booleans()):
            return self.node(depth)
        return syntax.CompareInput(position=0, operator=self.one(SIGNS), operand=self.node(depth))

    def iterators(self, depth: int) -> tuple[syntax.Iterator, ...]:
        return tuple(
            syntax.Iterator(
                position=0,
                name=self.one(DECLARED),
                domain=self.node(depth),
                end=self.node(depth) if self.one(st.booleans()) else None,
            )
            for _ in range(self.one(st.integers(1, 2)))
        )

    def function(self, depth: int) -> Node:
        if self.one(st.booleans()):
            return syntax.Name(position=0, name=self.one(BUILT_INS))
        return self.node(depth)


def _range(grower: Grower, depth: int) -> Node:
    sides = grower.one(st.integers(0, 2))
    return syntax.RangeLiteral(
        position=0,
        start=None if sides == 1 else grower.node(depth),
        end=None if sides == 2 else grower.node(depth),
        start_included=grower.one(st.booleans()) and sides != 1,
        end_included=grower.one(st.booleans()) and sides != 2,
    )


def _definition(grower: Grower, depth: int) -> Node:
    names = grower.one(st.lists(DECLARED, max_size=2, unique=True))
    types = tuple(grower.type() if grower.one(st.booleans()) else None for _ in names)
    return syntax.FunctionDefinition(
        position=0, parameters=tuple(names), types=types, body=grower.node(depth)
    )


def _named_call(grower: Grower, depth: int) -> Node:
    words = grower.one(st.lists(WORDS, min_size=1, max_size=2, unique=True))
    return syntax.Call(
        position=0,
        function=grower.function(depth),
        arguments=tuple(grower.node(depth) for _ in words),
        keywords=tuple(words),
    )


def _context(grower: Grower, depth: int) -> Node:
    names = grower.one(st.lists(NAMES | TEXTS, max_size=2, unique=True))
    entries = tuple((name, grower.node(depth)) for name in names)
    return syntax.ContextLiteral(position=0, entries=entries)


Grow = Callable[[Grower, int], Node]
LEAVES: list[Grow] = [
    lambda g, _: syntax.Name(position=0, name=g.one(NAMES)),
    lambda g, _: syntax.Literal(position=0, value=g.one(VALUES)),
    lambda g, _: syntax.AtLiteral(position=0, text=g.one(AT_TEXTS)),
]
INNER: list[Grow] = [
    lambda g, d: syntax.Negation(position=0, operand=g.node(d)),
    lambda g, d: syntax.Arithmetic(
        position=0,
        operator=g.one(["+", "-", "*", "/", "**"]),
        left=g.node(d),
        right=g.node(d),
    ),
    lambda g, d: syntax.Comparison(
        position=0, operator=g.one(SIGNS), left=g.node(d), right=g.node(d)
    ),
    lambda g, d: syntax.Conjunction(position=0, operands=g.some(d, 2)),
    lambda g, d: syntax.Disjunction(position=0, operands=g.some(d, 2)),
    lambda g, d: syntax.Between(position=0, value=g.node(d), low=g.node(d), high=g.node(d)),
    lambda g, d: syntax.InstanceOf(position=0, value=g.node(d), type=g.type()),
    lambda g, d: syntax.In(
        position=0,
        value=g.node(d),
        tests=tuple(g.test(d) for _ in range(g.one(st.integers(1, 2)))),
    ),
    lambda g, d: syntax.If(
        position=0, condition=g.node(d), consequence=g.node(d), alternative=g.node(d)
    ),
    lambda g, d: syntax.For(position=0, iterators=g.iterators(d), body=g.node(d)),
    lambda g, d: syntax.Quantified(
        position=0,
        quantifier=g.one(["some", "every"]),
        iterators=g.iterators(d),
        condition=g.node(d),
    ),
    lambda g, d: syntax.Path(position=0, source=g.node(d), name=g.one(NAMES)),
    lambda g, d: syntax.Filter(position=0, source=g.node(d), condition=g.node(d)),
    lambda g, d: syntax.Call(position=0, function=g.function(d), arguments=g.some(d)),
    lambda g, d: syntax.ListLiteral(position=0, items=g.some(d)),
    _named_call,
    _context,
    _range,
    _definition,
]


@st.composite
def expressions(draw: st.DrawFn) -> Node:
    """Grow an expression."""
    return Grower(draw).node(draw(st.integers(1, DEPTH)))


@st.composite
def unary_tests(draw: st.DrawFn) -> syntax.Tests:
    """Grow unary tests."""
    grower = Grower(draw)
    tests = tuple(grower.test(2) for _ in range(draw(st.integers(0, 2))))
    return syntax.Tests(position=0, negated=bool(tests) and draw(st.booleans()), tests=tests)


def shape(node: Any) -> Any:
    """Make what trees have in common that differ in positions only."""
    if is_dataclass(node):
        return (
            type(node).__name__,
            *(shape(getattr(node, each.name)) for each in fields(node) if each.name != "position"),
        )
    return tuple(map(shape, node)) if isinstance(node, tuple) else node

"""Syntax trees for Hypothesis: every construct, names of every shape."""

from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from workflows.feel import syntax
from workflows.feel.syntax import Node, Type

NAMES = st.sampled_from(
    ["x", "xs", "date", "time", "item", "partial", "保单", "sum insured", "a-b", "a + b", "in", "if"]
    + ["not", "years", "start position", "date and time", "string length", "list", "?", "😀", "a.b"]
)
WORDS = st.sampled_from(["x", "list", "start position", "保单", "newItem", "n"])
BUILT_INS = st.sampled_from(["sum", "not", "and", "date and time", "time", "string length", "date"])
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"]), max_size=6
) | st.sampled_from(['"', "\\", "\\s", "\n", "\\u0041"])
NUMBERS = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=3
) | st.sampled_from([Decimal("1e50"), Decimal("-1e-50"), Decimal("0")])
LITERALS = st.builds(
    lambda value: syntax.Literal(position=0, value=value),
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
)
AT_LITERALS = st.builds(
    lambda text: syntax.AtLiteral(position=0, text=text),
    st.sampled_from(["P1D", "2026-01-01", "2026-02-30", "10:00:00@Asia/Shanghai", 'a"b']),
)
VARIABLES = st.builds(lambda name: syntax.Name(position=0, name=name), NAMES)
SIMPLE_TYPES = st.sampled_from(
    ["number", "string", "date and time", "days and time duration", "Any", "list", "tPolicy"]
).map(lambda name: Type(name=name))


def _generic(inner: st.SearchStrategy[Type]) -> st.SearchStrategy[Type]:
    return st.one_of(
        st.builds(lambda of: Type(name="list", arguments=(of,)), inner),
        st.builds(lambda of: Type(name="range", arguments=(of,)), inner),
        st.builds(lambda of: Type(name="function", arguments=tuple(of)), st.lists(inner, min_size=1)),
        st.builds(
            lambda of: Type(name="context", arguments=tuple(of.values()), members=tuple(of)),
            st.dictionaries(WORDS, inner, min_size=1, max_size=2),
        ),
    )


TYPES = st.recursive(SIMPLE_TYPES, _generic, max_leaves=4)


def _iterators(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Any]:
    one = st.builds(
        lambda name, domain, end: syntax.Iterator(position=0, name=name, domain=domain, end=end),
        NAMES.filter(lambda name: name != "?"),
        inner,
        st.none() | inner,
    )
    return st.lists(one, min_size=1, max_size=2).map(tuple)


def _several(inner: st.SearchStrategy[Node], least: int = 0) -> st.SearchStrategy[Any]:
    return st.lists(inner, min_size=least, max_size=3).map(tuple)


def _operators(inner: st.SearchStrategy[Node]) -> list[st.SearchStrategy[Node]]:
    return [
        st.builds(lambda of: syntax.Negation(position=0, operand=of), inner),
        st.builds(
            lambda sign, left, right: syntax.Arithmetic(
                position=0, operator=sign, left=left, right=right
            ),
            st.sampled_from(["+", "-", "*", "/", "**"]),
            inner,
            inner,
        ),
        st.builds(
            lambda sign, left, right: syntax.Comparison(
                position=0, operator=sign, left=left, right=right
            ),
            st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
            inner,
            inner,
        ),
        st.builds(lambda of: syntax.Conjunction(position=0, operands=of), _several(inner, 2)),
        st.builds(lambda of: syntax.Disjunction(position=0, operands=of), _several(inner, 2)),
        st.builds(
            lambda value, low, high: syntax.Between(position=0, value=value, low=low, high=high),
            inner,
            inner,
            inner,
        ),
        st.builds(
            lambda value, kind: syntax.InstanceOf(position=0, value=value, type=kind), inner, TYPES
        ),
        st.builds(
            lambda value, tests: syntax.In(position=0, value=value, tests=tests),
            inner,
            _several(_tests(inner), 1),
        ),
    ]


def _tests(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return inner | st.builds(
        lambda sign, operand: syntax.CompareInput(position=0, operator=sign, operand=operand),
        st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
        inner,
    )


def _constructs(inner: st.SearchStrategy[Node]) -> list[st.SearchStrategy[Node]]:
    return [
        st.builds(
            lambda a, b, c: syntax.If(position=0, condition=a, consequence=b, alternative=c),
            inner,
            inner,
            inner,
        ),
        st.builds(
            lambda over, body: syntax.For(position=0, iterators=over, body=body),
            _iterators(inner),
            inner,
        ),
        st.builds(
            lambda which, over, of: syntax.Quantified(
                position=0, quantifier=which, iterators=over, condition=of
            ),
            st.sampled_from(["some", "every"]),
            _iterators(inner),
            inner,
        ),
        st.builds(
            lambda named, body: syntax.FunctionDefinition(
                position=0,
                parameters=tuple(named),
                types=tuple(named.values()),
                body=body,
            ),
            st.dictionaries(NAMES.filter(lambda name: name != "?"), st.none() | TYPES, max_size=2),
            inner,
        ),
    ]


def _postfix(inner: st.SearchStrategy[Node]) -> list[st.SearchStrategy[Node]]:
    named = st.builds(lambda name: syntax.Name(position=0, name=name), BUILT_INS)
    return [
        st.builds(lambda of, name: syntax.Path(position=0, source=of, name=name), inner, NAMES),
        st.builds(
            lambda of, condition: syntax.Filter(position=0, source=of, condition=condition),
            inner,
            inner,
        ),
        st.builds(
            lambda function, arguments: syntax.Call(
                position=0, function=function, arguments=arguments
            ),
            named | inner,
            _several(inner),
        ),
        st.builds(
            lambda function, named: syntax.Call(
                position=0,
                function=function,
                arguments=tuple(named.values()),
                keywords=tuple(named),
            ),
            named | inner,
            st.dictionaries(WORDS, inner, min_size=1, max_size=2),
        ),
        st.builds(lambda items: syntax.ListLiteral(position=0, items=items), _several(inner)),
        st.builds(
            lambda entries: syntax.ContextLiteral(position=0, entries=tuple(entries.items())),
            st.dictionaries(NAMES | TEXTS, inner, max_size=3),
        ),
        st.builds(_range, inner, inner, st.booleans(), st.booleans(), st.integers(0, 2)),
    ]


def _range(start: Node, end: Node, opened: bool, closed: bool, sides: int) -> Node:
    return syntax.RangeLiteral(
        position=0,
        start=None if sides == 1 else start,
        end=None if sides == 2 else end,
        start_included=opened and sides != 1,
        end_included=closed and sides != 2,
    )


def _inner(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(*_operators(inner), *_constructs(inner), *_postfix(inner))


EXPRESSIONS: st.SearchStrategy[Node] = st.recursive(
    st.one_of(LITERALS, AT_LITERALS, VARIABLES), _inner, max_leaves=12
)
UNARY_TESTS: st.SearchStrategy[syntax.Tests] = st.builds(
    lambda negated, tests: syntax.Tests(
        position=0, negated=negated and bool(tests), tests=tests
    ),
    st.booleans(),
    _several(_tests(EXPRESSIONS)),
)


def shape(node: Any) -> Any:
    """Make what trees have in common that differ in positions only."""
    if is_dataclass(node):
        return (
            type(node).__name__,
            *(shape(getattr(node, each.name)) for each in fields(node) if each.name != "position"),
        )
    return tuple(map(shape, node)) if isinstance(node, tuple) else node

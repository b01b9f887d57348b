from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.feel.evaluating import an_environment
from tests.feel.trees import expressions
from workflows.feel import (
    FeelLimitError,
    FeelSyntaxError,
    Value,
    check,
    compile_expression,
    compile_unary_tests,
    reason_of,
)
from workflows.feel.printer import print_tree
from workflows.feel.values import equals, key_of, type_name
from workflows.feel.wire import decode, encode

PIECES = [
    *"()[]{},:.?+-*/<>=\"@`\\'",
    *("..", "**", "<=", "!=", "->", " ", "\n", "//", "/*", "*/"),
    *("if ", " then ", " else ", "for ", " in ", " return ", "some ", " satisfies ", "not", "null"),
    *(
        " and ",
        " or ",
        " between ",
        " instance of ",
        "function",
        "item",
        "partial",
        "true",
        "list<",
    ),
    *("x", "xs", "c.a", "1", "-2.5", "1e40", '"a"', '@"P1D"', '@"2026-01-01"', "date", "[1..3]"),
    *("sum", "count", "string", "sort", "date and time", "substring", "matches", "a b", "保", "😀"),
]
VARIABLES: dict[str, Value] = {
    "x": Decimal(1),
    "xs": [Decimal(1), "a", None],
    "c": {"a": True, "a b": []},
}


@st.composite
def slips(draw):
    """Text that was FEEL before somebody slipped: a piece was put in, or some of it taken out."""
    text = print_tree(draw(expressions()))
    at = draw(st.integers(0, len(text)))
    gone = draw(st.integers(0, 3))
    return text[:at] + draw(st.sampled_from(["", *PIECES])) + text[at + gone :]


TEXTS = st.one_of(
    st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=25).map("".join), slips()
)


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_no_text_makes_an_expression_raise_anything_unexpected(text):
    try:
        value = compile_expression(text, VARIABLES).evaluate(VARIABLES, an_environment())
    except (FeelSyntaxError, FeelLimitError):
        return

    assert isinstance(encode(value), dict)


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_no_text_makes_a_unary_test_raise_anything_unexpected(text):
    try:
        answer = compile_unary_tests(text, VARIABLES).matches(
            Decimal(1), VARIABLES, an_environment()
        )
    except (FeelSyntaxError, FeelLimitError):
        return

    assert answer in (True, False, None)


@given(expressions())
@settings(max_examples=200, deadline=None)
def test_no_expression_of_the_grammar_raises_anything_unexpected(tree):
    expression = compile_expression(print_tree(tree))
    environment = an_environment()

    try:
        value = expression.evaluate(VARIABLES, environment)
    except FeelLimitError:
        return

    assert isinstance(encode(value), dict)
    assert isinstance(reason_of(environment.warnings), str) if environment.warnings else True
    kind = check(expression.tree).kind
    assert value is None or kind in (None, type_name(value))


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=5),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-1000, max_value=1000),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_every_value_survives_the_wire(value):
    assert decode(encode(value)) == value


@given(VALUES, VALUES)
def test_equal_values_have_equal_keys(one, other):
    assert (equals(one, other) is True) == (key_of(one) == key_of(other))


@given(
    st.decimals(allow_nan=False, allow_infinity=False),
    st.decimals(allow_nan=False, allow_infinity=False),
)
def test_arithmetic_never_raises(one, other):
    scope: dict[str, Value] = {"a": one, "b": other}

    for sign in ("+", "-", "*", "/", "**"):
        compile_expression(f"a {sign} b").evaluate(scope, an_environment())

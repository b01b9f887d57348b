import pytest
from hypothesis import given, settings

from tests.feel.built_ins import CAMUNDA, STANDARD
from tests.feel.clauses import CLAUSES, NAMES, NAMES_SCOPE, UNARY
from tests.feel.trees import expressions, shape, unary_tests
from workflows.feel import compile_expression, compile_unary_tests
from workflows.feel.library import LIBRARY
from workflows.feel.names import KnownNames
from workflows.feel.parser import parse_expression, parse_unary_tests
from workflows.feel.printer import print_tree

FUNCTIONS = KnownNames(LIBRARY)
WRITTEN = [
    text
    for cases in (*CLAUSES.values(), STANDARD, CAMUNDA)
    for text, value in cases
    if value != "syntax"
]


@given(expressions())
@settings(max_examples=250, deadline=None)
def test_a_printed_tree_reads_as_the_same_tree(tree):
    text = print_tree(tree)

    assert shape(parse_expression(text, (), FUNCTIONS)) == shape(tree), text


@given(unary_tests())
@settings(max_examples=100, deadline=None)
def test_printed_unary_tests_read_as_the_same(tree):
    text = print_tree(tree)

    assert shape(parse_unary_tests(text, (), FUNCTIONS)) == shape(tree), text


@pytest.mark.parametrize("text", WRITTEN)
def test_what_people_write_is_kept_in_its_canonical_form(text):
    tree = compile_expression(text).tree

    assert shape(compile_expression(print_tree(tree)).tree) == shape(tree)


@pytest.mark.parametrize("text", [text for text, value in NAMES if value != "syntax"])
def test_names_with_blanks_are_kept(text):
    tree = compile_expression(text, NAMES_SCOPE).tree

    assert shape(compile_expression(print_tree(tree)).tree) == shape(tree)


@pytest.mark.parametrize("text", [text for text, *_ in UNARY])
def test_unary_tests_are_kept(text):
    tree = compile_unary_tests(text).tree

    assert shape(compile_unary_tests(print_tree(tree)).tree) == shape(tree)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("1+2*3", "1 + 2 * 3"),
        ("((1+2))*3", "(1 + 2) * 3"),
        ("a-(b-c)", "a - (b - c)"),
        ("x in (1..5]", "x in (1..5]"),
        ("x in (<5,>9)", "x in (< 5, > 9)"),
        ("if(a)then b else c", "if a then b else c"),
        ("{ a:1,'b c':2 }".replace("'", '"'), '{a: 1, "b c": 2}'),
        ('substring( string:"a",start position:2 )', 'substring(string: "a", start position: 2)'),
        ("xs[ item>1 ].a", "xs[item > 1].a"),
        ("a and(b or c)", "a and (b or c)"),
    ],
)
def test_the_canonical_form_is_the_plain_one(text, printed):
    assert print_tree(compile_expression(text).tree) == printed

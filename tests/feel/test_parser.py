import pytest

from tests.feel.evaluating import an_environment, told
from workflows.feel import FeelSyntaxError, compile_expression, compile_unary_tests


def test_multiplication_binds_more_strongly_than_addition():
    assert told("2 + 3 * 4") == "14"


def test_negation_binds_more_strongly_than_power():
    assert told("-2 ** 2") == "4"


def test_powers_group_to_the_left():
    assert told("2 ** 3 ** 2") == "64"


def test_subtraction_groups_to_the_left():
    assert told("10 - 3 - 2") == "5"


def test_conjunction_binds_more_strongly_than_disjunction():
    assert told("true or false and false") == "true"


def test_a_name_with_blanks_is_read_whole_when_it_is_known():
    assert told("sum insured * 2", **{"sum insured": 100}) == "200"


def test_the_longest_known_name_wins():
    assert told("a - b", **{"a": 5, "b": 2, "a - b": 77}) == "77"


def test_a_known_name_may_hold_a_keyword():
    assert told("money in transit + 1", **{"money in transit": 1}) == "2"


def test_a_known_name_may_begin_with_a_keyword():
    assert told("not covered", **{"not covered": 1}) == "1"


def test_an_unknown_name_with_blanks_is_a_syntax_error():
    with pytest.raises(FeelSyntaxError):
        compile_expression("sum insured * 2")


def test_backticks_read_any_name():
    assert told("`if-then` + 1", **{"if-then": 1}) == "2"


def test_a_key_with_blanks_is_known_after_it_is_declared():
    assert told("{first name: 1, b: first name + 1}.b") == "2"


def test_a_path_takes_all_words_that_follow_the_dot():
    assert told("policy.sum insured + 1", policy={"sum insured": 1}) == "2"


def test_an_iterator_may_have_a_name_with_blanks():
    assert told("for each item in [1, 2] return each item * 2") == "[2, 4]"


@pytest.mark.parametrize(
    ("text", "range_text"),
    [
        ("[1..5]", "[1..5]"),
        ("(1..5)", "(1..5)"),
        ("]1..5[", "(1..5)"),
        ("[1..5[", "[1..5)"),
        ("(< 5)", "(..5)"),
        ("(<= 5)", "(..5]"),
        ("(> 5)", "(5..)"),
        ("(>= 5)", "[5..)"),
        ("(= 5)", "[5..5]"),
    ],
)
def test_ranges_are_read_with_every_bracket(text, range_text):
    assert told(text) == range_text


def test_a_filter_stands_behind_a_closed_range_end():
    assert told("[[1..5[, 2]") == "[[1..5), 2]"


def test_a_range_may_end_in_a_filter():
    assert told("3 in [1..xs[2]]", xs=[1, 5]) == "true"


@pytest.mark.parametrize("text", ["1 // one", "1 /* one */", "/* a * b */ 1", "// one\n1"])
def test_comments_are_passed_over(text):
    assert told(text) == "1"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"a\"b"', 'a"b'),
        (r'"a\\b"', "a\\b"),
        (r'"a\nb\tc"', "a\nb\tc"),
        (r'"\u4fdd\u5168"', "保全"),
        (r'"\uD83D\uDE00"', "😀"),
        (r'"\U01F600"', "😀"),
        (r'"\d"', r"\d"),
        (r'"\ud800"', "\ufffd"),
    ],
)
def test_escapes_are_resolved(text, value):
    assert compile_expression(text).evaluate({}, an_environment()) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 +",
        "(1",
        "[1, 2",
        "{a: 1",
        "{a: 1, a: 2}",
        "{if: 1}",
        "{1: 2}",
        "if true then 1",
        "for x in [1]",
        "some x in [1]",
        "x instance number",
        "x instance of 1",
        "a.1",
        "a.",
        "f(a: 1, 2)",
        '"open',
        "1e999999",
        "function(x) external {}",
        "(!= 5)",
        "1 between 2",
        "then",
        "not",
        "..",
        "[1..2",
        "{a 1}",
    ],
)
def test_what_is_no_expression_is_refused(text):
    with pytest.raises(FeelSyntaxError):
        compile_expression(text)


@pytest.mark.parametrize("text", ["", "<", "1,", "not(1", "[1..", "- 1 -"])
def test_what_is_no_unary_test_is_refused(text):
    with pytest.raises(FeelSyntaxError):
        compile_unary_tests(text)


def test_an_error_tells_line_column_and_place():
    with pytest.raises(FeelSyntaxError) as raised:
        compile_expression("1 +\n  * 2")

    error = raised.value
    assert (error.line, error.column) == (2, 3)
    assert error.caret() == "  * 2\n  ^"
    assert str(error) == "Expected an expression, but found '*' (line 2, column 3)"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 200 + "1" + ")" * 200,
        "[" * 200,
        "{a:" * 200,
        "-" * 200 + "1",
        "if true then " * 200,
        "x instance of " + "list<" * 200,
        "1" + "+1" * 300,
        "a" * 100_001,
    ],
)
def test_depth_and_length_are_bounded(text):
    with pytest.raises(FeelSyntaxError):
        compile_expression(text)


def test_a_long_disjunction_is_read():
    assert told(" or ".join(["x = 1"] * 1000 + ["x = 2"]), x=2) == "true"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a + b", {"a", "b"}),
        ("a.b", {"a"}),
        ("for x in xs return x + y", {"xs", "y"}),
        ("for x in 1..n return partial", {"n"}),
        ("some x in xs satisfies x > limit", {"xs", "limit"}),
        ("function(x) x + y", {"y"}),
        ("{a: 1, b: a + c}", {"c"}),
        ("{f: function(n) f(n - 1)}", set()),
        ("xs[item > n]", {"xs", "n"}),
        ("sum(xs)", {"xs"}),
        ("decide(x)", {"decide", "x"}),
        ("x in (1, < y)", {"x", "y"}),
        ('if a then "b" else @"P1D"', {"a"}),
    ],
)
def test_free_names_are_found(text, names):
    assert compile_expression(text).names == names


def test_the_input_is_no_free_name():
    assert compile_unary_tests("? > limit").names == {"limit"}


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("uper case(a)", "did you mean 'upper case'?"),
        ("1 + last day of mont(a)", "did you mean 'last day of month'?"),
        ("=a > 1", "it only marks expressions in drawings"),
        ("a == 1", "one compares"),
        ("a = 'x'", "a text stands in double quotes"),
        ('a = "x', "the text is not closed"),
        ("a && b", "write 'and'"),
        ("a || b", "write 'or'"),
        ("!a", "write 'not(…)'"),
        ("a % 2", "write 'modulo(…)'"),
        ("a ? b : c", "write 'if … then … else …'"),
        ("a b(c)", None),
        ("a = ", None),
        ("if = 1", None),
    ],
)
def test_an_error_tells_what_was_probably_meant(text, hint):
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)

    assert caught.value.message.partition("; ")[2] == (hint or "")

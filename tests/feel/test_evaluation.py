import pytest

from tests.feel.evaluating import an_environment, evaluate, matched, told, warned
from workflows.feel import Value, compile_expression

FACTS = [
    # arithmetic: 34 digits, halves to even, never the thread's context
    ("0.1 + 0.2", "0.3"),
    ("1 / 3", "0." + "3" * 34),
    ("2 / 3", "0." + "6" * 33 + "7"),
    ("1 / 0", "null"),
    ("10 ** 6144 * 10", "null"),
    ("(-1) ** 0.5", "null"),
    ("-(1 + 2)", "-3"),
    ('-@"P1D"', "-P1D"),
    ('-@"P1M"', "-P1M"),
    ('-"a"', "null"),
    ('1 + "a"', "null"),
    ('"a" + "b"', '"ab"'),
    ("null + 1", "null"),
    ("1e3", "1000"),
    ("10 ** 50", "1E+50"),
    # comparison
    ('1 = "1"', "null"),
    ("1.0 = 1", "true"),
    ("null = null", "true"),
    ("1 != null", "true"),
    ("[1, [2]] = [1, [2]]", "true"),
    ("{a: 1, b: 2} = {b: 2, a: 1}", "true"),
    ("[1..2] = [1..2]", "true"),
    ("[1..2] = [1..2)", "false"),
    ("1 < null", "null"),
    ("true < false", "null"),
    ("3 between 1 and 3", "true"),
    ("null between 1 and 3", "null"),
    ('@"P1M" = @"P30D"', "null"),
    # three-valued logic
    ("true and null", "null"),
    ("false and null", "false"),
    ("true or null", "true"),
    ("false or null", "null"),
    ("not(null)", "null"),
    ("1 and true", "null"),
    # choice
    ("if null then 1 else 2", "2"),
    ("if 1 then 1 else 2", "2"),
    # in
    ("5 in (1, < 3, [5..6])", "true"),
    ("5 in [1, 5]", "true"),
    ("5 in ([1, 5])", "true"),
    ("5 in [1, [4..6]]", "true"),
    ("2 in ([1, 2])[1]", "false"),
    ("5 in > 4", "true"),
    ("5 in != 4", "true"),
    ("5 in (? > 4)", "true"),
    ("null in [1..5]", "null"),
    ("5 in (= 5)", "true"),
    # instance of
    ("1 instance of number", "true"),
    ("null instance of number", "false"),
    ("null instance of Null", "true"),
    ("[1, 2] instance of list<number>", "true"),
    ('[1, "a"] instance of list<number>', "false"),
    ("{a: 1} instance of context<a: number>", "true"),
    ("{} instance of context<a: number>", "false"),
    ("[1..2] instance of range<number>", "true"),
    ("function(a) a instance of function<number> -> number", "function(a)"),
    ("(function(a) a) instance of function<number> -> number", "true"),
    ("1 instance of tSomething", "null"),
    ('@"P1D" instance of days and time duration', "true"),
    ('"a" instance of Any', "true"),
    ('@"P1D" instance of duration', "true"),
    ('date and time("2026-01-01T00:00:00") instance of date and time', "true"),
    ("1 instance of item.type", "null"),
    ("{a: {b: 1}} instance of context<a: context<b: number>>", "true"),
    ("(function() 1) instance of function<> -> number", "true"),
    ("[1..2] instance of range<string>", "false"),
    # loops
    ("for x in [1, 2], y in [10, 20] return x + y", "[11, 21, 12, 22]"),
    ("for x in 3..1 return x", "[3, 2, 1]"),
    ("for x in (1..4) return x", "[2, 3]"),
    ("for x in [1, 2], y in x..2 return y", "[1, 2, 2]"),
    ("for x in 1..4 return if x = 1 then 1 else partial[-1] * x", "[1, 2, 6, 24]"),
    ("for x in 5 return x", "[5]"),
    ("for x in null return x", "null"),
    ('for x in "a".."c" return x', "null"),
    ('for d in @"2026-02-28"..@"2026-03-01" return d', "[2026-02-28, 2026-03-01]"),
    ('for d in @"2026-03-01"..@"2026-02-28" return d', "[2026-03-01, 2026-02-28]"),
    ("some x in [1, 2] satisfies x > 1", "true"),
    ("some x in [] satisfies true", "false"),
    ("every x in [] satisfies false", "true"),
    ("every x in [1, null] satisfies x > 0", "null"),
    ("some x in null satisfies true", "null"),
    # filters
    ("[1, 2, 3][2]", "2"),
    ("[1, 2, 3][-1]", "3"),
    ("[1, 2, 3][4]", "null"),
    ("[1, 2, 3][0]", "null"),
    ("[1, 2, 3][item > 1]", "[2, 3]"),
    ("[1, 2, 3][1 + 1]", "2"),
    ("[][item > 1]", "[]"),
    ("[][1]", "null"),
    ("5[1]", "5"),
    ("null[1]", "null"),
    ("null[item > 1]", "null"),
    ("[{a: 1}, {a: 2}][a = 2].a", "[2]"),
    ("[{item: 1}][item = 1]", "[{item:1}]"),
    ("[1, 2][1e50]", "null"),
    ("1 in [[1..2], null]", "true"),
    ("null in (null, 1)", "true"),
    ('"a" in ["a".."b"]', "true"),
    ("[1] in [[1], 2]", "true"),
    # paths
    ("{a: {b: 1}}.a.b", "1"),
    ("{a: 1}.b", "null"),
    ("[{a: 1}, {b: 2}, 3].a", "[1, null, null]"),
    ("null.a", "null"),
    ("[1..5).end included", "false"),
    ("[1..5].start", "1"),
    ('@"2026-03-04".weekday', "3"),
    ('[@"2026-03-04"].year', "[2026]"),
    ('@"2026-03-04T05:06:07.5+08:00".second', "7.5"),
    ('@"2026-03-04T05:06:07+08:00".time offset', "PT8H"),
    ('@"2026-03-04T05:06:07@Asia/Shanghai".timezone', '"Asia/Shanghai"'),
    ('@"2026-03-04T05:06:07".time offset', "null"),
    ('@"-P1Y2M".months', "-2"),
    ('@"-P1Y2M".years', "-1"),
    ('@"-P1DT2H3M4.5S".seconds', "-4.5"),
    ('@"P1DT26H".days', "2"),
    ('@"-2026-03-04".year', "-2026"),
    ('@"05:06:07".hour', "5"),
    ('@"P1D".weeks', "null"),
    ("{a: 1}.a.b", "null"),
    # contexts and functions
    ('{"a b": 1}.`a b`', "1"),
    ('{"sum insured": 1}.sum insured + 1', "2"),
    ("{a: 1, b: a + 1}.b", "2"),
    ("{f: function(n) if n <= 1 then 1 else n * f(n - 1), r: f(20)}.r", "2432902008176640000"),
    ("(function(a, b) a - b)(b: 1, a: 3)", "2"),
    ("(function(a, b) a - b)(1)", "null"),
    ("(function(a) a)(b: 1)", "null"),
    ('(function(a: number) a)("x")', "null"),
    ("(function(a: number) a)([7])", "7"),
    ("(function(a: number) a)(null)", "null"),
    ("1(2)", "null"),
    ("unknown(2)", "null"),
    ("{abs: function(x) 42, r: abs(-1)}.r", "42"),
    ("for f in [abs] return f(-1)", "[1]"),
    # temporal literals
    ('@"2026-02-30"', "null"),
    ('@"nonsense"', "null"),
    ("[null..5]", "[..5]"),
    ("[[1]..5]", "null"),
]


@pytest.mark.parametrize(("text", "value"), FACTS)
def test_expression_has_its_value(text, value):
    assert told(text) == value


TESTS = [
    ("-", 5, True),
    ("5", 5, True),
    ("5", "5", None),
    ("null", None, True),
    ("< 5", 4, True),
    ("< 5", "a", None),
    ("= 5", 5, True),
    ("!= 5", 5, False),
    ("!= 5", "a", None),
    ("[1..5]", 5, True),
    ("(< 5)", 4, True),
    ("(< 5)", None, None),
    ("1, 2", 2, True),
    ("1, 2", 3, False),
    ("not(1, 2)", 3, True),
    ("not(1, 2)", 1, False),
    ("not(true) or true", True, True),
    ("not(? = 1)", 2, True),
    ("? > 4", 5, True),
    ("? + 1", 5, None),
    ("x", 5, True),
    ("xs", 5, True),
    ("xs", 6, False),
    ("xs", [4, 5], True),
    ("yes", 5, True),
    ("no", 5, False),
    ("no", False, True),
    ("missing", None, True),
    ("missing", 5, False),
    ("? between 1 and 9", 5, True),
]


@pytest.mark.parametrize(("tests", "value", "answer"), TESTS)
def test_unary_tests_answer(tests, value, answer):
    assert matched(tests, value, x=5, xs=[4, 5], yes=True, no=False) is answer


def test_a_missing_variable_is_null_with_a_warning():
    assert warned("amount + 1") == [
        "There is no variable 'amount'.",
        "There is no null + number.",
    ]


@pytest.mark.parametrize("text", ["is defined(a.b)", "get or else(a, 1)"])
def test_asking_whether_there_is_a_value_warns_of_nothing(text):
    assert warned(text) == []


def test_warnings_are_bounded():
    assert len(warned("for x in 1..1000 return missing")) == 100


def test_a_variable_that_is_no_function_does_not_hide_a_built_in():
    assert told("count([1, 2]) + count", count=1) == "3"


def test_values_of_variables_are_not_changed():
    items = [1, 2]

    evaluate("append(concatenate(items, [3]), 4)", items=items)

    assert items == [1, 2]


class Broken(dict[str, Value]):
    """A scope that fails when it is read."""

    def __contains__(self, name: object) -> bool:
        raise TypeError("out of order")


def test_a_scope_that_fails_gives_null_with_a_warning():
    environment = an_environment()

    value = compile_expression("a + 1").evaluate(Broken(), environment)

    assert value is None
    assert [warning.message for warning in environment.warnings] == [
        "The expression failed: out of order"
    ]


def test_an_expression_shows_its_text():
    assert repr(compile_expression("1 + 1")) == "Expression('1 + 1')"

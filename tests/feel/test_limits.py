import time
from datetime import UTC, datetime

import pytest

from tests.feel.evaluating import evaluate, told
from workflows.feel import Environment, FeelLimitError, FeelSyntaxError, compile_expression
from workflows.feel.wire import encode, from_plain, to_plain

DOUBLE = "{{d: function(v, n) if n = 0 then v else d({step}, n - 1), r: {use}}}.r"

RUNAWAYS = [
    "for a in 1..400, b in 1..400, c in 1..400 return a",
    "for a in 1..100000000 return a",
    "some a in 1..100000000 satisfies a < 0",
    "some a in [1..100000000] satisfies a < 0",
    "for i in 1..9999 return partial",
    "for i in 1..40 return partial",
    "{f: function(x) f(x), r: f(1)}.r",
    "{f: function(x) " + "1 + (" * 40 + "f(x)" + ")" * 40 + ", r: f(1)}.r",
    "{f: function(x) for y in [f(x)] return [y], r: f(1)}.r",
    "{f: function(x) {a: f(x)}.a, r: f(1)}.r",
    DOUBLE.format(step="v + v", use='d("x", 40)'),
    DOUBLE.format(step="concatenate(v, v)", use="d([1], 40)"),
    DOUBLE.format(step="[v, v]", use="d(1, 40)"),
    DOUBLE.format(step="[v, v]", use="string(d(1, 40))"),
    DOUBLE.format(step="[v, v]", use="to json(d(1, 40))"),
    DOUBLE.format(step="[v, v]", use="d(1, 40) = d(1, 40)"),
    DOUBLE.format(step="[v, v]", use="d(1, 40) in (d(1, 40), 1)"),
    DOUBLE.format(step="[v, v]", use="distinct values(d(1, 40))"),
    DOUBLE.format(step="[v, v]", use="flatten(d(1, 40))"),
    DOUBLE.format(step="[v, v]", use="d(1, 40) instance of list<number>"),
    DOUBLE.format(step="{a: v, b: v}", use="d(1, 40)"),
    "(for i in 1..9000 return [partial[-1]])[-1]",
    'string join(for i in 1..10000 return "' + "x" * 200 + '")',
    'for i in 1..9999 return upper case("' + "x" * 90000 + '")',
    'string(for i in 1..9999 return "' + "x" * 9000 + '")',
    'matches("a", "' + "a" * 600 + '")',
    "matches(text, text)",
    'replace(text, "a", "' + "x" * 1000 + '")',
    'split(text, "")[1] + extract(text, "a")[1]',
    "for i in 1..9999 return reverse(items)",
    "for i in 1..9999 return sum(items)",
    "for i in 1..9999 return items.a",
    "some i in 1..9999 satisfies 0 in items",
    "for i in 1..9999 return text + text",
    "insert before(items, 1, 0)",
    "append(items, 0)",
    'split(string join(for i in 1..10001 return ";"), ";")',
    "[" + ",".join(["1"] * 10001) + "]",
    "every i in 1..9, j in 1..9999 satisfies exp(j) > i",
    "every i in 1..9, j in 1..9999 satisfies 1.001 ** j > 0",
    "every i in 1..9, j in 1..9999 satisfies string(j) != text",
    'every i in 1..9, j in 1..9999 satisfies matches("b" + string(j), "(b{1,9}){1,9}" + string(j))',
    'every i in 1..9, j in 1..9999 satisfies @"2026-01-01T00:00:00@Asia/Shanghai" > @"2025-01-01"',
    "every i in 1..9, j in 1..9999 satisfies " + " + ".join(["j"] * 50) + " > 0",
    "{f: function(n) " + " + ".join(["n"] * 50) + ", r: sort(items, function(a, b) f(a) < f(b))}.r",
]


@pytest.mark.parametrize("text", RUNAWAYS)
def test_a_runaway_is_stopped(text):
    started = time.process_time()
    with pytest.raises(FeelLimitError):
        evaluate(text, text="a" * 60_000, items=[1] * 10_000)

    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('matches("' + "a" * 40 + '!", "(a+)+$")', "false"),
        ('matches("' + "x" * 40 + '", "(x+x+)+y")', "false"),
        ('matches("a", "a{1000}{1000}")', "null"),
        ("9 ** 9 ** 9 > 1", "true"),
        ("9 ** (9 ** 9)", "null"),
        ("exp(1e10)", "null"),
        ("sum(for i in 1..10000 return i)", "50005000"),
        ("count(distinct values(for i in 1..10000 return i))", "10000"),
        ("{f: function(n) if n = 0 then 0 else n + f(n - 1), r: f(40)}.r", "820"),
    ],
)
def test_what_looks_dangerous_is_answered(text, value):
    assert told(text) == value


@pytest.mark.parametrize(
    "text",
    ['"".__class__', "{}.__class__", "[].__len__", 'date("2026-01-01").toordinal', "x.__init__"],
)
def test_no_path_leads_into_python(text):
    assert told(text, x={}) in ("null", "[]")


def test_an_index_beyond_any_list_is_null():
    assert told("[1, 2][1e50]") == "null"


def test_nothing_is_left_of_a_stopped_evaluation():
    expression = compile_expression("{f: function(n) if n = 0 then 0 else f(n - 1), r: f(n)}.r")
    with pytest.raises(FeelLimitError):
        evaluate(expression.text, n=100)

    assert told(expression.text, n=10) == "0"


@pytest.mark.parametrize("convert", [encode, to_plain, from_plain])
def test_nesting_beyond_measure_is_not_converted(convert):
    value: list[object] = []
    for _ in range(200):
        value = [value]

    with pytest.raises(FeelLimitError):
        convert(value)


def test_expressions_of_one_environment_share_its_budget():
    environment = Environment(now=datetime(2026, 1, 1, tzinfo=UTC))
    expression = compile_expression("every i in 1..6, j in 1..9999 satisfies i > 0")
    assert expression.evaluate({}, environment) is True

    with pytest.raises(FeelLimitError):
        expression.evaluate({}, environment)


def test_a_list_beyond_measure_is_not_taken_over():
    with pytest.raises(FeelLimitError):
        from_plain([0] * 10_001)


def test_an_evaluation_near_the_end_of_the_stack_is_stopped():
    def deep(levels):
        return deep(levels - 1) if levels else evaluate("((((((((((1))))))))))+" * 20 + "1")

    def deepest():
        for levels in range(800, 1000):
            deep(levels)

    with pytest.raises((FeelLimitError, FeelSyntaxError)):
        deepest()

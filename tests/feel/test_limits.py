from datetime import UTC, datetime

import pytest

from tests.feel.evaluating import evaluate, told
from workflows.feel import Environment, FeelLimitError, FeelSyntaxError, compile_expression
from workflows.feel.wire import encode, from_plain, to_plain


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

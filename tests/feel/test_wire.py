import json
from decimal import Decimal

import pytest

from tests.feel.evaluating import evaluate
from workflows.feel import Range
from workflows.feel.wire import decode, encode, from_plain, read_json, to_plain, write_json


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "true",
        "1.5",
        "10 ** 6000",
        '"保全"',
        '@"2026-03-04"',
        '@"-2026-03-04"',
        '@"05:06:07.123456789"',
        '@"2026-03-04T05:06:07@Asia/Shanghai"',
        '@"P1Y2M"',
        '@"-P1DT0.5S"',
        "[1, [2], {a: null}]",
        '{a: [@"P1D"], b: {}}',
        "[1..5)",
        "(< 5)",
    ],
)
def test_a_value_comes_back_as_it_went(text):
    value = evaluate(text)

    assert decode(json.loads(json.dumps(encode(value)))) == value


def test_a_function_is_told_by_its_text():
    assert encode(evaluate("function(a, b) a")) == {"t": "function", "v": "function(a, b)"}


@pytest.mark.parametrize(
    "tagged",
    [
        None,
        5,
        {},
        {"t": 5},
        {"t": "number", "v": "abc"},
        {"t": "number", "v": "NaN"},
        {"t": "number", "v": 5},
        {"t": "boolean", "v": "true"},
        {"t": "date", "v": "2026-02-30"},
        {"t": "list", "v": {}},
        {"t": "list", "v": [5]},
        {"t": "function", "v": "function(a)"},
        {"t": "nonsense", "v": "x"},
    ],
)
def test_what_is_no_tagged_value_is_refused(tagged):
    with pytest.raises(ValueError, match="Expected"):
        decode(tagged)


def test_nesting_beyond_measure_is_refused():
    tagged: dict[str, object] = {"t": "null"}
    for _ in range(200):
        tagged = {"t": "list", "v": [tagged]}

    with pytest.raises(ValueError, match="nest"):
        decode(tagged)


def test_a_range_may_lack_a_bound():
    tagged: dict[str, object] = {
        "t": "range",
        "v": {"end": {"t": "number", "v": "5"}, "end included": True},
    }

    assert decode(tagged) == Range(None, Decimal(5), False, True)


def test_floats_are_taken_as_they_are_written():
    assert from_plain(0.1) == Decimal("0.1")


@pytest.mark.parametrize("plain", [float("nan"), float("inf"), {1, 2}, Decimal("NaN")])
def test_what_json_lacks_is_refused(plain):
    with pytest.raises(ValueError, match=r"is no JSON|out of range"):
        from_plain(plain)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("5.0", 5),
        ("5.5", 5.5),
        ('@"P1D"', "P1D"),
        ('{a: [1, null, true, "x"]}', {"a": [1, None, True, "x"]}),
        ("10 ** 400", "1E+400"),
        ("10 ** 20", 10**20),
    ],
)
def test_a_value_is_given_as_plain_json(text, plain):
    assert to_plain(evaluate(text)) == plain


def test_json_text_keeps_every_digit():
    text = '{"a":[0.1234567890123456789012345678901234,"保",null,false]}'

    assert write_json(read_json(text)) == text


def test_an_integer_beyond_measure_is_refused():
    with pytest.raises(ValueError, match="out of range"):
        from_plain(10**7000)

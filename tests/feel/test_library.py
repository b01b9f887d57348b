import pytest

from tests.feel.evaluating import NOW, an_environment, told, warned
from workflows.feel import Environment, compile_expression
from workflows.feel.library import LIBRARY

NUMBERS = [
    ("decimal(2.345, 2)", "2.34"),
    ("decimal(0.00001, 2)", "0"),
    ("decimal(0, -3)", "0"),
    ("decimal(n: 1.234, scale: 1)", "1.2"),
    ("decimal(n: [1.234], scale: 1)", "1.2"),
    ("decimal(n: 1.234, size: 1)", "null"),
    ("decimal(n: 1.234, n: 1)", "null"),
    ('decimal(n: "a", scale: 1)', "null"),
    ("decimal(1234, -2)", "1200"),
    ('decimal(2.5, 0, "up")', "3"),
    ('decimal(2.5, 0, "sideways")', "null"),
    ('decimal(2.5, 0, "UNNECESSARY")', "null"),
    ('decimal(2.50, 1, "UNNECESSARY")', "2.5"),
    ("decimal(1, 7000)", "null"),
    ("decimal(1, 1e50)", "null"),
    ("floor(-1.5)", "-2"),
    ("floor(1.56, 1)", "1.5"),
    ("floor(1.56, null)", "null"),
    ("ceiling(1.01, 1)", "1.1"),
    ("round up(0.0001, 2)", "0.01"),
    ("round down(-1.129, 2)", "-1.12"),
    ("round half up(2.5, 0)", "3"),
    ("round half down(2.5, 0)", "2"),
    ("abs(-1.5)", "1.5"),
    ('abs(@"-P1M")', "P1M"),
    ('abs(@"-PT1H")', "PT1H"),
    ("modulo(-12, 5)", "3"),
    ("modulo(12, -5)", "-3"),
    ("modulo(10, 5)", "0"),
    ("modulo(1, 0)", "null"),
    ("sqrt(16)", "4"),
    ("sqrt(-1)", "null"),
    ("log(1)", "0"),
    ("log(0)", "null"),
    ("exp(0)", "1"),
    ("odd(-3)", "true"),
    ("even(3)", "false"),
]

TEXTS = [
    ('substring("保全服务", 3)', '"服务"'),
    ('substring("abcde", -2)', '"de"'),
    ('substring("abcde", 2, 2)', '"bc"'),
    ('substring("abc", 0)', "null"),
    ('substring("abc", 1, 0)', "null"),
    ('substring(string: "abc", start position: 2)', '"bc"'),
    ('substring(start position: 2, string: "abc", length: 1)', '"b"'),
    ('substring(text: "abc", start position: 2)', "null"),
    ('string length("😀")', "1"),
    ('upper case("abc")', '"ABC"'),
    ('lower case("ABC")', '"abc"'),
    ('substring before("a-b-c", "-")', '"a"'),
    ('substring after("a-b-c", "-")', '"b-c"'),
    ('contains("abc", "b")', "true"),
    ('starts with("abc", "b")', "false"),
    ('ends with("abc", "c")', "true"),
    ('matches("POL-2026", "^POL-\\d{4}$")', "true"),
    ('matches("abc", "A", "i")', "true"),
    ('matches("a\\nb", "a.b")', "false"),
    ('matches("a\\nb", "a.b", "s")', "true"),
    ('matches("a.b", "a.b", "q")', "true"),
    ('matches("axb", "a.b", "q")', "false"),
    ('matches("ab", "a b", "x")', "true"),
    ('matches("a b", "a[ ]b", "x")', "true"),
    ('matches("E", "[A-Z-[AEIOU]]")', "false"),
    ('matches("F", "[A-Z-[AEIOU]]")', "true"),
    ('matches("a", "[a-[a]]")', "null"),
    ('matches("abc", "\\p{IsBasicLatin}+")', "true"),
    ('matches("abc", "\\P{IsBasicLatin}")', "false"),
    ('matches("abc", "\\p{IsNowhere}")', "null"),
    ('matches("_a", "\\i\\c")', "true"),
    ('matches("a", "(")', "null"),
    ('matches("a", "(a)\\1")', "null"),
    ('matches("a", "a", "z")', "null"),
    ('matches("a", "[a[b]]")', "null"),
    ('replace("abc", "(b)", "[$1]")', '"a[b]c"'),
    ('replace("abc", "b", "\\\\$")', '"a$c"'),
    ('replace("abc", "(b)", "$1$2")', '"abc"'),
    ('replace("abc", "(b)", "$12")', '"ab2c"'),
    ('replace("AbC", "b", "x", "i")', '"AxC"'),
    ('split("a;b;;c", ";")', '["a", "b", "", "c"]'),
    ('extract("a1b22", "[0-9]+")', '["1", "22"]'),
    ('string join(["a", null, "b"], "-")', '"a-b"'),
    ('string join(["a", "b"], "-", "<", ">")', '"<a-b>"'),
    ("string join([1])", "null"),
    ('trim("  a ")', '"a"'),
    ('is blank(" ")', "true"),
    ('from base64(to base64("保全"))', '"保全"'),
    ('from base64("%")', "null"),
    ('is empty("")', "true"),
]

LISTS = [
    ("list contains([1, null], null)", "true"),
    ("list contains([1, [2]], [2])", "true"),
    ("count([1, 2])", "2"),
    ("count(1, 2, 3)", "3"),
    ("min([2, 1])", "1"),
    ('max("a", "b")', '"b"'),
    ("min([])", "null"),
    ('min([1, "a"])', "null"),
    ("sum([0.1, 0.2])", "0.3"),
    ('sum([@"P1D", @"PT1H"])', "P1DT1H"),
    ('sum(["a"])', "null"),
    ("sum([1, null])", "null"),
    ('product([2, "a"])', "null"),
    ('mean([@"P1D", @"P3D"])', "P2D"),
    ('sum([@"P1D"])', "P1D"),
    ("sum([[1]])", "null"),
    ("sublist([1], 0)", "null"),
    ("product([2, 3])", "6"),
    ("product([])", "null"),
    ("mean([1, 2])", "1.5"),
    ("median([3, 1, 2])", "2"),
    ("median([1, 2])", "1.5"),
    ("median([])", "null"),
    ("stddev([1])", "null"),
    ("stddev([2, 4])", "1.414213562373095048801688724209698"),
    ("mode([1, 2, 2, 1, 3])", "[1, 2]"),
    ("mode([])", "[]"),
    ("all([true, null])", "null"),
    ("any([false, true])", "true"),
    ("all()", "null"),
    ("sublist([1, 2, 3], 2)", "[2, 3]"),
    ("sublist([1, 2, 3], -2, 1)", "[2]"),
    ("sublist([1, 2, 3], 3, 2)", "null"),
    ("append([1], 2)", "[1, 2]"),
    ("concatenate([1], [2], [3])", "[1, 2, 3]"),
    ("insert before([1, 3], 2, 2)", "[1, 2, 3]"),
    ("insert before([1, 3], 5, 2)", "null"),
    ("remove([1, 2], -1)", "[1]"),
    ("list replace([1, 2], 2, 5)", "[1, 5]"),
    ("list replace([1, 2, 3], function(item, new) item < new, 3)", "[3, 3, 3]"),
    ("list replace([1], function(item, new) 1, 3)", "null"),
    ("list replace(1, 1, 5)", "[5]"),
    ("reverse([1, 2])", "[2, 1]"),
    ("index of([1, null, 1], 1)", "[1, 3]"),
    ("union([1, 2], [2, 3])", "[1, 2, 3]"),
    (
        'distinct values([1, 1.0, "1", true, [1], [1.0], {a: 1}, {a: 1}])',
        '[1, "1", true, [1], {a:1}]',
    ),
    ("duplicate values([1, 2, 2, 1])", "[1, 2]"),
    ("flatten([[1, [2]], 3])", "[1, 2, 3]"),
    ("sort([3, 1, 2])", "[1, 2, 3]"),
    ("sort([3, 1, 2], function(a, b) a > b)", "[3, 2, 1]"),
    ('sort([1, "a"])', "null"),
    ("partition([1, 2, 3], 2)", "[[1, 2], [3]]"),
    ("partition([1], 0)", "null"),
    ("is empty([])", "true"),
    ("is empty({a: 1})", "false"),
]

CONTEXTS = [
    ('get value({a: 1}, "a")', "1"),
    ('get value({a: 1}, ["a", "b"])', "null"),
    ('get value({a: {b: 1}}, ["a", "b"])', "1"),
    ("get value({a: 1}, [])", "null"),
    ("get value({a: 1}, [1])", "null"),
    ("get entries({a: 1})", '[{key:"a", value:1}]'),
    ('context put({a: 1}, "b", 2)', "{a:1, b:2}"),
    ('context put({}, ["a", "b"], 2)', "{a:{b:2}}"),
    ('context put({a: 1}, ["a", "b"], 2)', "null"),
    ("context put({}, [], 2)", "null"),
    ("context put({}, [1], 2)", "null"),
    ("context merge({a: 1}, {a: 2, b: 3})", "{a:2, b:3}"),
    ("context merge([{a: 1}, 2])", "null"),
    ('context([{key: "a", value: 1}])', "{a:1}"),
    ('context([{key: "a", value: 1}, {key: "a", value: 2}])', "null"),
    ("context([1])", "null"),
]

TEMPORALS = [
    ("now()", "2026-03-04T05:06:07Z"),
    ("today()", "2026-03-04"),
    ("day of week(today())", '"Wednesday"'),
    ("day of year(now())", "63"),
    ("week of year(today())", "10"),
    ("month of year(today())", '"March"'),
    ('last day of month(date("2024-02-10"))', "2024-02-29"),
    ('years and months duration(date("2024-01-31"), date("2026-03-30"))', "P2Y1M"),
    ('years and months duration(date("2026-03-30"), date("2024-01-31"))', "-P2Y1M"),
    (
        'years and months duration(@"2026-01-01T10:00:00", @"2026-02-01T09:00:00")',
        "P0M",
    ),
    ('date("2026-03-04")', "2026-03-04"),
    ("date(2026, 2, 29)", "null"),
    ("date(now())", "2026-03-04"),
    ('time("05:06:07+08:00")', "05:06:07+08:00"),
    ('time(5, 6, 7.25, duration("PT8H"))', "05:06:07.25+08:00"),
    ('time(5, 6, 7, duration("PT19H"))', "null"),
    ("time(25, 0, 0)", "null"),
    ("time(now())", "05:06:07Z"),
    ("time(today())", "00:00:00Z"),
    ('date and time(today(), time("10:00:00"))', "2026-03-04T10:00:00"),
    ('date and time("2026-03-04")', "2026-03-04T00:00:00"),
    ("date and time(today())", "2026-03-04T00:00:00"),
    ("date and time(now())", "2026-03-04T05:06:07Z"),
    ('date and time(now(), "Asia/Shanghai")', "2026-03-04T13:06:07@Asia/Shanghai"),
    ('date and time(now(), "+08:00")', "2026-03-04T13:06:07+08:00"),
    ('date and time(now(), "Nowhere/City")', "null"),
    ("date and time(2026, 3, 4, 5, 6, 7)", "2026-03-04T05:06:07"),
    ('date and time(2026, 3, 4, 5, 6, 7, @"PT8H")', "2026-03-04T05:06:07+08:00"),
    ('date and time(2026, 3, 4, 5, 6, 7, "Asia/Shanghai")', "2026-03-04T05:06:07@Asia/Shanghai"),
    ('duration("P1Y2M")', "P1Y2M"),
    ('duration("P1DT2H3M4.5S")', "P1DT2H3M4.5S"),
    ('duration("P")', "null"),
    ('duration(@"P1D")', "P1D"),
]

CONVERSIONS = [
    ('number("1,000.5", ",", ".")', "1000.5"),
    ('number("1.000,5", ".", ",")', "1000.5"),
    ('number("1", ".", ".")', "null"),
    ('number("1", "x")', "null"),
    ('number("abc")', "null"),
    ('number("1e99999")', "null"),
    ("number(5)", "5"),
    ("string(1.50)", '"1.5"'),
    ("string(null)", "null"),
    ('string(["a", {b: true}])', '"[\\"a\\", {b:true}]"'),
    ("string([1..2))", '"[1..2)"'),
    ("string(function(a) a)", '"function(a)"'),
    ('from json("{\\"a\\": [1.10, null]}")', "{a:[1.1, null]}"),
    ('from json("[NaN]")', "null"),
    ('from json("[1e99999]")', "null"),
    ('from json("{")', "null"),
    ('to json({a: [1.5, null, true, "x", @"P1D"]})', None),
    ("not(true)", "false"),
    ('is(@"2026-01-01T00:00:00Z", @"2026-01-01T00:00:00+00:00")', "true"),
    ('is(@"2026-01-01T01:00:00+01:00", @"2026-01-01T00:00:00Z")', "false"),
    ("is(1, 1.0)", "true"),
    ("get or else(null, 2)", "2"),
    ('cycle(3, duration("PT1H"))', '"R3/PT1H"'),
    ('cycle(duration("P1M"))', '"R/P1M"'),
    ('cycle(0.5, duration("PT1H"))', "null"),
    ("assert(1, true)", "1"),
    ("assert(1, false)", "null"),
    ('range("[1..3)") = [1..3)', "true"),
    ('range("[\\"a\\"..\\"b\\"]") = ["a".."b"]', "true"),
    ('range("[3..1]")', "null"),
    ('range("[..1]")', "null"),
    ('range("1..3")', "null"),
    ('range("[a..3]")', "null"),
]

RANGES = [
    ("before([1..5), 5)", "true"),
    ("after(6, [1..5])", "true"),
    ("meets([1..5], [5..9])", "true"),
    ("met by([5..9], [1..5])", "true"),
    ("overlaps([1..5], [5..9])", "true"),
    ("overlaps before([1..5], [3..9])", "true"),
    ("overlaps after([3..9], [1..5])", "true"),
    ("finishes(5, [1..5])", "true"),
    ("finished by([1..5], [3..5])", "true"),
    ("includes([1..5], [2..3])", "true"),
    ("during(3, [1..5])", "true"),
    ("starts(1, [1..5])", "true"),
    ("started by([1..5], [1..2])", "true"),
    ("coincides([1..5], [1..5)) ", "false"),
    ('before(1, @"2026-01-01")', "null"),
    ("before(point: 1, range: [2..3])", "true"),
]


@pytest.mark.parametrize(
    ("text", "value"),
    [*NUMBERS, *TEXTS, *LISTS, *CONTEXTS, *TEMPORALS, *CONVERSIONS, *RANGES],
)
def test_built_in_answers(text, value):
    if value is None:
        value = '"{\\"a\\":[1.5,null,true,\\"x\\",\\"P1D\\"]}"'

    assert told(text) == value


def test_every_built_in_has_a_fact():
    facts = (*NUMBERS, *TEXTS, *LISTS, *CONTEXTS, *TEMPORALS, *CONVERSIONS, *RANGES)
    told_of = " ".join(text for text, _ in facts)
    elsewhere = {"is defined", "put", "put all", "random number", "uuid", "and", "or"}
    elsewhere |= {"fromAi", "string to base64"}

    assert [name for name in LIBRARY if f"{name}(" not in told_of and name not in elsewhere] == []


def test_a_misfit_says_what_was_given():
    assert warned('abs("a")') == ["abs: There is no abs(string)."]


def test_an_assertion_warns_with_its_cause():
    assert warned('assert(1, false, "too small")') == ["assert: too small"]


def test_chance_is_the_same_for_the_same_seed():
    draw = compile_expression("[random number(), random number(), uuid()]")

    assert draw.evaluate({}, an_environment()) == draw.evaluate({}, an_environment())


def test_chance_differs_from_draw_to_draw():
    assert told("random number() = random number()") == "false"


def test_chance_differs_from_seed_to_seed():
    draw = compile_expression("random number()")

    assert draw.evaluate({}, an_environment(seed="a")) != draw.evaluate(
        {}, an_environment(seed="b")
    )


def test_a_uuid_is_of_version_4():
    assert told('matches(uuid(), "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")') == "true"
    assert told("substring(uuid(), 15, 1)") == '"4"'


def test_today_is_the_day_in_the_zone_of_the_environment():
    environment = Environment(now=NOW.replace(hour=20), zone="Asia/Shanghai")

    assert str(compile_expression("today()").evaluate({}, environment)) == "2026-03-05"


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="Expected a moment with a zone"):
        Environment(now=NOW.replace(tzinfo=None))

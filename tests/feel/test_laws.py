"""Laws that hold for all values: of logic, order, ranges and time."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.feel.evaluating import an_environment
from workflows.feel import (
    DateTime,
    DaysTime,
    Expression,
    Time,
    Value,
    YearsMonths,
    compile_expression,
)
from workflows.feel.temporal import DAY, SECOND
from workflows.feel.values import Range, same
from workflows.feel.wire import encode

TRUTHS = st.sampled_from([True, False, None])
NUMBERS = st.decimals(
    allow_nan=False, allow_infinity=False, places=4, min_value=-(10**6), max_value=10**6
)
DATES = st.dates(date(1, 6, 1), date(9999, 1, 1))
ZONES = (
    st.none()
    | st.integers(-18, 18).map(lambda hours: hours * 3600)
    | st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/Los_Angeles", "Pacific/Apia"])
)
CLOCKS = st.integers(0, DAY - 1)
MOMENTS = st.builds(DateTime, DATES, CLOCKS, ZONES)
FIXED = st.builds(DateTime, DATES, CLOCKS, st.integers(-18, 18).map(lambda hours: hours * 3600))
TIMES = st.builds(Time, CLOCKS, st.none() | st.just(0))
SPANS = st.integers(-(10**15), 10**15).map(DaysTime)
MONTHS = st.integers(-2400, 2400).map(YearsMonths)
ORDERED = st.one_of(
    NUMBERS, st.text(max_size=4), DATES, FIXED, st.builds(Time, CLOCKS), SPANS, MONTHS
)
_COMPILED: dict[str, Expression] = {}


def evaluated(text: str, **variables: Value) -> Value:
    if text not in _COMPILED:
        _COMPILED[text] = compile_expression(text, variables)
    return _COMPILED[text].evaluate(variables, an_environment())


def are_alike(one: str, other: str, **variables: Value) -> bool:
    left, right = evaluated(one, **variables), evaluated(other, **variables)
    return same(left, right)


# --- logic -------------------------------------------------------------------------------------


@given(TRUTHS, TRUTHS, TRUTHS)
def test_logic_of_three_values_is_kleenes(a, b, c):
    for one, other in (
        ("a and b", "b and a"),
        ("a or b", "b or a"),
        ("(a and b) and c", "a and (b and c)"),
        ("(a or b) or c", "a or (b or c)"),
        ("a and (b or c)", "(a and b) or (a and c)"),
        ("a or (b and c)", "(a or b) and (a or c)"),
        ("not(a and b)", "not(a) or not(b)"),
        ("not(a or b)", "not(a) and not(b)"),
        ("not(not(a))", "a"),
        ("a and a", "a"),
        ("a or (a and b)", "a"),
        ("a and b and c", "all([a, b, c])"),
        ("a or b or c", "any([a, b, c])"),
        ("every x in [a, b, c] satisfies x", "all([a, b, c])"),
        ("some x in [a, b, c] satisfies x", "any([a, b, c])"),
        ("not(some x in [a, b] satisfies x)", "every x in [a, b] satisfies not(x)"),
    ):
        assert are_alike(one, other, a=a, b=b, c=c), (one, other, a, b, c)


# --- order -------------------------------------------------------------------------------------


@given(ORDERED, ORDERED, ORDERED)
@settings(max_examples=200)
def test_comparisons_agree_with_one_another(a, b, c):
    for one, other in (
        ("a < b", "b > a"),
        ("a <= b", "b >= a"),
        ("a = b", "b = a"),
        ("a != b", "not(a = b)"),
        ("a between b and c", "a >= b and a <= c"),
        ("a in [b..c]", "a >= b and a <= c"),
        ("a in (b..c)", "a > b and a < c"),
        ("a in (b..c]", "a > b and a <= c"),
        ("a in (< b)", "a < b"),
        ("a in (>= b)", "a >= b"),
        ("a in (b, c)", "a = b or a = c"),
    ):
        assert are_alike(one, other, a=a, b=b, c=c), (one, other, a, b, c)


@given(ORDERED, ORDERED)
def test_values_of_one_type_are_less_equal_or_more(a, b):
    answers = [evaluated(f"a {sign} b", a=a, b=b) for sign in ("<", "=", ">")]

    assert answers == [None] * 3 or answers.count(True) == 1


@given(st.lists(NUMBERS, min_size=1, max_size=8))
def test_lists_of_numbers_are_ordered_whole(xs):
    value: list[Value] = [*xs]
    for one, other in (
        ("min(xs)", "sort(xs)[1]"),
        ("max(xs)", "sort(xs)[-1]"),
        ("sort(xs)", "sort(reverse(xs))"),
        ("reverse(reverse(xs))", "xs"),
        ("sum(xs)", "sum(reverse(xs))"),
        ("count(xs)", "count(sort(xs))"),
        ("distinct values(xs)", "union(xs, xs)"),
        ("concatenate(xs, xs)", "flatten([xs, [xs]])"),
        ("xs[item > 0]", "for x in xs[item > 0] return x"),
        ("count(xs[item > 0]) + count(xs[item <= 0])", "count(xs)"),
        ("sublist(xs, 1, 1)", "[xs[1]]"),
        ("flatten(partition(xs, 3))", "xs"),
    ):
        assert are_alike(one, other, xs=value), (one, xs)


@given(NUMBERS, NUMBERS)
def test_arithmetic_is_exact_within_its_digits(a, b):
    for one, other in (
        ("a + b", "b + a"),
        ("a * b", "b * a"),
        ("(a + b) - b", "a"),
        ("a - b", "-(b - a)"),
        ("abs(a - b)", "max(a - b, b - a)"),
        ("floor(a)", "-ceiling(-a)"),
        ("round down(a, 2)", "if a < 0 then -round down(-a, 2) else round down(a, 2)"),
        ("number(string(a))", "a"),
    ):
        assert are_alike(one, other, a=a, b=b), (one, a, b)
    if b:
        assert are_alike(
            "modulo(a, b)", "a - b * floor(a / b)", a=a.quantize(Decimal(1)), b=Decimal(7)
        )


# --- time --------------------------------------------------------------------------------------


@given(MOMENTS, SPANS)
@settings(max_examples=200)
def test_a_span_added_and_taken_away_leaves_the_instant(moment, span):
    assume(abs(moment.day.year - 5000) < 4000)

    back = evaluated("(d + s) - s", d=moment, s=span)

    assert isinstance(back, DateTime)
    assert back.instant() == moment.instant()


@given(FIXED, FIXED)
def test_a_difference_added_gives_the_other_moment(a, b):
    assert are_alike("b + (a - b)", "a", a=a, b=b)
    assert are_alike("a - b", "-(b - a)", a=a, b=b)
    assert are_alike("a < b", '(a - b) < duration("P0D")', a=a, b=b)


@given(DATES, st.integers(-1000, 1000))
def test_days_added_to_a_date_are_the_calendars(day, days):
    assume(date(1, 6, 1) <= day <= date(9990, 1, 1) and day.year > 10)

    value = evaluated("d + s", d=day, s=DaysTime(days * DAY))

    assert value == day + timedelta(days=days)
    assert are_alike("(d + s) - d", "s", d=day, s=DaysTime(days * DAY))


@given(DATES, MONTHS)
def test_months_added_keep_the_day_or_take_the_last(day, months):
    assume(300 < day.year < 9700)

    value = evaluated("d + m", d=day, m=months)

    assert isinstance(value, date)
    assert (value.year * 12 + value.month) - (day.year * 12 + day.month) == months.months
    assert value.day == min(day.day, evaluated("last day of month(v).day", v=value))


@given(DATES, DATES)
def test_the_months_between_two_dates_never_pass_the_second(a, b):
    low, high = sorted((a, b))

    assert evaluated("a + years and months duration(a, b) <= b", a=low, b=high) is True


@given(FIXED, st.sampled_from(["Z", "Asia/Shanghai", "Europe/Berlin", "+05:30"]))
def test_a_zone_shift_keeps_the_instant(moment, zone):
    shifted = evaluated("date and time(d, zone)", d=moment, zone=zone)

    assert evaluated("d = s", d=moment, s=shifted) is True
    assert evaluated("d - s", d=moment, s=shifted) == DaysTime(0)


@given(st.builds(Time, CLOCKS), st.integers(-86400, 86400))
def test_a_time_goes_round_the_clock(time, seconds):
    span = DaysTime(seconds * SECOND)

    assert are_alike("(t + s) - s", "t", t=time, s=span)


@given(SPANS | MONTHS, st.integers(1, 50))
def test_durations_scale_as_numbers_do(span, factor):
    n = Decimal(factor)

    assert are_alike("(d * n) / n", "d", d=span, n=n)
    assert are_alike("d + d", "d * 2", d=span)
    assert are_alike("abs(d)", "abs(-d)", d=span)


@given(DATES | MOMENTS | TIMES | SPANS | MONTHS)
@settings(max_examples=200)
def test_a_temporal_value_reads_back_from_its_text(value):
    name = {date: "date", DateTime: "date and time", Time: "time"}.get(type(value), "duration")

    assert encode(evaluated(f"{name}(string(v))", v=value)) == encode(value)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.booleans(), st.booleans())
@settings(max_examples=200)
def test_relations_of_ranges_have_their_inverses(a, b, c, d, opened, closed):
    one = Range(min(a, b), max(a, b), opened, closed)
    other = Range(min(c, d), max(c, d), closed, opened)

    for first, second in (
        ("before(r, s)", "after(s, r)"),
        ("meets(r, s)", "met by(s, r)"),
        ("overlaps(r, s)", "overlaps(s, r)"),
        ("overlaps before(r, s)", "overlaps after(s, r)"),
        ("finishes(r, s)", "finished by(s, r)"),
        ("includes(r, s)", "during(s, r)"),
        ("starts(r, s)", "started by(s, r)"),
        ("coincides(r, s)", "coincides(s, r)"),
        ("includes(r, p)", "p in r"),
    ):
        assert are_alike(first, second, r=one, s=other, p=a), (first, one, other)

"""The properties themselves: bugs are put in, one at a time, and each must be found."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import Phase, settings

from tests.feel import test_laws as laws
from tests.feel import test_properties as properties
from tests.feel import test_round_trip as round_trip
from workflows.feel import (
    Range,
    Time,
    YearsMonths,
    arithmetic,
    days,
    printer,
    temporal,
    values,
    wire,
)
from workflows.feel.compiler import loops, operators
from workflows.feel.errors import FeelError, FeelFault


def floats(patch):
    patch.setitem(
        arithmetic.SUBTRACTIONS,
        (Decimal, Decimal),
        lambda one, other: Decimal(float(one) - float(other)),
    )


def short_months(patch):
    def move(day, months):
        moved = days.add_months(day, months.months)
        return days.make_date(moved.year, moved.month, min(moved.day, 28))

    patch.setitem(arithmetic.ADDITIONS, (date, YearsMonths), move)


def no_zones(patch):
    patch.setattr(temporal.DateTime, "instant", temporal.DateTime.local)


def no_midnight(patch):
    def shift(time, span):
        return Time(abs(time.nanoseconds + span.nanoseconds) % temporal.DAY, time.zone)

    patch.setitem(arithmetic.ADDITIONS, (Time, temporal.DaysTime), shift)


def two_truths(patch):
    patch.setattr(loops, "conjoined", all)


def closed_ranges(patch):
    def above(container, value):
        order = values.compare(container.start, value)
        return None if order is None else order <= 0

    patch.setattr(values, "_above_start", above)


def no_brackets(patch):
    patch.setattr(printer, "_at", lambda node, _: printer.print_tree(node))


def bare_names(patch):
    patch.setattr(printer, "_name", lambda name: name)


def counted_from_zero(patch):
    at = loops._at
    patch.setattr(loops, "_at", lambda items, place, *rest: at(items, place + (place > 0), *rest))


def escaping(patch):
    def negate(value):
        if isinstance(value, Range | str | list | dict):
            raise OSError(value)
        raise FeelFault("No.")

    patch.setattr(operators, "negate", negate)


def rounded_wire(patch):
    patch.setattr(wire, "number_text", lambda value: f"{value:.1f}")


HUNT = settings(
    phases=[Phase.explicit, Phase.generate],
    max_examples=2000,
    derandomize=True,
    database=None,
    deadline=None,
)
"""To find is enough, the smallest example is for people; the same hunt every time."""
BUGS = [
    (floats, laws.test_arithmetic_is_exact_within_its_digits),
    (short_months, laws.test_months_added_keep_the_day_or_take_the_last),
    (no_zones, laws.test_a_zone_shift_keeps_the_instant),
    (no_midnight, laws.test_a_time_goes_round_the_clock),
    (two_truths, laws.test_logic_of_three_values_is_kleenes),
    (closed_ranges, laws.test_comparisons_agree_with_one_another),
    (no_brackets, round_trip.test_a_printed_tree_reads_as_the_same_tree),
    (bare_names, round_trip.test_a_printed_tree_reads_as_the_same_tree),
    (counted_from_zero, laws.test_lists_of_numbers_are_ordered_whole),
    (escaping, properties.test_no_expression_of_the_grammar_raises_anything_unexpected),
    (rounded_wire, properties.test_every_value_survives_the_wire),
]


@pytest.mark.parametrize(("bug", "found_by"), BUGS, ids=[bug.__name__ for bug, _ in BUGS])
def test_a_bug_put_in_is_found(bug, found_by, monkeypatch):
    monkeypatch.setattr(laws, "_COMPILED", {})
    bug(monkeypatch)

    monkeypatch.setattr(found_by, "_hypothesis_internal_use_settings", HUNT)

    with pytest.raises((AssertionError, FeelError, OSError)):
        found_by()

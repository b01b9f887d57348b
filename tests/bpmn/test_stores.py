"""What a data store holds, and what becomes of it by a write."""

from decimal import Decimal

import pytest

from workflows.bpmn.stores import StoreFull, entries_of, value_of, written

ONE, TWO = Decimal(1), Decimal(2)


@pytest.mark.parametrize(
    "value", [None, ONE, "text", [], [ONE], {}, {"a": ONE}, {"": ONE, "a": TWO}, {"a": {}}]
)
def test_entries_hold_every_value(value):
    assert value_of(entries_of(value)) == value


@pytest.mark.parametrize(
    ("before", "path", "value", "after"),
    [
        (None, (), ONE, ONE),
        ({"a": ONE}, (), [TWO], [TWO]),
        ({"a": ONE}, (), None, None),
        (None, ("a",), ONE, {"a": ONE}),
        ({"a": ONE}, ("b",), TWO, {"a": ONE, "b": TWO}),
        ({"a": ONE, "b": TWO}, ("a",), None, {"b": TWO}),
        ({"a": ONE}, ("a",), None, {}),
        ({"a": {"x": ONE}}, ("a", "y"), TWO, {"a": {"x": ONE, "y": TWO}}),
        ({"a": ONE}, ("a", "y"), TWO, {"a": {"y": TWO}}),
        ([ONE], ("a",), TWO, {"a": TWO}),
    ],
)
def test_a_write_replaces_the_whole_or_a_part(before, path, value, after):
    assert value_of(written(entries_of(before), path, value)) == after


@pytest.mark.parametrize(
    ("before", "path", "value"),
    [({"a": ONE}, ("b",), TWO), (None, (), [ONE, TWO]), ([ONE], (), [ONE, TWO])],
)
def test_a_full_store_takes_no_more(before, path, value):
    with pytest.raises(StoreFull, match="2 entries, but room for 1"):
        written(entries_of(before), path, value, 1)


def test_a_store_that_holds_too_much_already_may_lose_some():
    held = entries_of([ONE, ONE, TWO])

    assert value_of(written(held, (), [ONE, TWO], 1)) == [ONE, TWO]

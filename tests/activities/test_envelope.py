from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from activities.envelope import feel_value, python_value, read_values, write_values
from workflows.feel.temporal import DateTime

SHANGHAI = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        Decimal("56801.45"),
        "text",
        date(2026, 10, 12),
        datetime(2026, 10, 12, 10, tzinfo=SHANGHAI),
        [Decimal(1), {"a": "b"}],
    ],
)
def test_a_value_comes_back_as_it_went(value: object):
    assert python_value(feel_value(value)) == value


def test_a_time_bears_its_offset_instead_of_its_region():
    moment = datetime(2026, 10, 12, 10, tzinfo=ZoneInfo("Asia/Shanghai"))

    assert str(feel_value(moment)) == "2026-10-12T10:00:00+08:00"


def test_a_time_without_an_offset_is_nobody_s_time():
    with pytest.raises(ValueError, match="offset"):
        feel_value(datetime(2026, 10, 12, 10))  # noqa: DTZ001 - the point of the test


def test_whole_numbers_and_tuples_become_numbers_and_lists():
    assert feel_value((1, 2)) == [Decimal(1), Decimal(2)]


def test_a_null_is_left_out_at_any_depth():
    wire = write_values({"a": None, "b": {"c": None, "d": 1}})

    assert read_values(wire) == {"b": {"d": Decimal(1)}}


def test_what_feel_does_not_have_is_not_guessed():
    with pytest.raises(TypeError, match="bytes"):
        feel_value(b"x")


def test_a_utc_time_is_a_feel_time():
    assert isinstance(feel_value(datetime(2026, 1, 1, tzinfo=UTC)), DateTime)

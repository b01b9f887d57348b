"""Working days include make-up weekends and leave out holidays; what is not covered is said."""

from datetime import date

import pytest

from tests.domain.calendars import MAKE_UP_DAYS, china_2026


@pytest.mark.parametrize("day", MAKE_UP_DAYS.split())
def test_a_make_up_weekend_day_is_a_working_day(day: str) -> None:
    assert china_2026().is_working_day(date.fromisoformat(f"2026-{day}"))


def test_a_weekday_holiday_is_no_working_day() -> None:
    assert not china_2026().is_working_day(date(2026, 2, 20))


def test_the_start_day_is_not_counted() -> None:
    assert china_2026().add_working_days(date(2026, 3, 2), 1).on == date(2026, 3, 3)


def test_a_count_across_spring_festival_ends_after_it() -> None:
    count = china_2026().add_working_days(date(2026, 2, 13), 2)

    assert (count.on, count.provisional) == (date(2026, 2, 24), False)


def test_a_count_beyond_coverage_is_provisional() -> None:
    count = china_2026().add_working_days(date(2026, 12, 31), 1)

    assert (count.on, count.provisional) == (date(2027, 1, 1), True)


def test_a_rest_day_rolls_to_the_next_working_day() -> None:
    assert china_2026().roll_forward(date(2026, 10, 1)).on == date(2026, 10, 8)


def test_a_working_day_does_not_roll() -> None:
    assert china_2026().roll_forward(date(2026, 9, 30)).on == date(2026, 9, 30)


def test_working_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="zero or more"):
        china_2026().add_working_days(date(2026, 9, 30), -1)

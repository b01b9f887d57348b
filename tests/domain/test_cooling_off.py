"""Cooling-off is counted from the day after receipt; its last day rolls where the product says."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.domain.calendars import china_2026
from workflows.domain.cooling_off import cooling_off_period, is_within
from workflows.domain.policy import CoolingOffRule

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("receipt", "rolls", "arrives", "last_day", "within"),
    [
        ("2026-09-15", True, "2026-09-30T23:59:59", "2026-09-30", True),
        ("2026-09-15", True, "2026-10-01T00:00:01", "2026-09-30", False),
        ("2026-09-16", True, "2026-10-08T17:00:00", "2026-10-08", True),
        ("2026-09-16", False, "2026-10-08T17:00:00", "2026-10-01", False),
    ],
)
def test_scenario_s2_row(
    receipt: str, rolls: bool, arrives: str, last_day: str, within: bool
) -> None:
    rule = CoolingOffRule(days=15, roll=rolls)
    notice = datetime.fromisoformat(arrives).replace(tzinfo=SHANGHAI)

    period = cooling_off_period(rule, date.fromisoformat(receipt), china_2026(), SHANGHAI)

    assert (period.last_day.isoformat(), is_within(period, notice)) == (last_day, within)


def test_the_counted_last_day_is_kept_beside_the_rolled_one() -> None:
    period = cooling_off_period(CoolingOffRule(days=15), date(2026, 9, 16), china_2026(), SHANGHAI)

    assert period.last_day_strict == date(2026, 10, 1)


def test_a_notice_within_the_last_second_is_in_time() -> None:
    period = cooling_off_period(CoolingOffRule(days=15), date(2026, 9, 15), china_2026(), SHANGHAI)

    notice = datetime(2026, 9, 30, 23, 59, 59, 999_999, tzinfo=SHANGHAI)

    assert is_within(period, notice)

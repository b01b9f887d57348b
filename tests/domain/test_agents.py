"""By when holders hear that their agent has left."""

from datetime import date
from zoneinfo import ZoneInfo

from tests.domain.calendars import china_2026
from tests.domain.packs import clock
from workflows.domain.agents import is_served, notice_limit

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_the_limit_is_thirty_natural_days_and_the_target_the_last_working_day_within_them():
    due = notice_limit(clock("K-ORP"), date(2026, 9, 1), china_2026(), SHANGHAI)

    assert due.limit.due_strict.isoformat() == "2026-10-01T23:59:59+08:00"
    assert due.target.isoformat() == "2026-09-30T23:59:59+08:00"


def test_a_limit_that_ends_on_a_working_day_is_its_own_target():
    due = notice_limit(clock("K-ORP"), date(2026, 9, 13), china_2026(), SHANGHAI)

    assert due.limit.due_on == due.target.date() == date(2026, 10, 13)


def test_a_make_up_working_day_counts_as_one():
    assert china_2026().roll_back(date(2026, 10, 11)).on == date(2026, 10, 10)


def test_policies_that_are_over_need_nobody():
    assert [is_served(state) for state in ("IN_FORCE", "LAPSED", "TERMINATED", "MATURED")] == [
        True,
        True,
        False,
        False,
    ]

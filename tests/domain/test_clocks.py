"""Limits warn at four fifths, end at 24:00 and keep a strict end beside the legal one."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.domain.calendars import china_2026
from tests.domain.packs import CN, clock
from workflows.domain.clocks import Clock, deadline, end_of_day

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_a_limit_ends_with_the_last_second_of_its_last_day() -> None:
    limit = deadline(clock("K-ACC"), at("2026-10-12T10:00"), china_2026(), SHANGHAI)

    assert limit.due_strict == at("2026-10-14T23:59:59")


def test_five_working_days_warn_after_four() -> None:
    limit = deadline(clock("K-DO"), at("2026-09-24T10:00"), china_2026(), SHANGHAI)

    assert (limit.warn_at, limit.due_on) == (at("2026-10-08T18:00"), date(2026, 10, 9))


def test_a_warning_is_never_before_the_start() -> None:
    """A limit of one day that starts after the close of business."""
    short = replace(clock("K-ACC"), length=1)
    limit = deadline(short, at("2026-10-12T19:00"), china_2026(), SHANGHAI)

    assert limit.warn_at == limit.started_at


def test_thirty_natural_days_warn_after_twenty_four() -> None:
    limit = deadline(clock("K-SUR"), at("2026-10-12T10:00"), china_2026(), SHANGHAI)

    assert limit.warn_at.date() == date(2026, 11, 5)


def test_a_strict_end_never_rolls_but_the_legal_one_does() -> None:
    limit = deadline(clock("K-SUR"), at("2026-09-01T10:00"), china_2026(), SHANGHAI)

    assert (limit.due_strict, limit.due_legal) == (
        at("2026-10-01T23:59:59"),
        at("2026-10-08T23:59:59"),
    )


@pytest.mark.parametrize(
    ("rule", "start", "due", "target"),
    [
        ("K-CMP", "2026-09-18", "2026-10-03", "2026-09-30"),
        ("K-PAY", "2026-07-29", "2026-08-08", "2026-08-07"),
        ("K-ORP", "2026-09-01", "2026-10-01", "2026-09-30"),
        ("K-DO", "2026-09-24", "2026-10-09", "2026-10-09"),
    ],
)
def test_what_ends_on_a_rest_day_is_meant_for_the_working_day_before(
    rule: str, start: str, due: str, target: str
) -> None:
    limit = deadline(clock(rule), at(f"{start}T10:00"), china_2026(), SHANGHAI)

    assert (str(limit.due_on), str(limit.target_on)) == (due, target)


def test_no_target_lies_before_the_start() -> None:
    short = replace(clock("K-PAY"), length=1)
    limit = deadline(short, at("2026-10-03T10:00"), china_2026(), SHANGHAI)

    assert limit.target_on == date(2026, 10, 3)


def test_the_day_of_a_start_is_its_local_day() -> None:
    late_utc = datetime.fromisoformat("2026-10-11T17:00:00+00:00")

    limit = deadline(clock("K-ACC"), late_utc, china_2026(), SHANGHAI)

    assert limit.due_on == date(2026, 10, 14)


def test_a_limit_beyond_coverage_is_provisional() -> None:
    limit = deadline(clock("K-DO"), at("2026-12-30T10:00"), china_2026(), SHANGHAI)

    assert limit.provisional


def test_every_rule_names_its_legal_basis() -> None:
    assert all(limit.basis and limit.rule.basis == limit.basis for limit in CN.limits)


def test_a_day_ends_at_its_last_second() -> None:
    assert end_of_day(date(2026, 10, 8), SHANGHAI) == at("2026-10-08T23:59:59")


def test_the_last_day_of_a_limit_counts_to_its_last_moment() -> None:
    limit = deadline(clock("K-SUR"), at("2026-10-12T10:00"), china_2026(), SHANGHAI)

    assert not limit.is_over(at("2026-11-11T23:59:59.999999"))
    assert limit.is_over(at("2026-11-12T00:00"))


def test_a_clock_alarms_at_half_at_its_warning_and_at_its_end() -> None:
    limit = deadline(clock("K-SUR"), at("2026-10-12T10:00"), china_2026(), SHANGHAI)
    runs = Clock(case_id="BQ-1", deadline=limit)
    days = [at(f"2026-{day}T12:00") for day in ("10-20", "10-28", "11-06", "11-12")]

    assert [runs.alarm(day) for day in days] == [0, 50, 80, 100]
    assert {replace(runs, paused_at=days[0]).alarm(day) for day in days} == {0}
    assert {replace(runs, state="MET").alarm(day) for day in days} == {0}
    assert replace(runs, state="BREACHED").alarm(days[0]) == 100

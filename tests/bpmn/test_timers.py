"""What a timer's text means, and when it falls due (S26)."""

from datetime import UTC, datetime, timedelta

import pytest

from workflows.bpmn.timers import (
    CronTimer,
    CycleTimer,
    DateTimer,
    DurationTimer,
    TimerError,
    first_firing,
    next_firing,
    parse_timer,
    timer_of,
)
from workflows.feel import DaysTime, YearsMonths

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def at(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("form", "text", "kind"),
    [
        ("date", "2026-01-01T00:00:00Z", DateTimer),
        ("date", "2026-01-01T00:00:00+02:00[Europe/Berlin]", DateTimer),
        ("date", "2026-01-01T00:00:00", DateTimer),
        ("duration", "PT15M", DurationTimer),
        ("duration", "P1Y2M", DurationTimer),
        ("duration", "PT0S", DurationTimer),
        ("cycle", "R3/PT1H", CycleTimer),
        ("cycle", "R/PT1H", CycleTimer),
        ("cycle", "R/2026-01-01T00:00:00Z/P1D", CycleTimer),
        ("cycle", "0 0 9 ? * MON", CronTimer),
        ("cycle", "@daily", CronTimer),
    ],
)
def test_a_timer_is_read(form, text, kind):
    assert isinstance(parse_timer(form, text), kind)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("date", "tomorrow"),
        ("date", "2026-02-30T00:00:00Z"),
        ("date", ""),
        ("duration", "1 hour"),
        ("duration", "-PT1H"),
        ("duration", ""),
        ("cycle", "R0/PT1H"),
        ("cycle", "R" + "9" * 5000 + "/PT1H"),
        ("cycle", "R/PT0S"),
        ("cycle", "R3"),
        ("cycle", "R-1/PT1H"),
        ("cycle", "R3/PT1H/PT1H/PT1H"),
        ("cycle", "0 0 9 ? *"),
        ("cycle", ""),
    ],
)
def test_what_is_no_timer_is_refused(form, text):
    with pytest.raises(TimerError):
        parse_timer(form, text)


def test_values_of_an_expression_are_timers():
    assert timer_of("duration", DaysTime(1)) == DurationTimer(DaysTime(1))
    assert timer_of("cycle", YearsMonths(1)) == CycleTimer(None, YearsMonths(1), None)
    with pytest.raises(TimerError):
        timer_of("duration", None)


def series(text, count, now=NOW, zone=None, form="cycle"):
    timer = parse_timer(form, text)
    firing = first_firing(timer, now, zone)
    found = [firing.due]
    while len(found) < count:
        following = next_firing(timer, firing, firing.due, zone)
        if following is None:
            break
        firing = following
        found.append(firing.due)
    return found


def test_a_cycle_executes_as_often_as_it_says():
    assert series("R3/PT1H", 9) == [NOW + timedelta(hours=hours) for hours in (1, 2, 3)]


def test_months_keep_the_day_of_the_series():
    days = [due.date().isoformat() for due in series("R/P1M", 4)]

    assert days == ["2026-02-28", "2026-03-28", "2026-04-28", "2026-05-28"]


def test_months_from_a_start_do_not_drift():
    days = [due.date().isoformat() for due in series("R/2026-01-31T00:00:00Z/P1M", 4)]

    assert days == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


def test_missed_members_of_a_series_are_passed_over():
    timer = parse_timer("cycle", "R/PT1H")
    first = first_firing(timer, NOW, None)

    following = next_firing(timer, first, NOW + timedelta(hours=7, minutes=1), None)

    assert following is not None
    assert following.due == NOW + timedelta(hours=8)


def test_a_late_firing_does_not_move_the_series():
    timer = parse_timer("cycle", "R/PT1H")
    first = first_firing(timer, NOW, None)

    following = next_firing(timer, first, first.due + timedelta(minutes=59), None)

    assert following is not None
    assert following.due == first.due + timedelta(hours=1)


def test_a_local_time_is_read_in_the_zone():
    due = first_firing(parse_timer("date", "2026-03-01T08:00:00"), NOW, "Asia/Shanghai").due

    assert due == at("2026-03-01T00:00:00+00:00")


def test_a_zone_in_the_text_wins():
    text = "2026-03-01T08:00:00+01:00"

    assert first_firing(parse_timer("date", text), NOW, "Asia/Shanghai").due == at(text)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("0 0 9 ? * MON", "2026-02-02T09:00:00+00:00"),
        ("30 15 10 * * *", "2026-02-01T10:15:30+00:00"),
        ("0 */15 * * * *", "2026-01-31T12:15:00+00:00"),
        ("0 0 12 31 * ?", "2026-03-31T12:00:00+00:00"),
        ("0 0 0 L * ?", "2026-02-28T00:00:00+00:00"),
        ("0 0 0 LW * ?", "2026-02-27T00:00:00+00:00"),
        ("0 0 0 1W * ?", "2026-02-02T00:00:00+00:00"),
        ("0 0 0 ? * FRI#2", "2026-02-13T00:00:00+00:00"),
        ("0 0 0 ? * FRIL", "2026-02-27T00:00:00+00:00"),
        ("0 0 0 29 2 ?", "2028-02-29T00:00:00+00:00"),
        ("0 0 0 ? JUN 7", "2026-06-07T00:00:00+00:00"),
        ("0 0 0 1-5/2 3 ?", "2026-03-01T00:00:00+00:00"),
        ("@yearly", "2027-01-01T00:00:00+00:00"),
        ("@hourly", "2026-01-31T13:00:00+00:00"),
    ],
)
def test_cron(text, due):
    assert series(text, 1) == [at(due)]


@pytest.mark.parametrize(
    "text",
    ["60 * * * * *", "* * 24 * * *", "* * * 0 * *", "* * * * 13 *", "* * * * * 8", "a * * * * *",
     "*/0 * * * * *", "5-1 * * * * *", "* * * * * MON#6"],
)  # fmt: skip
def test_cron_that_is_none(text):
    with pytest.raises(TimerError):
        parse_timer("cycle", text)


def test_cron_that_never_comes():
    timer = parse_timer("cycle", "0 0 0 30 2 ?")

    with pytest.raises(TimerError):
        first_firing(timer, NOW, None)


def test_cron_counts_on_the_local_clock():
    assert series("0 0 9 * * *", 1, zone="Asia/Shanghai") == [at("2026-02-01T09:00:00+08:00")]


def test_cron_goes_on_through_the_end_of_summer_time():
    now = at("2026-10-25T00:30:00+00:00")

    dues = series("0 0 * * * *", 5, now=now, zone="Europe/Berlin")

    assert dues == sorted(set(dues))
    assert all(due > now for due in dues)
    assert dues[-1] <= now + timedelta(hours=6)


def test_a_timer_beyond_the_calendar_is_refused():
    with pytest.raises(TimerError):
        first_firing(parse_timer("duration", "P9000Y"), NOW, None)

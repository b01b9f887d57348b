"""Timers: dates, durations, cycles and cron, read from text and counted on (S26).

The compiler reads static timers with it, the interpreter evaluated ones; both mean the same.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Literal

from workflows.bpmn.cron import Cron, next_match, parse_cron
from workflows.feel import Value
from workflows.feel.errors import FeelError
from workflows.feel.temporal import (
    DateTime,
    DaysTime,
    Duration,
    YearsMonths,
    parse_date_time,
    parse_duration,
    zone_info,
)

Form = Literal["date", "duration", "cycle"]


MAX_COUNT_DIGITS = 9
"""A cycle that is to run more often than this many digits tell is a slip of the pen."""


class TimerError(ValueError):
    """A timer that cannot be read, or that never falls due."""


@dataclass(frozen=True, slots=True)
class DateTimer:
    """Falls due once, at a moment."""

    moment: DateTime


@dataclass(frozen=True, slots=True)
class DurationTimer:
    """Falls due once, after a time."""

    duration: Duration


@dataclass(frozen=True, slots=True)
class CycleTimer:
    """Falls due again and again, at a fixed distance."""

    executions: int | None
    """How often; None is without end."""
    interval: Duration
    start: DateTime | None


@dataclass(frozen=True, slots=True)
class CronTimer:
    """Falls due whenever the calendar matches."""

    cron: Cron


Timer = DateTimer | DurationTimer | CycleTimer | CronTimer


# --- reading ----------------------------------------------------------------------------------


def parse_timer(form: Form, text: str) -> Timer:
    """Read a timer's text; raises TimerError with the reason."""
    text = text.strip()
    try:
        match form:
            case "date":
                return DateTimer(parse_date_time(text))
            case "duration":
                return DurationTimer(_checked(parse_duration(text), text))
            case "cycle":
                return _parse_cycle(text)
    except FeelError as error:
        raise TimerError(str(error)) from None


def timer_of(form: Form, value: Value) -> Timer:
    """Read a timer from what an expression gave: a text, or FEEL's own temporal values."""
    match form, value:
        case _, str():
            return parse_timer(form, value)
        case "date", DateTime():
            return DateTimer(value)
        case "date", date():
            return DateTimer(DateTime(value, 0))
        case "duration", YearsMonths() | DaysTime():
            return DurationTimer(value)
        case "cycle", YearsMonths() | DaysTime():
            return CycleTimer(None, _lasting(value, str(value)), None)
        case _:
            raise TimerError(f"A timer's {form} cannot be read from this value.")


def _parse_cycle(text: str) -> Timer:
    if not text.startswith("R"):
        try:
            return CronTimer(parse_cron(text))
        except ValueError as error:
            raise TimerError(str(error)) from None
    repeat, *parts = text.split("/")
    count = repeat[1:]
    if (count and not _is_count(count)) or len(parts) not in (1, 2):
        raise TimerError(f"'{text[:80]}' is no cycle such as R3/PT1H or R/PT1H.")
    start = parse_date_time(parts[0]) if len(parts) > 1 else None
    if count and int(count) < 1:
        raise TimerError(f"'{text[:80]}' never falls due.")
    interval = _lasting(parse_duration(parts[-1]), text)
    return CycleTimer(int(count) if count else None, interval, start)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MAX_COUNT_DIGITS


def _checked(duration: Duration, text: str) -> Duration:
    """A timer may be due at once, never before it was set."""
    if _size(duration) < 0:
        raise TimerError(f"'{text[:80]}' is a negative duration.")
    return duration


def _lasting(duration: Duration, text: str) -> Duration:
    if _size(duration) <= 0:
        raise TimerError(f"'{text[:80]}' has no length.")
    return duration


def _size(duration: Duration) -> int:
    return duration.months if isinstance(duration, YearsMonths) else duration.nanoseconds


# --- counting ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Firing:
    """When a timer is due, and what comes after."""

    due: datetime
    anchor: datetime
    """The first of a series: the later ones are counted from it, so that a cycle never drifts."""
    left: int
    """Executions after this one; -1 is without end."""


def first_firing(timer: Timer, now: datetime, zone: str | None) -> Firing:
    """Tell when a timer set now falls due for the first time."""
    try:
        place = _place(zone)
        match timer:
            case DateTimer():
                due = _moment(timer.moment, place)
                return Firing(due, due, 0)
            case DurationTimer():
                due = after(now, timer.duration, 1, place)
                return Firing(due, due, 0)
            case CycleTimer(start=start):
                due = (
                    after(now, timer.interval, 1, place) if start is None else _moment(start, place)
                )
                return Firing(due, due, _left(timer))
            case CronTimer():
                due = _cron_due(timer.cron, now, place)
                return Firing(due, due, -1)
    except (OverflowError, ValueError, FeelError) as error:
        raise TimerError(f"The timer is beyond the calendar: {error}") from None


def next_firing(timer: Timer, last: Firing, now: datetime, zone: str | None) -> Firing | None:
    """Tell when a series goes on after a firing; what was missed up to now is not repeated."""
    if last.left == 0:
        return None
    left = last.left - 1 if last.left > 0 else -1
    try:
        place = _place(zone)
        match timer:
            case CycleTimer():
                return Firing(_following(timer.interval, last, now, place), last.anchor, left)
            case CronTimer():
                due = _cron_due(timer.cron, max(last.due, now), place)
                return Firing(due, last.anchor, left)
            case _:
                return None
    except (OverflowError, ValueError, FeelError):
        return None


def _left(timer: CycleTimer) -> int:
    return -1 if timer.executions is None else timer.executions - 1


def _following(interval: Duration, last: Firing, now: datetime, place: tzinfo) -> datetime:
    """Find the first member of the series after both the last firing and the present."""
    passed = max(last.due, now) - last.anchor
    if isinstance(interval, DaysTime):
        count = passed // interval.to_timedelta()
        return after(last.anchor, interval, count + 1, place)
    count = max(1, passed.days // (interval.months * 31))
    while (due := after(last.anchor, interval, count, place)) <= max(last.due, now):
        count += 1
    return due


def after(start: datetime, duration: Duration, times: int, place: tzinfo) -> datetime:
    """Move a moment by a duration, several times over; months count on the local calendar."""
    if isinstance(duration, DaysTime):
        return start.astimezone(UTC) + times * duration.to_timedelta()
    local = start.astimezone(place)
    year, month = divmod(local.year * 12 + local.month - 1 + times * duration.months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day).astimezone(UTC)


def _place(zone: str | None) -> tzinfo:
    return UTC if zone is None else zone_info(zone)


def _moment(moment: DateTime, place: tzinfo) -> datetime:
    told = moment.to_datetime()
    return (told if told.tzinfo is not None else told.replace(tzinfo=place)).astimezone(UTC)


def _cron_due(cron: Cron, moment: datetime, place: tzinfo) -> datetime:
    """Count on the local clock; an hour that the clock tells twice counts both times."""
    local = moment.astimezone(place).replace(tzinfo=None)
    found = next_match(cron, local)
    if found is None:
        raise TimerError("The cron expression never falls due.")
    due = found.replace(tzinfo=place, fold=0).astimezone(UTC)
    if due <= moment:
        due = found.replace(tzinfo=place, fold=1).astimezone(UTC)
    return due


__all__ = [
    "CronTimer", "CycleTimer", "DateTimer", "DurationTimer", "Firing", "Form", "Timer",
    "TimerError", "after", "first_firing", "next_firing", "parse_timer", "timer_of",
]  # fmt: skip

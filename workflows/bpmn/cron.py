"""Cron with seconds: six fields, read and counted on.

Fields: second, minute, hour, day of month, month, day of week. ``?`` and ``*`` mean any; lists,
ranges and steps are read; months and weekdays have names; ``L`` is the last day of the month,
``15W`` the working day (Monday to Friday) nearest to the 15th, ``MON#2`` the second Monday,
``FRIL`` the last Friday. 0 and 7 are Sunday.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MACROS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_FIELDS = 6
_HORIZON_YEARS = 8
"""A leap day on a given weekday may be decades away; eight years hold every leap day."""
_WEEK = 7
_SATURDAY, _SUNDAY = 5, 6

DayRule = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron expression, read."""

    text: str
    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[DayRule, ...]
    months: tuple[int, ...]
    weekdays: tuple[DayRule, ...]


def parse_cron(text: str) -> Cron:
    """Read a cron expression; raises ValueError with the reason."""
    fields = _MACROS.get(text, text).upper().split()
    if len(fields) != _FIELDS:
        raise ValueError(
            f"'{text[:80]}' is neither a cycle such as R3/PT1H nor cron with six fields."
        )
    second, minute, hour, day, month, weekday = fields
    return Cron(
        text,
        _numbers(second, 0, 59),
        _numbers(minute, 0, 59),
        _numbers(hour, 0, 23),
        tuple(_day_rule(part) for part in day.split(",")),
        _numbers(_named(month, _MONTHS, 1), 1, 12),
        tuple(_weekday_rule(_named(part, _WEEKDAYS, 0)) for part in weekday.split(",")),
    )


def next_match(cron: Cron, moment: datetime) -> datetime | None:
    """Find the first match after a moment; None when there is none within eight years."""
    day, clock = moment.date(), moment.time().replace(microsecond=0)
    found = _clock_after(cron, clock) if _matches(cron, day) else None
    last = day.toordinal() + _HORIZON_YEARS * 366
    while found is None:
        day = _following_day(cron, day)
        if day.toordinal() > last:
            return None
        if _matches(cron, day):
            found = time(cron.hours[0], cron.minutes[0], cron.seconds[0])
    return datetime.combine(day, found)


def _following_day(cron: Cron, day: date) -> date:
    day += timedelta(days=1)
    while day.month not in cron.months:
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day


def _matches(cron: Cron, day: date) -> bool:
    return (
        day.month in cron.months
        and any(rule(day) for rule in cron.days)
        and any(rule(day) for rule in cron.weekdays)
    )


def _clock_after(cron: Cron, clock: time) -> time | None:
    """The first time of day after the given one, by the fields' numbers."""
    for hour in cron.hours:
        if hour < clock.hour:
            continue
        for minute in cron.minutes:
            if (hour, minute) < (clock.hour, clock.minute):
                continue
            for second in cron.seconds:
                if (hour, minute, second) > (clock.hour, clock.minute, clock.second):
                    return time(hour, minute, second)
    return None


def _named(field: str, names: tuple[str, ...], first: int) -> str:
    for number, name in enumerate(names, first):
        field = field.replace(name, str(number))
    return field


def _numbers(field: str, low: int, high: int) -> tuple[int, ...]:
    """The numbers that a field of lists, ranges and steps allows."""
    found: set[int] = set()
    for part in field.split(","):
        shape = re.fullmatch(r"(\*|\?|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?", part, re.ASCII)
        if not shape:
            raise ValueError(f"'{part[:40]}' is no cron field.")
        step = int(shape[4] or 1)
        start = int(shape[2]) if shape[2] else low
        end = int(shape[3]) if shape[3] else (high if not shape[2] or shape[4] else start)
        if not (low <= start <= end <= high and step):
            raise ValueError(f"'{part[:40]}' is not within {low} to {high}.")
        found.update(range(start, end + 1, step))
    return tuple(sorted(found))


def _day_rule(part: str) -> DayRule:
    """One entry of the day-of-month field."""
    if part == "L":
        return lambda day: day.day == monthrange(day.year, day.month)[1]
    if back := re.fullmatch(r"L-(\d{1,2})", part, re.ASCII):
        offset = int(back[1])
        return lambda day: day.day == monthrange(day.year, day.month)[1] - offset
    if part == "LW":
        return lambda day: day == _working_day_near(day, monthrange(day.year, day.month)[1])
    if near := re.fullmatch(r"(\d{1,2})W", part, re.ASCII):
        (wanted,) = _numbers(near[1], 1, 31)
        return lambda day: day == _working_day_near(day, wanted)
    days = frozenset(_numbers(part, 1, 31))
    return lambda day: day.day in days


def _working_day_near(day: date, wanted: int) -> date | None:
    """The Monday to Friday nearest to the wanted day, within the month."""
    length = monthrange(day.year, day.month)[1]
    if wanted > length:
        return None
    target = day.replace(day=wanted)
    if target.weekday() == _SATURDAY:
        return target + timedelta(days=-1 if wanted > 1 else 2)
    if target.weekday() == _SUNDAY:
        return target + timedelta(days=1 if wanted < length else -2)
    return target


def _weekday_rule(part: str) -> DayRule:
    """One entry of the day-of-week field; 0 and 7 are Sunday."""
    if last := re.fullmatch(r"(\d)L", part, re.ASCII):
        (weekday,) = _numbers(last[1], 0, 7)
        return lambda day: (
            _on(day, weekday) and day.day > monthrange(day.year, day.month)[1] - _WEEK
        )
    if nth := re.fullmatch(r"(\d)#([1-5])", part, re.ASCII):
        (weekday,), position = _numbers(nth[1], 0, 7), int(nth[2])
        return lambda day: _on(day, weekday) and (day.day - 1) // _WEEK == position - 1
    weekdays = frozenset(number % _WEEK for number in _numbers(part, 0, 7))
    return lambda day: day.isoweekday() % _WEEK in weekdays


def _on(day: date, weekday: int) -> bool:
    return day.isoweekday() % _WEEK == weekday % _WEEK

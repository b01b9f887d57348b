"""Calendar days of any year.

A day is Python's ``date`` where that has one (the years 1 to 9999), else a FarDate. The calendar
repeats itself every 400 years, weekdays included, so a far day is reckoned as its like near 2000.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from workflows.feel.errors import FeelFault

MAX_YEAR = 999_999_999
CYCLE_YEARS, CYCLE_DAYS = 400, 146_097
_FIRST = date(2000, 1, 1)

DAY_PATTERN = r"(?P<year>-?(?:\d{4}|[1-9]\d{4,8}))-(?P<month>\d{2})-(?P<day>\d{2})"
_DATE_TEXT = re.compile(DAY_PATTERN, re.ASCII)


@dataclass(frozen=True, slots=True)
class FarDate:
    """A date of a year before 1 or after 9999."""

    year: int
    month: int
    day: int

    def toordinal(self) -> int:
        """Count the days as Python's date does: the first of January of year 1 is 1."""
        cycles = (self.year - _FIRST.year) // CYCLE_YEARS
        return like(self).toordinal() + cycles * CYCLE_DAYS

    def isoformat(self) -> str:
        """Write the date."""
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04}-{self.month:02}-{self.day:02}"


Day = date | FarDate


def like(day: Day) -> date:
    """Find the day of the years 2000 to 2399 that has the same place in the calendar."""
    return date(_like_year(day.year), day.month, day.day)


def _like_year(year: int) -> int:
    return _FIRST.year + (year - _FIRST.year) % CYCLE_YEARS


def make_date(year: int, month: int, day: int) -> Day:
    """Make a date; one that the calendar lacks is a fault."""
    if abs(year) > MAX_YEAR:
        raise FeelFault("The year is out of range.")
    try:
        near = date(_like_year(year), month, day)
    except ValueError:
        raise FeelFault(f"There is no date {year}-{month:02}-{day:02}.") from None
    if date.min.year <= year <= date.max.year:
        return near.replace(year=year)
    return FarDate(year, month, day)


def day_of(ordinal: int) -> Day:
    """Find the day of an ordinal."""
    cycles, rest = divmod(ordinal - _FIRST.toordinal(), CYCLE_DAYS)
    near = date.fromordinal(_FIRST.toordinal() + rest)
    return make_date(near.year + cycles * CYCLE_YEARS, near.month, near.day)


def add_months(day: Day, months: int) -> Day:
    """Move a date by months; the day is kept, or the last one of a shorter month taken."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return make_date(year, month + 1, min(day.day, month_length(year, month + 1)))


def month_length(year: int, month: int) -> int:
    """Count the days of a month."""
    return monthrange(_like_year(year), month)[1]


def months_between(start: Day, end: Day) -> int:
    """Count the whole months from one date to another; negative when it goes back."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        return months - 1
    return months + 1 if months < 0 and end.day > start.day else months


def is_date_text(text: str) -> bool:
    """Tell whether a text has the form of a date."""
    return _DATE_TEXT.fullmatch(text) is not None


def parse_date(text: str) -> Day:
    """Read a lexical date."""
    found = _DATE_TEXT.fullmatch(text)
    if not found:
        raise FeelFault(f"'{text[:40]}' is no date.")
    return read_date(found)


def read_date(found: re.Match[str]) -> Day:
    """Make the date of a match of the pattern."""
    return make_date(int(found["year"]), int(found["month"]), int(found["day"]))

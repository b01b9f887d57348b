"""Working days: a calendar given as data, with the day up to which it is known to be right."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """A day reached by counting; provisional when it needed a day beyond coverage."""

    on: date
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """Exceptions to Monday-to-Friday: rest days on weekdays, make-up working days on weekends."""

    jurisdiction: str
    exceptions: Mapping[date, bool]
    """True: a working day although a weekend (调休). False: a rest day although a weekday."""
    covered_from: date
    covered_until: date
    """The last day the official notice covers; later days follow statutory days only."""

    def is_working_day(self, day: date) -> bool:
        """Whether ``day`` is a working day 工作日."""
        exception = self.exceptions.get(day)
        return day.weekday() < _SATURDAY if exception is None else exception

    def is_covered(self, day: date) -> bool:
        """Whether what the calendar says of ``day`` rests on an official notice."""
        return self.covered_from <= day <= self.covered_until

    def add_working_days(self, start: date, count: int) -> DayCount:
        """The ``count``-th working day after ``start``; the start day is not counted."""
        if count < 0:
            raise ValueError(f"Expected zero or more working days, but got {count}")
        day, left, covered = start, count, True
        while left:
            day += timedelta(days=1)
            covered = covered and self.is_covered(day)
            left -= self.is_working_day(day)
        return DayCount(on=day, provisional=not covered)

    def roll_forward(self, day: date) -> DayCount:
        """``day`` itself when it is a working day, else the first working day after it."""
        covered = self.is_covered(day)
        while not self.is_working_day(day):
            day += timedelta(days=1)
            covered = covered and self.is_covered(day)
        return DayCount(on=day, provisional=not covered)

    def roll_back(self, day: date) -> DayCount:
        """``day`` itself when it is a working day, else the last working day before it."""
        covered = self.is_covered(day)
        while not self.is_working_day(day):
            day -= timedelta(days=1)
            covered = covered and self.is_covered(day)
        return DayCount(on=day, provisional=not covered)

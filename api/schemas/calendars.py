"""Working-day calendars as they are shown."""

from typing import Annotated

from pydantic import Field

from api.schemas.shapes import Asking, Day, Seen


class CalendarQuery(Asking):
    """Which year; the present one when absent."""

    year: Annotated[int, Field(ge=1990, le=2100)] | None = None


class CalendarDaySeen(Seen):
    """A day that is not what its weekday says."""

    day: Day
    working: bool
    """True: a make-up working day (调休). False: a rest day on a weekday."""
    name: str


class CalendarSeen(Seen):
    """A year of a calendar, and how far it rests on an official notice."""

    jurisdiction: str
    version: int
    source: str
    covered_from: Day
    covered_until: Day
    """Later days follow statutory days only: limits that need them are provisional."""
    year: int
    provisional: bool
    """Some day of the year lies beyond what is known."""
    days: list[CalendarDaySeen]
    provisional_clocks: int
    """Limits of cases that run on such days, in every calendar."""

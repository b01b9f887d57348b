"""Working-day calendars seeded from the ``holidays`` package, with the coverage it really has."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

from holidays import country_holidays
from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.tables import people

_SATURDAY = 5
_FIRST_YEAR, _LAST_YEAR = 2018, 2030
_SOURCES = {"CN": "State Council notices", "HK": "General holidays in the Gazette"}
_GAZETTED_UNTIL = {"HK": 2027}


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """A day that is not what its weekday says."""

    day: date
    working: bool
    name: str


async def seed_calendar(connection: AsyncConnection, jurisdiction: str = "CN") -> None:
    """Put the calendar of a jurisdiction into the database, in place of what was there."""
    days = list(_days(jurisdiction))
    latest = select(func.coalesce(func.max(people.calendars.c.version), 0)).where(
        people.calendars.c.jurisdiction == jurisdiction
    )
    calendar_version = (await connection.execute(latest)).scalar_one() + 1
    for table in (people.calendar_days, people.calendars):
        await connection.execute(delete(table).where(table.c.jurisdiction == jurisdiction))
    await connection.execute(
        insert(people.calendars).values(
            jurisdiction=jurisdiction,
            covered_from=date(_FIRST_YEAR, 1, 1),
            covered_until=date(_noticed_until(jurisdiction, days), 12, 31),
            source=f"{_SOURCES[jurisdiction]}, as in holidays {version('holidays')}",
            version=calendar_version,
        )
    )
    await connection.execute(
        insert(people.calendar_days),
        [
            {
                "jurisdiction": jurisdiction,
                "day": day.day,
                "working": day.working,
                "name": day.name,
            }
            for day in days
        ],
    )


def _days(jurisdiction: str) -> Iterator[CalendarDay]:
    noticed = country_holidays(jurisdiction, years=range(_FIRST_YEAR, _LAST_YEAR + 1))
    for day, name in sorted(noticed.items()):
        if day.weekday() < _SATURDAY:
            yield CalendarDay(day=day, working=False, name=name)
    for day in sorted(noticed.weekend_workdays):
        if _FIRST_YEAR <= day.year <= _LAST_YEAR:
            yield CalendarDay(day=day, working=True, name="Make-up working day 调休上班")


def _noticed_until(jurisdiction: str, days: list[CalendarDay]) -> int:
    """Make-up days come with the yearly notice only: years without any are not covered yet.

    Where no such days are given, what was gazetted when this was written counts.
    """
    if jurisdiction in _GAZETTED_UNTIL:
        return _GAZETTED_UNTIL[jurisdiction]
    return max(day.day.year for day in days if day.working)

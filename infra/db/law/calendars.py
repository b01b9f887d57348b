"""Working-day calendars as data, read again only when their version changed."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.tables import cases, people
from workflows.domain.calendar import WorkingCalendar

_calendars = people.calendars
_days = people.calendar_days


CalendarCache = MutableMapping[tuple[str, int], WorkingCalendar]
"""Calendars by jurisdiction and version; a version is never written twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSheet:
    """A year of a calendar: what is not as its weekday says, and how far it is known."""

    jurisdiction: str
    version: int
    source: str
    covered_from: date
    covered_until: date
    days: tuple[tuple[date, bool, str], ...]
    """Day, whether it is worked on, and why."""
    provisional_clocks: int
    """Limits that run on days nobody has given notice of yet."""


class CalendarTable:
    """The calendars of jurisdictions."""

    def __init__(self, connection: AsyncConnection, cache: CalendarCache) -> None:
        self._connection = connection
        self._cache = cache

    async def load(self, jurisdiction: str = "CN") -> WorkingCalendar:
        """The calendar in force."""
        head = (
            await self._connection.execute(
                select(_calendars).where(_calendars.c.jurisdiction == jurisdiction)
            )
        ).first()
        if head is None:
            raise LookupError(f"Expected a calendar of {jurisdiction}, but none is loaded")
        key = (jurisdiction, head.version)
        known = self._cache.get(key)
        if known is None:
            known = await self._read(jurisdiction, head)
            self._cache[key] = known
        return known

    async def covered_until(self, jurisdiction: str) -> date | None:
        """The last day that a calendar knows; None: it is not loaded."""
        query = select(_calendars.c.covered_until).where(_calendars.c.jurisdiction == jurisdiction)
        found: date | None = (await self._connection.execute(query)).scalar()
        return found

    async def sheet(self, jurisdiction: str, year: int) -> CalendarSheet | None:
        """A year of a calendar; None: it is not loaded."""
        query = select(_calendars).where(_calendars.c.jurisdiction == jurisdiction)
        head = (await self._connection.execute(query)).first()
        if head is None:
            return None
        of_year = select(_days.c.day, _days.c.working, _days.c.name).where(
            _days.c.jurisdiction == jurisdiction,
            _days.c.day.between(date(year, 1, 1), date(year, 12, 31)),
        )
        days = await self._connection.execute(of_year.order_by(_days.c.day))
        running = select(func.count()).where(
            cases.clocks.c.provisional.is_(True), cases.clocks.c.state == "RUNNING"
        )
        return CalendarSheet(
            jurisdiction=jurisdiction,
            version=head.version,
            source=head.source,
            covered_from=head.covered_from,
            covered_until=head.covered_until,
            days=tuple((row.day, row.working, row.name) for row in days),
            provisional_clocks=(await self._connection.execute(running)).scalar_one(),
        )

    async def _read(self, jurisdiction: str, head: Row[Any]) -> WorkingCalendar:
        query = select(_days.c.day, _days.c.working).where(_days.c.jurisdiction == jurisdiction)
        return WorkingCalendar(
            jurisdiction=jurisdiction,
            exceptions={row.day: row.working for row in await self._connection.execute(query)},
            covered_from=head.covered_from,
            covered_until=head.covered_until,
        )

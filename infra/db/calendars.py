"""Working-day calendars as data, read again only when their version changed."""

from collections.abc import MutableMapping
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.tables import people
from workflows.domain.calendar import WorkingCalendar

_calendars = people.calendars
_days = people.calendar_days


CalendarCache = MutableMapping[tuple[str, int], WorkingCalendar]
"""Calendars by jurisdiction and version; a version is never written twice."""


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

    async def _read(self, jurisdiction: str, head: Row[Any]) -> WorkingCalendar:
        query = select(_days.c.day, _days.c.working).where(_days.c.jurisdiction == jurisdiction)
        return WorkingCalendar(
            jurisdiction=jurisdiction,
            exceptions={row.day: row.working for row in await self._connection.execute(query)},
            covered_from=head.covered_from,
            covered_until=head.covered_until,
        )

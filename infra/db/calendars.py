"""Working-day calendars as data."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.tables import people
from workflows.domain.calendar import WorkingCalendar

_calendars = people.calendars
_days = people.calendar_days


class CalendarTable:
    """The calendars of jurisdictions."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def load(self, jurisdiction: str = "CN") -> WorkingCalendar:
        """The calendar in force."""
        head = (
            await self._connection.execute(
                select(_calendars).where(_calendars.c.jurisdiction == jurisdiction)
            )
        ).first()
        if head is None:
            raise LookupError(f"Expected a calendar of {jurisdiction}, but none is loaded")
        query = select(_days.c.day, _days.c.working).where(_days.c.jurisdiction == jurisdiction)
        return WorkingCalendar(
            jurisdiction=jurisdiction,
            exceptions={row.day: row.working for row in await self._connection.execute(query)},
            covered_from=head.covered_from,
            covered_until=head.covered_until,
        )

"""The law of cases, and working-day calendars: both as data."""

from typing import Protocol

from workflows.domain.calendar import WorkingCalendar
from workflows.domain.jurisdiction import Law


class JurisdictionPacks(Protocol):
    """Jurisdiction packs."""

    async def of_case(self, case_id: str) -> Law:
        """What a case goes by: bound when it was accepted."""
        ...


class Calendars(Protocol):
    """Working-day calendars as data."""

    async def load(self, jurisdiction: str = "CN") -> WorkingCalendar:
        """The calendar in force."""
        ...

"""The law of cases, and working-day calendars: both as data."""

from datetime import date
from typing import Protocol

from workflows.domain.calendar import WorkingCalendar
from workflows.domain.jurisdiction import JurisdictionPack, Law


class JurisdictionPacks(Protocol):
    """Jurisdiction packs."""

    async def of_case(self, case_id: str) -> Law:
        """What a case goes by: bound when it was accepted."""
        ...

    async def for_policy(self, policy_no: str, on: date) -> JurisdictionPack:
        """The law that a policy goes by on a day: of what is bound to no older one."""
        ...


class Calendars(Protocol):
    """Working-day calendars as data."""

    async def load(self, jurisdiction: str = "CN") -> WorkingCalendar:
        """The calendar in force."""
        ...

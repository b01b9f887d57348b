"""Working-day calendars: what is known, up to which day, and what is provisional."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import Composed
from api.problems import Problem, refusals
from api.schemas.calendars import CalendarDaySeen, CalendarQuery, CalendarSeen
from api.schemas.shapes import Identifier

router = APIRouter(prefix="/v1/calendars", tags=["catalogue"])


@router.get("/{jurisdiction}", responses=refusals(404))
async def read_calendar(
    jurisdiction: Identifier, composed: Composed, query: Annotated[CalendarQuery, Query()]
) -> CalendarSeen:
    """Read a year of a calendar: rest days, make-up days, coverage, provisional limits."""
    year = composed.now().year if query.year is None else query.year
    async with composed.database.reading() as room:
        sheet = await room.calendars.sheet(jurisdiction, year)
    if sheet is None:
        raise Problem(404, "unknown-calendar", "No such calendar is loaded.")
    return CalendarSeen(
        jurisdiction=sheet.jurisdiction,
        version=sheet.version,
        source=sheet.source,
        covered_from=sheet.covered_from.isoformat(),
        covered_until=sheet.covered_until.isoformat(),
        year=year,
        provisional=not sheet.covered_from <= date(year, 1, 1)
        or date(year, 12, 31) > sheet.covered_until,
        days=[
            CalendarDaySeen(day=day.isoformat(), working=working, name=name)
            for day, working, name in sheet.days
        ],
        provisional_clocks=sheet.provisional_clocks,
    )

"""Periods as callers ask for them: days of the deployment's zone, both included."""

from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta
from typing import Final

from api.dependencies import Deployment
from api.problems import Problem

LONGEST: Final = 366
"""Days that are counted at once."""


def days_of(since: str | None, until: str | None, composed: Deployment) -> tuple[date, date]:
    """Return the first and the last day; without them this month up to today."""
    today = composed.now().astimezone(composed.zone).date()
    last = date.fromisoformat(until) if until else today
    first = date.fromisoformat(since) if since else last.replace(day=1)
    if first.year <= MINYEAR or last.year >= MAXYEAR:
        raise Problem(422, "period", "The calendar does not reach that far.")
    if not timedelta() <= last - first < timedelta(days=LONGEST):
        raise Problem(422, "period", f"A period is 1 to {LONGEST} days, the first one first.")
    return first, last


def instants_of(first: date, last: date, composed: Deployment) -> tuple[datetime, datetime]:
    """Return when the first day begins, and when the last one has ended."""

    def midnight(day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=composed.zone)

    return midnight(first), midnight(last + timedelta(days=1))

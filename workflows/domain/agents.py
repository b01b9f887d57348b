"""Agents of record, and their policies when they leave 孤儿单: who tells the holder, by when."""

from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Final, Literal

from workflows.domain.calendar import WorkingCalendar
from workflows.domain.clocks import ClockRule, Deadline, deadline, end_of_day

ITEM: Final = "ORPHAN_ASSIGN"
"""The servicing item 孤儿单 of a policy whose agent has left."""
NOTICE_RULE: Final = "K-ORP"
_OVER: Final = frozenset({"TERMINATED", "MATURED"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Who serves policies."""

    id: str
    unit: str
    status: Literal["ACTIVE", "LEFT"] = "ACTIVE"
    left_on: date | None = None
    """The day on which the formalities of leaving were done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLimit:
    """By when holders hear that their agent has left."""

    limit: Deadline
    target: datetime
    """The end of the last working day within the limit: nobody answers a letter on a holiday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """How far the policies of an agent who left have come."""

    agent: Agent
    policies: int
    told: int
    assigned: int


def notice_limit(
    rule: ClockRule, left_on: date, calendar: WorkingCalendar, zone: tzinfo
) -> NoticeLimit:
    """When the notice to holders is due, and when it is meant to be out."""
    begun = datetime.combine(left_on, time(), tzinfo=zone)
    limit = deadline(rule, begun, calendar, zone)
    target = calendar.roll_back(limit.due_on)
    return NoticeLimit(limit=limit, target=end_of_day(target.on, zone))


def is_served(state: str) -> bool:
    """Tell whether a policy in a state needs somebody who serves it."""
    return state not in _OVER

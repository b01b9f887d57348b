"""Time limits 时限: the arithmetic of their ends; what they are stands in a jurisdiction pack.

The start day is not counted (Civil Code 201). Two ends stand side by side: the strict one, never
moved, on which every alarm runs; and the legal one, which a rest day at its end moves to the next
working day (Civil Code 203). A day ends at 24:00, written as the last second of the day; a warning
is given at the close of business.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

from workflows.domain.calendar import DayCount, WorkingCalendar

ClockState = Literal["RUNNING", "MET", "BREACHED", "STOPPED"]
Alarm = Literal[0, 50, 80, 100]
"""How much of a limit is used up: half, warned, over."""
_LAST_SECOND = time(23, 59, 59)
_CLOSE_OF_BUSINESS = time(18)
"""When people are warned: while somebody can still act on it that day."""
_WARN_NUMERATOR, _WARN_DENOMINATOR = 4, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRule:
    """A time limit as law or contract states it."""

    id: str
    start_event: str
    unit: Literal["ND", "WD"]
    """Natural days, or working days (make-up days included)."""
    length: int
    rolls: bool
    """Whether a rest day at the end moves the legal end."""
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Where a time limit ends, computed for one start."""

    rule_id: str
    started_at: datetime
    warn_at: datetime
    due_strict: datetime
    due_legal: datetime
    provisional: bool
    target_on: date | None = None
    """The last working day within the strict limit: nobody acts on a rest day."""

    def is_over(self, at: datetime) -> bool:
        """Whether the strict limit has passed: its last day counts to 24:00."""
        return at >= self.due_strict + timedelta(seconds=1)

    @property
    def half_at(self) -> datetime:
        """When half of the time is gone."""
        return self.started_at + (self.due_strict - self.started_at) / 2

    @property
    def due_on(self) -> date:
        """The last day of the strict limit, in the zone of the start."""
        return self.due_strict.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A deadline that runs for one case."""

    case_id: str
    deadline: Deadline
    state: ClockState = "RUNNING"
    closed_at: datetime | None = None
    paused_at: datetime | None = None
    """Since when it stands still: what is asked for has not come yet."""

    def alarm(self, at: datetime) -> Alarm:
        """How much of it is used up; nothing of one that was met, or that stands still."""
        limit = self.deadline
        if self.state == "BREACHED" or (self._runs and limit.is_over(at)):
            return 100
        if not self._runs or at < limit.half_at:
            return 0
        return 80 if at >= limit.warn_at else 50

    @property
    def _runs(self) -> bool:
        return self.state == "RUNNING" and self.paused_at is None


def count_days(
    start: date, length: int, unit: Literal["ND", "WD"], calendar: WorkingCalendar
) -> DayCount:
    """The last day of a period that begins the day after ``start``."""
    if unit == "WD":
        return calendar.add_working_days(start, length)
    return DayCount(on=start + timedelta(days=length), provisional=False)


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The last second of a day: limits end at 24:00."""
    return datetime.combine(day, _LAST_SECOND, tzinfo=zone)


def deadline(
    rule: ClockRule, started_at: datetime, calendar: WorkingCalendar, zone: tzinfo
) -> Deadline:
    """When a limit that starts at ``started_at`` warns and ends; days are days of ``zone``."""
    local = started_at.astimezone(zone)
    strict = count_days(local.date(), rule.length, rule.unit, calendar)
    legal = calendar.roll_forward(strict.on) if rule.rolls else strict
    warn_length = rule.length * _WARN_NUMERATOR // _WARN_DENOMINATOR
    warn = count_days(local.date(), warn_length, rule.unit, calendar)
    return Deadline(
        rule_id=rule.id,
        started_at=local,
        warn_at=max(datetime.combine(warn.on, _CLOSE_OF_BUSINESS, tzinfo=zone), local),
        due_strict=end_of_day(strict.on, zone),
        due_legal=end_of_day(legal.on, zone),
        provisional=strict.provisional or legal.provisional,
        target_on=max(calendar.roll_back(strict.on).on, local.date()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """For how long a clock stood still."""

    since: datetime
    until: datetime


def resumed(
    limit: Deadline, rule: ClockRule, pause: Pause, calendar: WorkingCalendar, zone: tzinfo
) -> Deadline:
    """Where a limit ends after a pause: the days that had not passed are counted from here.

    The day of the pause had not passed; the day on which the clock goes on is not counted.
    """
    begun, halted = limit.started_at.astimezone(zone).date(), pause.since.astimezone(zone).date()
    if halted > limit.due_on:
        return limit
    between = (halted - begun).days
    passed = sum(
        rule.unit == "ND" or calendar.is_working_day(begun + timedelta(days=day))
        for day in range(1, between)
    )
    left = replace(rule, length=max(rule.length - passed, 1))
    ahead = deadline(left, pause.until, calendar, zone)
    return replace(ahead, rule_id=limit.rule_id, started_at=limit.started_at)

"""The new day that a delay notice promises 新的预计日期: a clock of its own beside the one missed.

It is shown, told to the chain above the case and recorded when it is missed, like any other; it is
met by what meets the limit that was missed.
"""

from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Final

from workflows.domain.calendar import WorkingCalendar
from workflows.domain.clocks import ClockRule, Deadline, deadline

NEW_DAY_RULE: Final = "K-NEW"
"""The limit of the pack that says how far off the new day may be."""
_SUFFIX = "-NEW"


def new_day_of(rule_id: str) -> str:
    """Name the clock of the new day promised where a limit was missed."""
    return f"{rule_id}{_SUFFIX}"


def new_day(
    missed: Deadline, rule: ClockRule, at: datetime, calendar: WorkingCalendar, zone: tzinfo
) -> Deadline:
    """Promise a day: counted from the end of what was missed, or from later, when it is told."""
    since = max(at, missed.due_strict + timedelta(seconds=1))
    promised = deadline(rule, since, calendar, zone)
    return replace(promised, rule_id=new_day_of(missed.rule_id))

"""Certificates that run out: when their holders are reminded 资格到期提醒, and who besides them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from workflows.domain.authority import Operator

MARKS: Final = (7, 30, 60)
"""Days before the end, the nearest first."""
_LEAD: Final = 3
_HEAD_OFFICE: Final = "HQ"


def reached(valid_to: datetime, at: datetime) -> int | None:
    """Return the nearest mark that is reached; None: it is early yet, or the end has come."""
    left = valid_to - at
    if left <= timedelta():
        return None
    return next((mark for mark in MARKS if left <= timedelta(days=mark)), None)


def leads_of(holder: Operator, operators: Iterable[Operator]) -> tuple[Operator, ...]:
    """Return who leads somebody: the next level above in the unit, else at head office."""
    above = [
        each
        for each in operators
        if each.status == "ACTIVE"
        and each.level > holder.level
        and each.level >= _LEAD
        and not each.groups
        and "supervisor" in each.roles
    ]
    for unit in (holder.unit, _HEAD_OFFICE):
        here = [each for each in above if each.unit == unit]
        if here:
            lowest = min(each.level for each in here)
            return tuple(each for each in here if each.level == lowest)
    return ()


def read_above(holder: Operator) -> int:
    """Return the level above which the notice about somebody's certificate is read."""
    return max(holder.level, _LEAD - 1)

"""Who is told how far a time limit is used up, and when: the chain above a case 时限预警与升级.

At half of it its owner; at four fifths the lead, too; at its end the head of the unit; and at the
close of business of every working day after that, the director of operations as well.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Final, Literal

from workflows.domain.authority import Operator
from workflows.domain.calendar import WorkingCalendar
from workflows.domain.clocks import Deadline

Rung = Literal["OWNER", "LEAD", "HEAD", "DIRECTOR"]
HALF, WARNED, OVER = 50, 80, 100
HEAD_OFFICE: Final = "HQ"
_CLOSE_OF_BUSINESS: Final = time(18)
_CHAIN: Final[tuple[Rung, ...]] = ("OWNER", "LEAD", "HEAD", "DIRECTOR")
_LEVELS: Final[Mapping[Rung, int]] = MappingProxyType({"LEAD": 3, "HEAD": 4, "DIRECTOR": 5})
_TOLD: Final[Mapping[int, tuple[Rung, ...]]] = MappingProxyType({
    HALF: ("OWNER",),
    WARNED: ("OWNER", "LEAD"),
    OVER: ("OWNER", "LEAD", "HEAD"),
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Somebody who is told, for being what."""

    operator: Operator
    rung: Rung


def marks(limit: Deadline, calendar: WorkingCalendar) -> Iterator[tuple[int, datetime]]:
    """Every mark of a limit with its instant: 50, 80, 100, then one for each working day after."""
    yield HALF, min(limit.half_at, limit.warn_at)
    yield WARNED, limit.warn_at
    yield OVER, limit.due_strict + timedelta(seconds=1)
    day, zone = limit.due_on, limit.due_strict.tzinfo
    mark = OVER
    while True:
        mark += 1
        day = calendar.add_working_days(day, 1).on
        yield mark, datetime.combine(day, _CLOSE_OF_BUSINESS, tzinfo=zone)


def reached(limit: Deadline, at: datetime, calendar: WorkingCalendar) -> tuple[int, datetime]:
    """The last mark that is reached, 0 for none, and when the next one is."""
    last = 0
    for mark, instant in marks(limit, calendar):
        if instant > at:
            return last, instant
        last = mark
    raise AssertionError("Expected marks without end")


def chain(
    mark: int, unit: str, owners: Iterable[str], operators: Iterable[Operator]
) -> tuple[Told, ...]:
    """Who is told of a mark; where a place is empty, whoever stands above it."""
    active = [each for each in operators if each.status == "ACTIVE"]
    wanted = _TOLD.get(mark, _CHAIN)
    found: dict[str, Told] = {}
    for rung in wanted:
        for higher in _CHAIN[_CHAIN.index(rung) :]:
            people = _on(higher, unit, frozenset(owners), active)
            if people:
                for each in people:
                    found.setdefault(each.id, Told(operator=each, rung=higher))
                break
    return tuple(found.values())


def _on(
    rung: Rung, unit: str, owners: frozenset[str], active: Iterable[Operator]
) -> list[Operator]:
    if rung == "OWNER":
        return [each for each in active if each.id in owners]
    home = HEAD_OFFICE if rung == "DIRECTOR" else unit
    return [
        each
        for each in active
        if each.level == _LEVELS[rung]
        and each.unit == home
        and not each.groups
        and "supervisor" in each.roles
    ]

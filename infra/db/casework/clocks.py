"""Time limits that run for cases."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.tables import cases
from workflows.domain.clocks import Clock, ClockState, Deadline

_clocks = cases.clocks


class ClockTable:
    """The clocks of cases."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def start(self, clock: Clock) -> None:
        """Start a clock; a rule starts once per case."""
        known = await self.of_case(clock.case_id)
        limit = clock.deadline
        if any(other.deadline.rule_id == limit.rule_id for other in known):
            return
        offset = limit.started_at.utcoffset() or timedelta()
        await self._connection.execute(
            insert(_clocks).values(
                case_id=clock.case_id,
                rule_id=limit.rule_id,
                place=len(known) + 1,
                started_at=limit.started_at,
                zone_offset_minutes=int(offset.total_seconds() // 60),
                warn_at=limit.warn_at,
                due_strict=limit.due_strict,
                due_legal=limit.due_legal,
                provisional=limit.provisional,
                state=clock.state,
                closed_at=clock.closed_at,
                next_alarm_at=limit.half_at,
                target_on=limit.target_on,
            )
        )

    async def of_case(self, case_id: str) -> tuple[Clock, ...]:
        """The clocks of a case, in the order they started."""
        query = select(_clocks).where(_clocks.c.case_id == case_id).order_by(_clocks.c.place)
        return tuple(map(clock_of, await self._connection.execute(query)))

    async def of_cases(self, case_ids: Sequence[str]) -> dict[str, list[Clock]]:
        """The clocks of some cases."""
        query = select(_clocks).where(_clocks.c.case_id.in_(case_ids)).order_by(_clocks.c.place)
        found: dict[str, list[Clock]] = {case_id: [] for case_id in case_ids}
        for row in await self._connection.execute(query):
            found[row.case_id].append(clock_of(row))
        return found

    async def pause(self, case_id: str, rule_id: str, at: datetime) -> None:
        """A running clock stands still; one that does so already stays as it is."""
        await self._connection.execute(
            update(_clocks)
            .where(*_running(case_id, rule_id), _clocks.c.paused_at.is_(None))
            .values(paused_at=at)
        )

    async def resume(self, case_id: str, limit: Deadline, at: datetime) -> None:
        """A clock that stood still runs again, to another end; the pause is kept."""
        query = select(_clocks.c.paused_at).where(*_running(case_id, limit.rule_id))
        paused_at = (await self._connection.execute(query)).scalar()
        if paused_at is None:
            return
        await self._connection.execute(
            update(_clocks)
            .where(*_running(case_id, limit.rule_id))
            .values(
                paused_at=None,
                next_alarm_at=at,
                warn_at=limit.warn_at,
                due_strict=limit.due_strict,
                due_legal=limit.due_legal,
                provisional=limit.provisional,
                target_on=limit.target_on,
            )
        )
        await self._connection.execute(
            insert(cases.clock_pauses).values(
                case_id=case_id, rule_id=limit.rule_id, paused_at=paused_at, resumed_at=at
            )
        )

    async def close(self, case_id: str, rule_id: str, state: ClockState, at: datetime) -> None:
        """A clock was met, breached or stopped; a closed one stays as it is."""
        await self._connection.execute(
            update(_clocks).where(*_running(case_id, rule_id)).values(state=state, closed_at=at)
        )


def _running(case_id: str, rule_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        _clocks.c.case_id == case_id,
        _clocks.c.rule_id == rule_id,
        _clocks.c.state == "RUNNING",
    )


def clock_of(row: Row[Any]) -> Clock:
    """A clock in the zone it was computed in: its ends are ends of local days."""
    zone = timezone(timedelta(minutes=row.zone_offset_minutes))
    return Clock(
        case_id=row.case_id,
        state=row.state,
        closed_at=row.closed_at,
        paused_at=row.paused_at,
        deadline=Deadline(
            rule_id=row.rule_id,
            started_at=row.started_at.astimezone(zone),
            warn_at=row.warn_at.astimezone(zone),
            due_strict=row.due_strict.astimezone(zone),
            due_legal=row.due_legal.astimezone(zone),
            provisional=row.provisional,
            target_on=row.target_on,
        ),
    )

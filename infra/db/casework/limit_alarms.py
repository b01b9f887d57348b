"""What was told about time limits: once to each, whoever looks and however often."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.casework.clocks import clock_of
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import cases, people, policies, trail
from infra.db.tables.limit_alarms import limit_alarms
from workflows.domain.authority import Operator
from workflows.domain.clocks import Clock
from workflows.domain.escalation import Rung

_clocks = cases.clocks


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitAlarm:
    """A mark of a limit, told to one person."""

    id: str
    case_id: str
    rule_id: str
    mark: int
    rung: Rung
    operator_id: str
    told_at: datetime
    state: Literal["TO_SEND", "SENT", "REFUSED", "NO_ADDRESS"] = "TO_SEND"
    receipt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A limit whose next mark has come, and who may have to know."""

    clock: Clock
    unit: str
    """That serves the policy."""
    owners: tuple[str, ...]
    """Those who have claimed the open tasks of the case."""
    tasks: tuple[str, ...]
    """What the case waits for people at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmMail:
    """An alarm to be mailed."""

    alarm: LimitAlarm
    to: str
    due_at: datetime
    item: str
    status: str


class LimitAlarmTable:
    """Alarms of time limits."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def due(self, at: datetime, limit: int) -> tuple[tuple[str, str], ...]:
        """Limits of open cases that run and whose next mark has come, by case and rule."""
        query = (
            select(_clocks.c.case_id, _clocks.c.rule_id)
            .join(cases.cases, cases.cases.c.id == _clocks.c.case_id)
            .where(
                _clocks.c.next_alarm_at <= at,
                _clocks.c.state == "RUNNING",
                _clocks.c.paused_at.is_(None),
                cases.cases.c.finished_at.is_(None),
            )
            .order_by(_clocks.c.next_alarm_at)
            .limit(limit)
        )
        return tuple((row[0], row[1]) for row in await self._connection.execute(query))

    async def watched(self, case_id: str, rule_id: str) -> Watched | None:
        """A limit that still runs; None: it was met, or stands still, meanwhile."""
        query = (
            select(_clocks, policies.policies.c.servicing_unit)
            .join(cases.cases, cases.cases.c.id == _clocks.c.case_id)
            .join(policies.policies, policies.policies.c.policy_no == cases.cases.c.policy_no)
            .where(
                _clocks.c.case_id == case_id,
                _clocks.c.rule_id == rule_id,
                _clocks.c.state == "RUNNING",
                _clocks.c.paused_at.is_(None),
            )
        )
        row = (await self._connection.execute(query)).first()
        if row is None:
            return None
        task = trail.human_tasks
        open_tasks = await self._connection.execute(
            select(task.c.assignee, task.c.element).where(
                task.c.case_id == case_id, task.c.closed_at.is_(None)
            )
        )
        found = list(open_tasks)
        return Watched(
            clock=clock_of(row),
            unit=row.servicing_unit,
            owners=tuple(sorted({one.assignee for one in found if one.assignee})),
            tasks=tuple(sorted({one.element for one in found})),
        )

    async def operators(self) -> tuple[Operator, ...]:
        """Everybody who may be told."""
        table = people.operators
        rows = await self._connection.execute(select(table).order_by(table.c.id))
        return tuple(to_noun(Operator, row, certificates=()) for row in rows)

    async def tell(self, told: Sequence[LimitAlarm], next_at: datetime) -> tuple[LimitAlarm, ...]:
        """Write down who is told, each once, and when to look again; answers who is new."""
        case_id, rule_id = told[0].case_id, told[0].rule_id
        query = select(limit_alarms.c.id).where(limit_alarms.c.id.in_([each.id for each in told]))
        known = set((await self._connection.execute(query)).scalars())
        new = tuple(each for each in told if each.id not in known)
        if new:
            await self._connection.execute(insert(limit_alarms), [to_row(each) for each in new])
        await self.look_again(case_id, rule_id, next_at)
        return new

    async def look_again(self, case_id: str, rule_id: str, at: datetime) -> None:
        """Say when the next mark of a limit is."""
        await self._connection.execute(
            update(_clocks)
            .where(_clocks.c.case_id == case_id, _clocks.c.rule_id == rule_id)
            .values(next_alarm_at=at)
        )

    async def to_send(self, limit: int) -> tuple[AlarmMail, ...]:
        """What is written down and not mailed yet, the oldest first."""
        case, operator = cases.cases, people.operators
        query = (
            select(
                limit_alarms, operator.c.mail, _clocks.c.due_strict, _clocks.c.zone_offset_minutes,
                case.c.item, case.c.status,
            )
            .join(operator, operator.c.id == limit_alarms.c.operator_id)
            .join(
                _clocks,
                (_clocks.c.case_id == limit_alarms.c.case_id)
                & (_clocks.c.rule_id == limit_alarms.c.rule_id),
            )
            .join(case, case.c.id == limit_alarms.c.case_id)
            .where(limit_alarms.c.state == "TO_SEND")
            .order_by(limit_alarms.c.told_at, limit_alarms.c.id)
            .limit(limit)
        )  # fmt: skip
        return tuple(
            AlarmMail(
                alarm=to_noun(LimitAlarm, row),
                to=row.mail or "",
                due_at=row.due_strict,
                item=row.item,
                status=row.status,
            )
            for row in await self._connection.execute(query)
        )

    async def sent(self, alarm_id: str, state: str, receipt: str = "") -> None:
        """What became of the mail."""
        await self._connection.execute(
            update(limit_alarms)
            .where(limit_alarms.c.id == alarm_id)
            .values(state=state, receipt=receipt[:200] or None)
        )

    async def of_case(self, case_id: str) -> tuple[LimitAlarm, ...]:
        """Who was told of the limits of a case."""
        query = (
            select(limit_alarms)
            .where(limit_alarms.c.case_id == case_id)
            .order_by(limit_alarms.c.told_at, limit_alarms.c.mark, limit_alarms.c.operator_id)
        )
        return tuple(to_noun(LimitAlarm, row) for row in await self._connection.execute(query))

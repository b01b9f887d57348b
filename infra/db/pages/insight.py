"""Where everything stands: cases, waits against their clocks, throughput, incidents, slow work."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.operations.incidents import is_marked
from infra.db.tables import cases, trail
from infra.db.tables.desk import incident_marks

RECENT: Final = 10_000
"""Entries of the journal looked at for slow work: the newest ones."""
MOST: Final = 20
_WORKING: Final = frozenset((
    "serviceTask", "sendTask", "businessRuleTask", "scriptTask", "callActivity", "userTask",
))  # fmt: skip
_cases, _clocks = cases.cases, cases.clocks
_waits, _tasks, _incidents, _journal = (
    trail.waits, trail.human_tasks, trail.incidents, trail.journal,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Cases of one process in one state."""

    process_id: str
    status: str
    cases: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What stands at one element."""

    process_id: str
    element: str
    kind: str
    """timer, message, signal, job, child, suspension, held, task or incident."""
    number: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """A clock of law that runs, and what its case waits for."""

    case_id: str
    rule_id: str
    due: datetime
    status: str
    waits_for: str | None
    element: str | None
    waits_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """How much went through in a while."""

    hours: int
    accepted: int
    finished: int
    incidents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Work of one type that is waited for."""

    type: str
    jobs: int
    oldest_at: datetime
    most_attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow:
    """How long an element took, of late, in seconds."""

    process_id: str
    element: str
    name: str
    times: int
    median: float
    p95: float
    longest: float


class InsightViews:
    """Looks over all cases."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def standings(self) -> tuple[Standing, ...]:
        """Open cases by process and state."""
        query = (
            select(
                _cases.c.process_id, _cases.c.status, func.count(), func.min(_cases.c.accepted_at)
            )
            .where(_cases.c.finished_at.is_(None))
            .group_by(_cases.c.process_id, _cases.c.status)
            .order_by(_cases.c.process_id, _cases.c.status)
        )
        return tuple(
            Standing(process_id=row[0], status=row[1], cases=row[2], oldest_at=row[3])
            for row in await self._connection.execute(query)
        )

    async def places(self) -> tuple[Place, ...]:
        """What stands at which element, the fullest first."""
        everything = union_all(
            _at(_waits, _waits.c.kind),
            _at(_tasks, literal("task")).where(_tasks.c.closed_at.is_(None)),
            _at(_incidents, literal("incident")).where(_incidents.c.closed_at.is_(None)),
        ).subquery()
        number = func.count()
        place = (_cases.c.process_id, everything.c.element, everything.c.kind)
        query = (
            select(*place, number, func.min(everything.c.opened_at))
            .join(_cases, _cases.c.id == everything.c.case_id)
            .where(everything.c.element.is_not(None), _cases.c.finished_at.is_(None))
            .group_by(*place)
            .order_by(number.desc(), *place)
            .limit(5 * MOST)
        )
        return tuple(
            Place(process_id=row[0], element=row[1], kind=row[2], number=row[3], oldest_at=row[4])
            for row in await self._connection.execute(query)
        )

    async def against(self) -> tuple[Against, ...]:
        """The clocks that run out next, those that have run out first."""
        query = (
            select(_clocks.c.case_id, _clocks.c.rule_id, _clocks.c.due_strict, _cases.c.status)
            .join(_cases, _cases.c.id == _clocks.c.case_id)
            .where(_clocks.c.state == "RUNNING", _cases.c.finished_at.is_(None))
            .order_by(_clocks.c.due_strict, _clocks.c.case_id, _clocks.c.rule_id)
            .limit(MOST)
        )
        rows = (await self._connection.execute(query)).all()
        waiting = await self._waiting({row.case_id for row in rows})
        return tuple(
            Against(
                case_id=row.case_id,
                rule_id=row.rule_id,
                due=row.due_strict,
                status=row.status,
                waits_for=told[0] if (told := waiting.get(row.case_id)) else None,
                element=told[1] if told else None,
                waits_since=told[2] if told else None,
            )
            for row in rows
        )

    async def _waiting(self, ids: set[str]) -> dict[str, tuple[str, str | None, datetime]]:
        """Of some cases, what they have waited for the longest; where they are stuck, that."""
        found: dict[str, tuple[str, str | None, datetime]] = {}
        for query in (
            _at(_waits, _waits.c.kind).where(_waits.c.case_id.in_(ids)),
            _at(_tasks, literal("task")).where(
                _tasks.c.case_id.in_(ids), _tasks.c.closed_at.is_(None)
            ),
            _at(_incidents, literal("incident")).where(
                _incidents.c.case_id.in_(ids), _incidents.c.closed_at.is_(None)
            ),
        ):
            for case_id, element, kind, opened_at in await self._connection.execute(query):
                known = found.get(case_id, (kind, element, opened_at))
                said = (kind, element, opened_at)
                found[case_id] = min(known, said, key=lambda one: (one[0] != "incident", one[2]))
        return found

    async def flow(self, now: datetime, hours: int) -> Flow:
        """Count what went through in the last hours."""
        since = now - timedelta(hours=hours)
        return Flow(
            hours=hours,
            accepted=await self._count(_cases.c.accepted_at >= since),
            finished=await self._count(_cases.c.finished_at >= since),
            incidents=await self._count(_incidents.c.opened_at >= since),
        )

    async def stuck(self) -> tuple[int, int]:
        """Open incidents: those to attend to, and those that are ignored."""
        query = (
            select(incident_marks.c.state, func.count())
            .select_from(_incidents)
            .outerjoin(incident_marks, is_marked())
            .where(_incidents.c.closed_at.is_(None))
            .group_by(incident_marks.c.state)
        )
        found = {row[0]: int(row[1]) for row in await self._connection.execute(query)}
        ignored = found.pop("ignored", 0)
        return sum(found.values()), ignored

    async def backlog(self) -> tuple[Backlog, ...]:
        """Work on task queues, by type, the most first."""
        query = select(_waits.c.data, _waits.c.opened_at, _waits.c.attempt).where(
            _waits.c.kind == "job"
        )
        of_type: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
        for data, opened_at, attempt in await self._connection.execute(query):
            of_type[str(data.get("type", ""))].append((opened_at, attempt or 1))
        made = [
            Backlog(
                type=type_,
                jobs=len(jobs),
                oldest_at=min(jobs)[0],
                most_attempts=max(attempt for _, attempt in jobs),
            )
            for type_, jobs in of_type.items()
        ]
        return tuple(sorted(made, key=lambda one: (-one.jobs, one.type)))

    async def slow(self) -> tuple[Slow, ...]:
        """Elements that took the longest, among the newest entries of the journal."""
        last = (await self._connection.execute(select(func.max(_journal.c.no)))).scalar() or 0
        query = (
            select(
                _journal.c.instance_id, _journal.c.key, _journal.c.kind, _journal.c.at,
                _journal.c.element, _journal.c.name, _journal.c.data, trail.instances.c.process_id,
            )
            .join(trail.instances, trail.instances.c.id == _journal.c.instance_id)
            .where(
                _journal.c.no > last - RECENT,
                _journal.c.kind.in_(("elementActivated", "elementCompleted")),
            )
            .order_by(_journal.c.no)
        )  # fmt: skip
        begun: dict[tuple[str, int], datetime] = {}
        took: dict[tuple[str, str, str], list[float]] = defaultdict(list)
        for row in await self._connection.execute(query):
            if row.data.get("type") not in _WORKING or row.data.get("body"):
                continue
            place = (row.instance_id, row.key)
            if row.kind == "elementActivated":
                begun[place] = row.at
            elif (since := begun.pop(place, None)) is not None:
                named = (str(row.process_id), str(row.element), row.name or str(row.element))
                took[named].append((row.at - since).total_seconds())
        slowest = sorted((_slow(*named, took[named]) for named in took), key=lambda one: -one.p95)
        return tuple(slowest[:MOST])

    async def _count(self, condition: Any) -> int:  # noqa: ANN401 - a condition of SQLAlchemy
        query = select(func.count()).where(and_(condition))
        found: int = (await self._connection.execute(query)).scalar_one()
        return found


def _at(table: Any, kind: Any) -> Any:  # noqa: ANN401 - a table, a column, a query of SQLAlchemy
    return select(table.c.case_id, table.c.element, kind.label("kind"), table.c.opened_at)


def _slow(process_id: str, element: str, name: str, seconds: list[float]) -> Slow:
    ordered = sorted(seconds)

    def share(part: float) -> float:
        return ordered[min(int(part * len(ordered)), len(ordered) - 1)]

    return Slow(
        process_id=process_id,
        element=element,
        name=name,
        times=len(ordered),
        median=share(0.5),
        p95=share(0.95),
        longest=ordered[-1],
    )

"""What the watchdog keeps and looks at: incidents seen from outside, and cases that look odd."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.events.standstills import is_standing
from infra.db.tables import cases, trail
from workflows.domain.audit import Change
from workflows.domain.stuck import WATCHED, Suspicion

WATCHDOG = "watchdog"
LONGEST_CAUSE = 500
_cases = cases.cases
_incidents = trail.incidents
_waits = trail.waits
_journal = trail.journal


@dataclass(frozen=True, slots=True, kw_only=True)
class JobWait:
    """Work that an instance waits for."""

    instance_id: str
    case_id: str
    key: int
    type: str
    element: str | None
    name: str | None
    opened_at: datetime
    attempt: int | None
    next_attempt_at: datetime | None


class WatchTable:
    """Incidents that were seen from outside."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def settle(
        self, codes: Collection[str], found: Sequence[Suspicion], at: datetime
    ) -> tuple[int, int]:
        """Open what is new, renew what lasts, close what is gone; answers how many of each end.

        One instance has one incident of a code: several watchdogs find it, one row tells it.
        """
        known = await self._known(codes)
        current = {(one.instance_id, one.code): one for one in found}
        opened = [one for place, one in current.items() if _is_closed(known.get(place))]
        gone = [row for place, row in known.items() if place not in current and not _is_closed(row)]
        for one in opened:
            await self._open(one, at, is_new=(one.instance_id, one.code) not in known)
        for place, one in current.items():
            if place in known and not _is_closed(known[place]) and not one.is_told:
                await self._renew(one, at)
        for row in gone:
            await self._close(row, at)
        return len(opened), len(gone)

    async def tell(self, one: Suspicion, at: datetime) -> None:
        """Write down what a worker sees itself, as often as it does."""
        row = (await self._known((one.code,))).get((one.instance_id, one.code))
        if _is_closed(row):
            await self._open(one, at, is_new=row is None)
        else:
            await self._renew(one, at)

    async def has_news(self, codes: Collection[str], found: Sequence[Suspicion]) -> bool:
        """Whether there is anything to open, renew or close."""
        if found:
            return True
        return any(not _is_closed(row) for row in (await self._known(codes)).values())

    async def note_attempts(
        self, wait: JobWait, attempt: int, next_attempt_at: datetime | None
    ) -> None:
        """Work is tried again and again: how often so far, and when next."""
        await self._connection.execute(
            update(_waits)
            .where(
                _waits.c.instance_id == wait.instance_id,
                _waits.c.kind == "job",
                _waits.c.key == wait.key,
            )
            .values(attempt=attempt, next_attempt_at=next_attempt_at)
        )

    async def _known(self, codes: Collection[str]) -> Mapping[tuple[str, str], Row[Any]]:
        query = select(_incidents).where(
            _incidents.c.source == "watch", _incidents.c.code.in_(codes)
        )
        return {(row.instance_id, row.code): row for row in await self._connection.execute(query)}

    async def _open(self, one: Suspicion, at: datetime, *, is_new: bool) -> None:
        values = {
            "element": one.element,
            "name": one.name,
            "message": one.cause[:LONGEST_CAUSE],
            "opened_at": at,
            "closed_at": None,
            "last_seen_at": at,
            "attempts": one.attempts or None,
        }
        if is_new:
            key = {"instance_id": one.instance_id, "key": WATCHED[one.code]}
            origin = {"case_id": one.case_id, "code": one.code, "source": "watch"}
            await self._connection.execute(insert(_incidents).values(**key, **origin, **values))
        else:
            await self._connection.execute(update(_incidents).where(_at(one)).values(**values))
        await self._audited("incident.open", one.case_id, one.instance_id, one.code, at)

    async def _renew(self, one: Suspicion, at: datetime) -> None:
        await self._connection.execute(
            update(_incidents)
            .where(_at(one))
            .values(
                last_seen_at=at,
                attempts=one.attempts or None,
                message=one.cause[:LONGEST_CAUSE],
            )
        )

    async def _close(self, row: Row[Any], at: datetime) -> None:
        await self._connection.execute(
            update(_incidents)
            .where(_incidents.c.instance_id == row.instance_id, _incidents.c.key == row.key)
            .values(closed_at=at)
        )
        await self._audited("incident.close", row.case_id, row.instance_id, row.code, at)

    async def _audited(
        self, action: str, case_id: str, instance_id: str, code: str, at: datetime
    ) -> None:
        await self._audit.append(
            Change(
                stream=case_id,
                action=action,
                actor=WATCHDOG,
                at=at,
                object_type="instance",
                object_id=instance_id,
                detail={"code": code},
            )
        )


class WatchViews:
    """What looks odd by the database alone, and what Temporal has to be asked about."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def unstarted(self, before: datetime) -> tuple[tuple[str, datetime], ...]:
        """Cases accepted before an instant that never began."""
        query = select(_cases.c.id, _cases.c.accepted_at).where(
            _cases.c.started_at.is_(None),
            _cases.c.accepted_at < before,
            ~is_standing(_cases.c.process_id),
        )
        return tuple((row[0], row[1]) for row in await self._connection.execute(query))

    async def overdue(self, before: datetime) -> tuple[Row[Any], ...]:
        """Timers that should have fired before an instant."""
        query = select(_waits).where(
            _waits.c.kind == "timer", _waits.c.due < before, ~_is_suspended(_waits.c.instance_id)
        )
        return tuple(await self._connection.execute(query))

    async def untaken(self, before: datetime) -> tuple[Row[Any], ...]:
        """Messages that instances were given before an instant and have not consumed."""
        deliveries, instances = trail.message_deliveries, trail.instances
        query = (
            select(deliveries.c.instance_id, instances.c.case_id, deliveries.c.at)
            .join(instances, instances.c.id == deliveries.c.instance_id)
            .where(
                deliveries.c.state == "PENDING",
                deliveries.c.at < before,
                ~_is_suspended(deliveries.c.instance_id),
            )
        )
        return tuple(await self._connection.execute(query))

    async def still(self, before: datetime) -> tuple[Row[Any], ...]:
        """Open cases that wait for nothing and have not moved since before an instant."""
        query = select(_cases.c.id, _cases.c.status).where(unexplained(before))
        return tuple(await self._connection.execute(query))

    async def jobs(self, before: datetime, limit: int = 200) -> tuple[JobWait, ...]:
        """Work waited for since before an instant, the oldest first."""
        query = (
            select(_waits)
            .where(_waits.c.kind == "job", _waits.c.opened_at < before, ~_is_held())
            .order_by(_waits.c.opened_at)
            .limit(limit)
        )
        return tuple(
            JobWait(
                instance_id=row.instance_id,
                case_id=row.case_id,
                key=row.key,
                type=str(row.data.get("type", "")),
                element=row.element,
                name=row.name,
                opened_at=row.opened_at,
                attempt=row.attempt,
                next_attempt_at=row.next_attempt_at,
            )
            for row in await self._connection.execute(query)
        )

    async def open_instances(self, before: datetime) -> dict[str, str]:
        """Instances that began before an instant and have not ended, to their case."""
        instances = trail.instances
        query = select(instances.c.id, instances.c.case_id).where(
            instances.c.finished_at.is_(None), instances.c.started_at < before
        )
        return {row[0]: row[1] for row in await self._connection.execute(query)}

    async def talkative(self, entries: int) -> dict[str, str]:
        """Open instances that told more than so much, to their case."""
        instances = trail.instances
        query = select(instances.c.id, instances.c.case_id).where(
            instances.c.finished_at.is_(None), instances.c.last_seq >= entries
        )
        return {row[0]: row[1] for row in await self._connection.execute(query)}

    async def told(self, code: str, since: datetime) -> tuple[Row[Any], ...]:
        """Open incidents of a code that somebody told since an instant."""
        query = select(_incidents).where(
            _incidents.c.code == code,
            _incidents.c.closed_at.is_(None),
            _incidents.c.last_seen_at > since,
        )
        return tuple(await self._connection.execute(query))

    async def ended(self, ids: Collection[str], before: datetime) -> dict[str, str]:
        """Of some instances those that ended here before an instant, with their case."""
        instances = trail.instances
        query = select(instances.c.id, instances.c.case_id).where(
            instances.c.id.in_(ids), instances.c.finished_at < before
        )
        return {row[0]: row[1] for row in await self._connection.execute(query)}

    async def case_of(self, instance_id: str) -> str | None:
        """The case of an instance, if the database knows it."""
        instances = trail.instances
        query = select(instances.c.case_id).where(instances.c.id == instance_id)
        found: str | None = (await self._connection.execute(query)).scalar()
        if found is not None:
            return found
        known = select(_cases.c.id).where(_cases.c.id == instance_id)
        return (await self._connection.execute(known)).scalar()


def unexplained(before: datetime) -> Any:  # noqa: ANN401 - a condition of SQLAlchemy
    """A case that is open, waits for nothing that has a name, and has not moved since."""
    of_case = _cases.c.id
    tasks = trail.human_tasks
    last = select(func.max(_journal.c.at)).where(_journal.c.case_id == of_case).scalar_subquery()
    return and_(
        _cases.c.finished_at.is_(None),
        _cases.c.started_at.is_not(None),
        ~exists().where(tasks.c.case_id == of_case, tasks.c.closed_at.is_(None)),
        ~exists().where(_waits.c.case_id == of_case),
        ~exists().where(
            _incidents.c.case_id == of_case,
            _incidents.c.closed_at.is_(None),
            or_(_incidents.c.source == "case", _incidents.c.code != "no-progress"),
        ),
        last < before,
    )


def _is_suspended(instance_id: Any) -> Any:  # noqa: ANN401 - a column, a condition of SQLAlchemy
    """The instance stands still, and nothing is expected of it."""
    standing = _waits.alias()
    return exists().where(standing.c.instance_id == instance_id, standing.c.kind == "suspension")


def _is_held() -> Any:  # noqa: ANN401 - a condition of SQLAlchemy
    """The work stands still, and nobody is expected to do it."""
    held = _waits.alias()
    return exists().where(
        held.c.instance_id == _waits.c.instance_id,
        held.c.kind == "held",
        held.c.key == _waits.c.key,
    )


def _at(one: Suspicion) -> Any:  # noqa: ANN401 - a condition of SQLAlchemy
    return and_(_incidents.c.instance_id == one.instance_id, _incidents.c.key == WATCHED[one.code])


def _is_closed(row: Row[Any] | None) -> bool:
    return row is None or row.closed_at is not None

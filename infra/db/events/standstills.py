"""Processes, types of work and systems that operations let stand still, and what that concerns."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.locking import hold
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import cases, trail
from infra.db.tables.desk import standstills
from workflows.domain.audit import Change
from workflows.domain.standstill import Standstill, StandstillKind

_waits, _instances, _cases = trail.waits, trail.instances, cases.cases
_TOGETHER = ("standstills",)
"""Two orders about standing still never cross."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """What a standstill is about, now."""

    running: int
    """Instances of the process; for work and systems those that wait for the work."""
    standing: int
    """Of them those that stand still already."""
    unbegun: int
    """Cases accepted that begin when the process goes on."""
    clocks: int
    """Clocks of law of these cases, which run on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Straying:
    """An instance that does not do yet what was ordered."""

    instance_id: str
    source: str
    since: str = ""
    """When it began to stand still, where it is to go on."""


class StandstillTable:
    """What stands still; the cases follow."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def all(self) -> tuple[Standstill, ...]:
        """Everything that stands still, the oldest first."""
        query = select(standstills).order_by(standstills.c.since, standstills.c.target)
        return tuple(to_noun(Standstill, row) for row in await self._connection.execute(query))

    async def get(self, kind: StandstillKind, target: str) -> Standstill | None:
        """One that stands still."""
        query = select(standstills).where(_is(kind, target))
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(Standstill, row)

    async def begin(self, one: Standstill, request_id: str) -> bool:
        """Let something stand still; False: it does already."""
        await hold(self._connection, _TOGETHER)
        if await self.get(one.kind, one.target) is not None:
            return False
        await self._connection.execute(insert(standstills), to_row(one))
        await self._audited("suspend", one, request_id)
        return True

    async def end(self, word: Standstill, request_id: str) -> bool:
        """Let something go on, ``word`` says by whom and why; False: it does not stand still."""
        await hold(self._connection, _TOGETHER)
        if await self.get(word.kind, word.target) is None:
            return False
        await self._connection.execute(standstills.delete().where(_is(word.kind, word.target)))
        await self._audited("resume", word, request_id)
        return True

    async def postpone(self, one: Standstill, probe_at: datetime) -> None:
        """Try a system again later, the call let through was not answered either; once a try."""
        await self._connection.execute(
            update(standstills)
            .where(_is(one.kind, one.target), standstills.c.id == one.id)
            .where(standstills.c.tries == one.tries)
            .values(probe_at=probe_at, tries=one.tries + 1)
        )

    async def first_held(self, source: str) -> str | None:
        """The instance whose work has waited longest for something to go on."""
        query = select(_waits).where(_waits.c.kind == "held").order_by(_waits.c.opened_at)
        rows = await self._connection.execute(query)
        return next((str(row.instance_id) for row in rows if _told_source(row) == source), None)

    async def _audited(self, act: str, one: Standstill, request_id: str) -> None:
        await self._audit.append(
            Change(
                stream=one.source,
                action=f"{one.kind}.{act}",
                actor=one.by,
                at=one.since,
                object_type=one.kind,
                object_id=one.target,
                detail={"role": one.role, "reason": one.reason, "requestId": request_id},
            )
        )

    # --- whom it concerns ---------------------------------------------------------------------

    async def concerned(self, kind: StandstillKind, target: str) -> Concerned:
        """Count what a standstill is about."""
        held = select(_waits.c.instance_id, _waits.c.case_id, _waits.c.kind, _waits.c.data)
        source = f"{kind}:{target}"
        rows = [
            row
            for row in await self._connection.execute(held.where(_waits.c.kind.in_(_KINDS)))
            if _told_source(row) == source
        ]
        standing = {row.instance_id for row in rows}
        if kind != "process":
            ids = {row.case_id for row in rows}
            clocks = await self._clocks(_is_one_of(ids))
            return Concerned(
                running=len(standing), standing=len(standing), unbegun=0, clocks=clocks
            )
        running = await self._count(_instances, _open(target))
        of_process = _cases.c.process_id == target
        unbegun = await self._count(_cases, of_process, _cases.c.started_at.is_(None))
        own = cases.clocks.c.case_id.in_(
            select(_cases.c.id).where(of_process, _cases.c.finished_at.is_(None))
        )
        return Concerned(
            running=running,
            standing=len(standing),
            unbegun=unbegun,
            clocks=await self._clocks(own),
        )

    async def straying(
        self, sources: Collection[str], limit: int = 500
    ) -> tuple[list[Straying], list[Straying]]:
        """Instances that should stand still and do not; and those that do and should not."""
        rows = list(await self._connection.execute(select(_waits).where(_waits.c.kind.in_(_KINDS))))
        bound = {(row.instance_id, _told_source(row)) for row in rows if row.kind == "suspension"}
        loose = {
            (row.instance_id, told): row.opened_at.isoformat()
            for row in rows
            if (told := _told_source(row)).partition(":")[0] in _ORDERED and told not in sources
        }
        free: list[Straying] = []
        for source in sources:
            kind, _, target = source.partition(":")
            if kind != "process":
                continue
            query = select(_instances.c.id).where(_open(target))
            for (instance_id,) in await self._connection.execute(query):
                if (instance_id, source) not in bound:
                    free.append(Straying(instance_id=instance_id, source=source))
        let_go = [
            Straying(instance_id=one, source=source, since=since)
            for (one, source), since in loose.items()
        ]
        return free[:limit], let_go[:limit]

    async def _count(self, table: Any, *conditions: Any) -> int:  # noqa: ANN401 - SQLAlchemy's
        query = select(func.count()).select_from(table).where(*conditions)
        found: int = (await self._connection.execute(query)).scalar_one()
        return found

    async def _clocks(self, of_cases: Any) -> int:  # noqa: ANN401 - a condition of SQLAlchemy
        return await self._count(cases.clocks, cases.clocks.c.state == "RUNNING", of_cases)


_KINDS = ("suspension", "held")
_ORDERED = frozenset(("process", "activity", "system"))


def is_standing(process_id: Any) -> Any:  # noqa: ANN401 - a column, a condition of SQLAlchemy
    """The process stands still: its cases do not begin."""
    return exists().where(standstills.c.kind == "process", standstills.c.target == process_id)


def _is(kind: str, target: str) -> Any:  # noqa: ANN401 - a condition of SQLAlchemy
    return (standstills.c.kind == kind) & (standstills.c.target == target)


def _open(process_id: str) -> Any:  # noqa: ANN401 - a condition of SQLAlchemy
    return (_instances.c.process_id == process_id) & _instances.c.finished_at.is_(None)


def _is_one_of(ids: Collection[str]) -> Any:  # noqa: ANN401 - a condition of SQLAlchemy
    return cases.clocks.c.case_id.in_(list(ids))


def _told_source(row: Any) -> str:  # noqa: ANN401 - a row
    data: Mapping[str, Any] = row.data
    return str(data.get("source", ""))

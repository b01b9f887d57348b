"""What a replay would take back, and what it would keep: read before anything happens."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.journal.telling import as_told_now
from infra.db.tables import trail
from workflows.domain.effects import UNDOES

_journal = trail.journal
_effects = trail.effects
_deeds = trail.human_task_deeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """Something that stood open at the point."""

    waits_for: str
    """task, timer, message, job or child."""
    element: str | None
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEffect:
    """An effect that was made after the point: the replay finds it, and does not make it again."""

    element: str
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAgain:
    """A decision that was made after the point."""

    element: str
    by: str
    outcome: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """What lies after a point of a case."""

    status: str
    """Of the case at the point."""
    superseded: int
    """Entries of the journal."""
    reopened: tuple[Reopened, ...]
    effects: tuple[KeptEffect, ...]
    remade: tuple[KeptEffect, ...]
    """Those that a compensation handler has undone since: they are made anew."""
    effects_before: int
    decisions: tuple[AskedAgain, ...]


class ReplayViews:
    """Points of a case, and what lies after them."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def last(self, case_id: str, kind: str, element: str | None = None) -> datetime | None:
        """When the case last told of something, in its own process."""
        query = select(func.max(_journal.c.at)).where(
            _journal.c.instance_id == case_id, _journal.c.kind == kind, as_told_now()
        )
        if element is not None:
            query = query.where(_journal.c.element == element)
        found: datetime | None = (await self._connection.execute(query)).scalar()
        return found

    async def tail(self, case_id: str, at: datetime) -> Tail:
        """What lies after a moment of business time."""
        entries = (
            await self._connection.execute(
                select(_journal)
                .where(_journal.c.instance_id == case_id, as_told_now())
                .order_by(_journal.c.seq)
            )
        ).all()
        before = [entry for entry in entries if entry.at < at]
        effects = (
            await self._connection.execute(
                select(_effects).where(_effects.c.case_id == case_id).order_by(_effects.c.at)
            )
        ).all()
        undone = {key for effect in effects for key in effect.detail.get(UNDOES, ())}
        deeds = await self._connection.execute(
            select(_deeds)
            .where(_deeds.c.case_id == case_id, _deeds.c.act == "complete", _deeds.c.at >= at)
            .order_by(_deeds.c.no)
        )
        return Tail(
            status=_status(before),
            superseded=len(entries) - len(before),
            reopened=tuple(_standing(before)),
            effects=_later(effects, at, lambda key: key not in undone),
            remade=_later(effects, at, lambda key: key in undone),
            effects_before=sum(effect.at < at for effect in effects),
            decisions=tuple(
                AskedAgain(element=deed.element, by=deed.actor, outcome=deed.outcome, at=deed.at)
                for deed in deeds
            ),
        )


def _later(
    effects: Iterable[Row[Any]], at: datetime, wanted: Callable[[str], bool]
) -> tuple[KeptEffect, ...]:
    return tuple(
        KeptEffect(element=effect.element, kind=effect.kind, at=effect.at)
        for effect in effects
        if effect.at >= at and wanted(effect.key)
    )


def _status(entries: Iterable[Row[Any]]) -> str:
    words = [str(entry.data.get("status")) for entry in entries if entry.kind == "statusChanged"]
    return words[-1] if words else "SUBMITTED"


def _standing(entries: Iterable[Row[Any]]) -> Iterable[Reopened]:
    standing: dict[tuple[str, int], Reopened] = {}
    for entry in entries:
        if entry.kind in ("taskOpened", "waitOpened"):
            what = "task" if entry.kind == "taskOpened" else str(entry.data["for"])
            standing[what, entry.key] = Reopened(
                waits_for=what, element=entry.element, name=entry.name
            )
        elif entry.kind in ("taskClosed", "waitClosed"):
            what = "task" if entry.kind == "taskClosed" else str(entry.data["for"])
            standing.pop((what, entry.key), None)
    return standing.values()

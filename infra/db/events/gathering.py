"""Events kept for a start that waits for several, until each has happened (S28).

They are gathered by key. What bears no key (a signal, a time, a condition, a message without one)
goes with whichever key is the first to have everything else. Every event is used once, the oldest
of its kind first. A newer version of the process goes on with what it waits for as well.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.connections.locking import hold
from infra.db.tables.cases import cases
from infra.db.tables.starts import begun_cases, gathered_events
from workflows.domain.canonical import JsonObject
from workflows.domain.start import GATHERED, StartEvent, Trigger

Part = tuple[str, str]
"""Kind and name of an event that a start waits for."""

_events = gathered_events.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """Everything that a start waits for has happened."""

    key: str
    numbers: tuple[int, ...]
    """Of the events, in the order in which they happened."""
    variables: JsonObject
    by: str
    """Who let the last of them happen."""


class GatheringTable:
    """What the start events of one connection's database keep."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, process_id: str, element: str, event: Trigger) -> None:
        """Keep an event for a start."""
        await hold(self._connection, ("gathering", process_id, element))
        await self._connection.execute(
            insert(gathered_events).values(
                process_id=process_id,
                element=element,
                kind=event.kind,
                name=event.name,
                source=event.source,
                key=event.key,
                variables=dict(event.variables),
                publisher=event.by,
                at=event.at,
            )
        )

    async def complete(
        self, process_id: str, element: str, wanted: Sequence[Part], key: str = ""
    ) -> Gathering | None:
        """Find a key that has everything, and of which no case goes on; the oldest, if any may."""
        await hold(self._connection, ("gathering", process_id, element))
        here = (_events.process_id == process_id, _events.element == element)
        waiting = and_(*here, _events.case_id.is_(None), or_(*map(_is, wanted)))
        keyless = await self._parts(waiting, _events.key == "")
        missing = [part for part in wanted if part not in keyless]
        if not missing:
            return await self._chosen(waiting, "")
        may_be = and_(_events.key == key if key else _events.key != "", or_(*map(_is, missing)))
        found = await self._key(and_(waiting, may_be, ~_goes_on(process_id, element)), len(missing))
        return None if found is None else await self._chosen(waiting, found)

    async def use(self, gathering: Gathering, case_id: str) -> None:
        """Events have begun a case: what they brought stands there from now on."""
        await self._connection.execute(
            update(gathered_events)
            .where(_events.no.in_(gathering.numbers))
            .values(case_id=case_id, variables={})
        )

    async def begun_by(self, kind: str, source: str) -> tuple[str, ...]:
        """The cases that an event helped to begin."""
        query = (
            select(_events.case_id)
            .where(_events.kind == kind, _events.source == source, _events.case_id.is_not(None))
            .order_by(_events.process_id)
        )
        return tuple((await self._connection.execute(query)).scalars())

    async def replace(self, process_id: str, starts: Iterable[StartEvent]) -> None:
        """A new version is there: what it does not wait for any more is let go."""
        still = [
            and_(_events.element == one.element, _is((one.kind, one.name)))
            for one in starts
            if one.gathers
        ]
        statement = gathered_events.delete().where(
            _events.process_id == process_id, _events.case_id.is_(None)
        )
        await self._connection.execute(statement.where(~or_(*still)) if still else statement)

    async def _parts(self, *conditions: ColumnElement[bool]) -> set[Part]:
        query = select(_events.kind, _events.name).where(*conditions).distinct()
        return {(row.kind, row.name) for row in await self._connection.execute(query)}

    async def _key(self, may_be: ColumnElement[bool], count: int) -> str | None:
        """Find the key that was the first to have as many parts."""
        by_part = (
            select(_events.key, func.min(_events.no).label("first"))
            .where(may_be)
            .group_by(_events.key, _events.kind, _events.name)
            .subquery()
        )
        query = (
            select(by_part.c.key)
            .group_by(by_part.c.key)
            .having(func.count() == count)
            .order_by(func.max(by_part.c.first))
            .limit(1)
        )
        found: str | None = (await self._connection.execute(query)).scalar()
        return found

    async def _chosen(self, waiting: ColumnElement[bool], key: str) -> Gathering:
        """Take the oldest event of each part: those of the key before those without one."""
        query = (
            select(_events.kind, _events.name, _events.key, func.min(_events.no).label("no"))
            .where(waiting, _events.key.in_({key, ""}))
            .group_by(_events.kind, _events.name, _events.key)
            .order_by(_events.key)
        )
        found = {
            (row.kind, row.name): row.no for row in await self._connection.execute(query)
        }  # the empty key comes first, so a later row is of the key itself
        chosen = select(gathered_events).where(_events.no.in_(found.values())).order_by(_events.no)
        rows = (await self._connection.execute(chosen)).all()
        return Gathering(
            key=key,
            numbers=tuple(row.no for row in rows),
            variables={name: value for row in rows for name, value in row.variables.items()},
            by=rows[-1].publisher,
        )


def has_begun(kind: str, source: ColumnElement[str], process_id: str) -> ColumnElement[bool]:
    """Whether an event has begun a case of a process, or is kept to begin one."""
    alone = exists().where(
        begun_cases.c.kind == kind,
        begun_cases.c.source == source,
        begun_cases.c.process_id == process_id,
    )
    together = exists().where(
        _events.kind == kind, _events.source == source, _events.process_id == process_id
    )
    return or_(alone, together)


def _is(part: Part) -> ColumnElement[bool]:
    kind, name = part
    return and_(_events.kind == kind, _events.name == name)


def _goes_on(process_id: str, element: str) -> ColumnElement[bool]:
    """A case of the key that this start has begun has not ended (S23)."""
    return exists().where(
        begun_cases.c.process_id == process_id,
        begun_cases.c.kind == GATHERED,
        begun_cases.c.name == element,
        begun_cases.c.key == _events.key,
        cases.c.id == begun_cases.c.case_id,
        cases.c.finished_at.is_(None),
    )

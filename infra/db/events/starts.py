"""Cases that events begin: the case, what began it and its audit record in one transaction.

Whoever publishes, broadcasts, tells conditions or lets a timer fire writes the case here; the relay
starts every accepted case, so a crash in between loses none. The same event begins one case of a
process. A start that waits for several events keeps each until it has all (``gathering``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.events.acceptance import AcceptanceTable
from infra.db.events.gathering import GatheringTable, Part
from infra.db.tables import cases, definitions
from infra.db.tables.starts import begun_cases, start_events
from infra.packs import Packs
from workflows.domain.canonical import JsonObject, content_hash
from workflows.domain.case import Case
from workflows.domain.ids import derive
from workflows.domain.start import (
    EVENT_CHANNEL,
    GATHERED,
    Begun,
    StartCondition,
    StartEvent,
    Trigger,
)
from workflows.feel.wire import decode, to_plain

_LONGEST_NAME = 300


class StartTable:
    """Start events that listen, and the cases they have begun."""

    def __init__(
        self, connection: AsyncConnection, audit: AuditTable, packs: Packs | None = None
    ) -> None:
        self._connection = connection
        self._acceptance = AcceptanceTable(connection, audit, packs)
        self._gathering = GatheringTable(connection)

    async def listen(self, process_id: str, version: int, starts: Iterable[StartEvent]) -> None:
        """A new version is there: its start events listen, those of the version before no more."""
        await self._connection.execute(
            start_events.delete().where(start_events.c.process_id == process_id)
        )
        known = [replace(start, name=known_as(start.name)) for start in starts]
        rows = [_row(process_id, version, part, start) for part, start in enumerate(known)]
        if rows:
            await self._connection.execute(insert(start_events), rows)
        await self._gathering.replace(process_id, known)

    async def begins_plainly(self, process_id: str, version: int) -> bool:
        """Whether a version begins without an event; of older versions nothing else is known."""
        mine = (start_events.c.process_id == process_id, start_events.c.version == version)
        kinds = (await self._connection.execute(select(start_events.c.kind).where(*mine))).scalars()
        known = set(kinds.all())
        return not known or "none" in known

    async def begin(self, trigger: Trigger, reached: Sequence[str] = ()) -> Begun:
        """Begin a case of each process that has such a start, but for those already reached."""
        found: dict[str, RowMapping] = {}
        for row in await self._listening(trigger):
            found.setdefault(row["process_id"], row)
        hears = [row for process_id, row in found.items() if process_id not in reached]
        return await self._all_hear(trigger, hears)

    async def begin_by_condition(
        self, trigger: Trigger, true: Iterable[tuple[str, StartEvent]]
    ) -> Begun:
        """Begin a case by each of some conditions."""
        begun = Begun()
        for process_id, start in true:
            one = replace(trigger, name=start.name)
            rows = await self._at(one, process_id, start.element)
            told = await self._all_hear(one, rows)
            begun = Begun(cases=begun.cases + told.cases, kept=begun.kept + told.kept)
        return begun

    async def begin_one(self, trigger: Trigger, process_id: str) -> bool:
        """Begin a case of one process, if it still has such a start and none goes on."""
        for row in await self._listening(trigger):
            if row["process_id"] == process_id and not await self._is_busy(trigger, row):
                return bool(await self._hear(trigger, row) or row["gathers"])
        return False

    async def begin_next(self, ended: str, process_id: str, element: str, at: datetime) -> None:
        """A case of a start that gathers has ended: begin what was only waiting for that."""
        here = (start_events.c.process_id == process_id, start_events.c.element == element)
        for row in (await self._rows(*here))[:1]:
            last = Trigger(
                kind=GATHERED, source="", at=at, by="", clock_offset=await self.clock_of(ended)
            )
            if row["gathers"]:
                await self._together(last, row)

    async def clock_of(self, case_id: str) -> float:
        """How far the business time of a case is ahead."""
        query = select(cases.cases.c.clock_offset).where(cases.cases.c.id == case_id)
        return float((await self._connection.execute(query)).scalar() or 0.0)

    async def begin_at(self, trigger: Trigger, process_id: str, element: str) -> str | None:
        """Begin a case at a start event, if the newest version still has it."""
        rows = await self._at(trigger, process_id, element)
        return next(iter((await self._all_hear(trigger, rows)).cases), None)

    async def conditions(self, process_id: str | None = None) -> tuple[tuple[str, StartEvent], ...]:
        """The conditions that begin cases, by process, in the order of its drawing."""
        wanted = [start_events.c.kind == "condition"]
        if process_id is not None:
            wanted.append(start_events.c.process_id == process_id)
        return tuple((row["process_id"], _start(row)) for row in await self._rows(*wanted))

    async def begun_by(self, kind: str, source: str) -> tuple[str, ...]:
        """The cases that an event began."""
        query = (
            select(begun_cases.c.case_id)
            .where(begun_cases.c.kind == kind, begun_cases.c.source == source)
            .order_by(begun_cases.c.process_id)
        )
        alone = (await self._connection.execute(query)).scalars().all()
        return (*alone, *await self._gathering.begun_by(kind, source))

    async def keyed(self, case_id: str) -> tuple[str, str, str, str] | None:
        """What began a case with a key: kind, process, message or start event, and key."""
        query = select(begun_cases).where(begun_cases.c.case_id == case_id, begun_cases.c.key != "")
        row = (await self._connection.execute(query)).first()
        return None if row is None else (row.kind, row.process_id, row.name, row.key)

    async def due(self, now: datetime, limit: int = 50) -> tuple[tuple[str, int, StartEvent], ...]:
        """Timers whose time has come, the oldest first: process, part and start event."""
        query = (
            select(start_events)
            .where(start_events.c.due <= now)
            .order_by(start_events.c.due, start_events.c.process_id, start_events.c.part)
            .limit(limit)
        )
        return tuple(
            (row.process_id, row.part, _start(row._mapping))  # noqa: SLF001 - its public name
            for row in await self._connection.execute(query)
        )

    async def advance(
        self, process_id: str, part: int, fired: StartEvent, following: StartEvent
    ) -> bool:
        """Set a timer to its next firing; False: somebody else let it fire, or it is gone."""
        changed = await self._connection.execute(
            update(start_events)
            .where(
                start_events.c.process_id == process_id,
                start_events.c.part == part,
                start_events.c.element == fired.element,
                start_events.c.due == fired.due,
            )
            .values(due=following.due, anchor=following.anchor, left=following.left)
        )
        return changed.rowcount == 1

    async def _at(self, trigger: Trigger, process_id: str, element: str) -> Sequence[RowMapping]:
        rows = await self._rows(
            start_events.c.process_id == process_id,
            start_events.c.element == element,
            start_events.c.kind == trigger.kind,
            start_events.c.name == known_as(trigger.name),
        )
        return rows[:1]

    async def _listening(self, trigger: Trigger) -> Sequence[RowMapping]:
        return await self._rows(
            start_events.c.kind == trigger.kind,
            start_events.c.name == known_as(trigger.name),
        )

    async def _rows(self, *conditions: ColumnElement[bool]) -> Sequence[RowMapping]:
        table = definitions.definitions
        query = (
            select(start_events, table.c.bundle_hash)
            .join(
                table,
                (table.c.process_id == start_events.c.process_id)
                & (table.c.version == start_events.c.version),
            )
            .where(*conditions)
            .order_by(start_events.c.process_id, start_events.c.part)
        )
        return (await self._connection.execute(query)).mappings().all()

    async def _all_hear(self, trigger: Trigger, rows: Iterable[RowMapping]) -> Begun:
        cases: list[str] = []
        kept: list[str] = []
        for row in rows:
            if not await self._is_busy(trigger, row):
                begun = await self._hear(trigger, row)
                cases += begun
                kept += [str(row["process_id"])] if row["gathers"] and not begun else []
        return Begun(cases=tuple(cases), kept=tuple(kept))

    async def _hear(self, trigger: Trigger, row: RowMapping) -> tuple[str, ...]:
        """Begin a case, or keep the event until everything that the start waits for is there."""
        if not row["gathers"]:
            return (await self._enter(trigger, row),)
        event = replace(trigger, name=known_as(trigger.name))
        await self._gathering.keep(row["process_id"], row["element"], event)
        return await self._together(trigger, row)

    async def _together(self, last: Trigger, row: RowMapping) -> tuple[str, ...]:
        """Begin a case with what a start has gathered, if that is all it waits for."""
        process_id, element = str(row["process_id"]), str(row["element"])
        wanted = await self._parts(process_id, element)
        found = await self._gathering.complete(process_id, element, wanted, last.key)
        if found is None:
            return ()
        trigger = replace(
            last,
            kind=GATHERED,
            by=found.by,
            source=derive("G", *found.numbers),
            name=element,
            key=found.key,
            variables=found.variables,
        )
        case_id = await self._enter(trigger, row)
        await self._gathering.use(found, case_id)
        return (case_id,)

    async def _parts(self, process_id: str, element: str) -> list[Part]:
        query = (
            select(start_events.c.kind, start_events.c.name)
            .where(start_events.c.process_id == process_id, start_events.c.element == element)
            .distinct()
        )
        return [(row.kind, row.name) for row in await self._connection.execute(query)]

    async def _is_busy(self, trigger: Trigger, row: RowMapping) -> bool:
        """One case at a time goes on for a process, a message and its key (S23)."""
        if trigger.kind != "message" or not trigger.key or row["gathers"]:
            return False
        goes_on = exists().where(
            cases.cases.c.id == begun_cases.c.case_id, cases.cases.c.finished_at.is_(None)
        )
        query = select(begun_cases.c.case_id).where(
            begun_cases.c.process_id == row["process_id"],
            begun_cases.c.name == trigger.name,
            begun_cases.c.key == trigger.key,
            goes_on,
        )
        return (await self._connection.execute(query.limit(1))).first() is not None

    async def _enter(self, trigger: Trigger, row: RowMapping) -> str:
        process_id = str(row["process_id"])
        case = _case(trigger, row, derive("BQ", trigger.kind, trigger.source, process_id))
        await self._connection.execute(
            insert(begun_cases).values(
                case_id=case.id,
                process_id=process_id,
                kind=trigger.kind,
                source=trigger.source,
                name=trigger.name,
                key=trigger.key,
            )
        )
        await self._acceptance.enter(case, _request(trigger.variables))
        return case.id


def known_as(name: str) -> str:
    """A name as it is kept: a model may make any text of any length a name."""
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{name[:200]}~{content_hash({'name': name})}"


def _row(process_id: str, version: int, part: int, start: StartEvent) -> dict[str, Any]:
    condition = None if start.condition is None else asdict(start.condition)
    return {
        **asdict(start), "condition": condition,
        "process_id": process_id, "version": version, "part": part,
    }  # fmt: skip


def _start(row: Mapping[Any, Any]) -> StartEvent:
    told = row["condition"]
    condition = told and StartCondition(
        text=told["text"], reads=tuple(told["reads"]), watches=tuple(told["watches"])
    )
    return StartEvent(
        element=row["element"],
        kind=row["kind"],
        name=row["name"],
        form=row["form"],
        due=row["due"],
        anchor=row["anchor"],
        left=row["left"],
        condition=condition,
        gathers=row["gathers"],
        version=row["version"],
    )


def _case(trigger: Trigger, row: RowMapping, case_id: str) -> Case:
    """What a case is about, the event says by the variables that a request has at the door."""

    def said(name: str, length: int = 120) -> str:
        told = trigger.variables.get(name)
        value = told.get("v") if isinstance(told, Mapping) and told.get("t") == "string" else ""
        return str(value)[:length]

    moment = {"t": "date and time", "v": trigger.at.isoformat()}
    own: dict[str, Any] = {
        "caseId": {"t": "string", "v": case_id},
        "channel": {"t": "string", "v": EVENT_CHANNEL},
        "startedBy": {"t": "string", "v": trigger.by},
        "noticeArrivedAt": moment,
    }
    return Case(
        id=case_id,
        process_id=row["process_id"],
        version=row["version"],
        program_hash=row["bundle_hash"],
        status="SUBMITTED",
        policy_no=said("policyNo"),
        item=said("item", 60),
        channel=EVENT_CHANNEL,
        notice_arrived_at=trigger.at,
        applicant_party_id=said("applicantPartyId"),
        applicant_role=said("applicantRole", 60),
        started_by=trigger.by,
        accepted_at=trigger.at,
        variables={**trigger.variables, **own},
        clock_offset=trigger.clock_offset,
        start_element=row["element"],
    )


def _request(variables: JsonObject) -> JsonObject:
    """What was asked for, as a request at the door has it."""
    told = variables.get("request")
    plain = to_plain(decode(told)) if isinstance(told, dict) else None
    return plain if isinstance(plain, dict) else {}

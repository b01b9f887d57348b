"""Cases that events begin: the case, what began it and its audit record in one transaction.

Whoever publishes, broadcasts or lets a timer fire writes the case here; the relay starts every
accepted case, so a crash in between loses none. The same event begins one case of a process.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.acceptance import AcceptanceTable
from infra.db.audit import AuditTable
from infra.db.tables import cases, definitions
from infra.db.tables.starts import begun_cases, start_events
from workflows.domain.canonical import JsonObject
from workflows.domain.case import Case
from workflows.domain.ids import derive
from workflows.domain.start import EVENT_CHANNEL, StartEvent, Trigger
from workflows.feel.wire import decode, to_plain

_LONGEST_NAME = 300


class StartTable:
    """Start events that listen, and the cases they have begun."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._acceptance = AcceptanceTable(connection, audit)

    async def listen(self, process_id: str, version: int, starts: Iterable[StartEvent]) -> None:
        """A new version is there: its start events listen, those of the version before no more."""
        await self._connection.execute(
            start_events.delete().where(start_events.c.process_id == process_id)
        )
        rows = [
            {
                "process_id": process_id,
                "version": version,
                "part": part,
                "element": start.element,
                "kind": start.kind,
                "name": start.name[:_LONGEST_NAME],
                "form": start.form,
                "due": start.due,
                "anchor": start.anchor,
                "left": start.left,
            }
            for part, start in enumerate(starts)
        ]
        if rows:
            await self._connection.execute(insert(start_events), rows)

    async def begins_plainly(self, process_id: str, version: int) -> bool:
        """Whether a version begins without an event; of older versions nothing else is known."""
        mine = (start_events.c.process_id == process_id, start_events.c.version == version)
        kinds = (await self._connection.execute(select(start_events.c.kind).where(*mine))).scalars()
        known = set(kinds.all())
        return not known or "none" in known

    async def begin(self, trigger: Trigger, reached: Sequence[str] = ()) -> tuple[str, ...]:
        """Begin a case of each process that has such a start, but for those already reached."""
        found: dict[str, RowMapping] = {}
        for row in await self._listening(trigger):
            found.setdefault(row["process_id"], row)
        return tuple(
            [
                await self._enter(trigger, row)
                for process_id, row in found.items()
                if process_id not in reached and not await self._is_busy(trigger, process_id)
            ]
        )

    async def begin_one(self, trigger: Trigger, process_id: str) -> bool:
        """Begin a case of one process, if it still has such a start and none goes on."""
        for row in await self._listening(trigger):
            if row["process_id"] == process_id and not await self._is_busy(trigger, process_id):
                await self._enter(trigger, row)
                return True
        return False

    async def clock_of(self, case_id: str) -> float:
        """How far the business time of a case is ahead."""
        query = select(cases.cases.c.clock_offset).where(cases.cases.c.id == case_id)
        return float((await self._connection.execute(query)).scalar() or 0.0)

    async def begin_at(self, trigger: Trigger, process_id: str, element: str) -> str | None:
        """Begin a case at a start event, if the newest version still has it."""
        here = (start_events.c.process_id == process_id, start_events.c.element == element)
        for row in await self._rows(*here):
            return await self._enter(trigger, row)
        return None

    async def begun_by(self, kind: str, source: str) -> tuple[str, ...]:
        """The cases that an event began."""
        query = (
            select(begun_cases.c.case_id)
            .where(begun_cases.c.kind == kind, begun_cases.c.source == source)
            .order_by(begun_cases.c.process_id)
        )
        return tuple((await self._connection.execute(query)).scalars())

    async def keyed(self, case_id: str) -> tuple[str, str, str] | None:
        """Process, message and key of a case that a message with a key began."""
        query = select(begun_cases).where(
            begun_cases.c.case_id == case_id,
            begun_cases.c.kind == "message",
            begun_cases.c.key != "",
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else (row.process_id, row.name, row.key)

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

    async def _listening(self, trigger: Trigger) -> Sequence[RowMapping]:
        return await self._rows(
            start_events.c.kind == trigger.kind,
            start_events.c.name == trigger.name[:_LONGEST_NAME],
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

    async def _is_busy(self, trigger: Trigger, process_id: str) -> bool:
        """One case at a time goes on for a process, a message and its key (S23)."""
        if trigger.kind != "message" or not trigger.key:
            return False
        goes_on = exists().where(
            cases.cases.c.id == begun_cases.c.case_id, cases.cases.c.finished_at.is_(None)
        )
        query = select(begun_cases.c.case_id).where(
            begun_cases.c.process_id == process_id,
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


def _start(row: Mapping[Any, Any]) -> StartEvent:
    return StartEvent(
        element=row["element"],
        kind=row["kind"],
        name=row["name"],
        form=row["form"],
        due=row["due"],
        anchor=row["anchor"],
        left=row["left"],
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

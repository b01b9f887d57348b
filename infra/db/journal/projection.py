"""The journal folded into tables (status, inbox, waits, incidents) by one function per kind."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.casework import ended_cases
from infra.db.casework.anomalies import AnomalyTable
from infra.db.casework.human_tasks import consequence
from infra.db.connections.rows import to_noun
from infra.db.events.locks import LockTable
from infra.db.events.messages import MessageTable
from infra.db.events.signals import SignalTable
from infra.db.journal.replays import ReplayTable
from infra.db.journal.versions import MIGRATED
from infra.db.tables import cases, trail
from workflows.contracts.journal import EntryKind, JournalEntry
from workflows.domain.case import CaseStatus, may_follow, unknown_statuses
from workflows.domain.findings import ANOMALY_ROUTES, Anomaly
from workflows.domain.human_task import Deed
from workflows.domain.ids import derive

_FIRST: CaseStatus = "SUBMITTED"
_WORD = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """Where the entries of one instance are folded into."""

    connection: AsyncConnection
    messages: MessageTable
    signals: SignalTable
    instance_id: str
    case_id: str
    process_id: str
    retelling: bool = False
    """A called process tells part of a case anew: the case's status may lie ahead of it."""

    async def fold(self, entries: Iterable[JournalEntry]) -> None:
        """Project entries, in order."""
        for entry in entries:
            projector = _PROJECTORS.get(entry.kind)
            if projector is not None:
                await projector(self, entry)

    async def clear(self) -> None:
        """Forget what was projected of this instance: it is told anew."""
        for table in (trail.waits, trail.incidents, trail.human_tasks):
            told = table.c.instance_id == self.instance_id
            if table is trail.incidents:
                told &= table.c.source == "case"  # what was seen from outside was not told
            await self.connection.execute(table.delete().where(told))
        if self.instance_id == self.case_id:
            await ended_cases.take_up(self.connection, self.case_id)
            await _update_case(self, status=_FIRST, finished_at=None, outcome=None)

    async def retell(self, entries: Iterable[JournalEntry]) -> None:
        """Fold the whole history of this instance again, after part of it changed."""
        await self.messages.retell(self.instance_id)
        await self.signals.retell(self.instance_id)
        await self.clear()
        await replace(self, retelling=self.instance_id != self.case_id).fold(entries)
        await self.messages.retold(self.instance_id)
        await self.signals.retold(self.instance_id)

    def place(self, table: Table, key: int | None) -> ColumnElement[bool]:
        """Where this instance's row of a key is."""
        return and_(table.c.instance_id == self.instance_id, table.c.key == key)

    def origin(self, entry: JournalEntry) -> dict[str, Any]:
        """The columns that say where an entry came from."""
        return {
            "instance_id": self.instance_id,
            "case_id": self.case_id,
            "key": entry.key,
            "element": entry.element,
            "name": entry.name,
            "opened_at": entry.at,
        }


async def _case_started(into: Projection, entry: JournalEntry) -> None:
    if into.instance_id == into.case_id:
        await _update_case(into, started_at=entry.at, **_version(entry))


async def _operator_acted(into: Projection, entry: JournalEntry) -> None:
    """A migrated case goes on by another version; the journal alone knows it of what it called."""
    if entry.data.get("act") == MIGRATED and into.instance_id == into.case_id:
        await _update_case(into, **_version(entry))


def _version(entry: JournalEntry) -> dict[str, Any]:
    told = {"version": entry.data.get("version"), "program_hash": entry.data.get("programHash")}
    return {name: value for name, value in told.items() if value}


async def _status_changed(into: Projection, entry: JournalEntry) -> None:
    """The workflow is the authority: its case stands where it says; what is odd is an anomaly."""
    word = str(entry.data.get("status"))
    stood = None if into.retelling else await _stood(into)
    if unknown_statuses([word]):
        await _odd_status(into, entry, "CASE_STATUS_UNKNOWN", word[:_WORD])
        return
    if stood is not None and not may_follow(stood, cast(CaseStatus, word)):
        await _odd_status(into, entry, "CASE_STATUS_STEP", f"{stood} > {word}")
    await _update_case(into, status=word)


async def _stood(into: Projection) -> CaseStatus | None:
    """Where the case stood; None: nobody asked for it, and it goes no customer's way."""
    query = select(cases.cases.c.status).where(
        cases.cases.c.id == into.case_id, cases.cases.c.item != ""
    )
    return cast(CaseStatus | None, await into.connection.scalar(query))


async def _odd_status(into: Projection, entry: JournalEntry, reason: str, detail: str) -> None:
    """Once for each kind of step: an anomaly for those who keep the models."""
    anomalies = AnomalyTable(into.connection)
    id = derive("AN", into.instance_id, reason, detail)
    if await anomalies.get(id) is not None:
        return
    await anomalies.record(
        Anomaly(
            id=id,
            case_id=into.case_id,
            class_="SYSTEM",
            reason=reason,
            route=ANOMALY_ROUTES["SYSTEM"].queue,
            opened_at=entry.at,
            due_on=None,  # it is about the model: no customer waits for its end
            detail=detail,
            element=entry.element,
        )
    )


async def _case_finished(into: Projection, entry: JournalEntry) -> None:
    await into.messages.forget(into.instance_id)
    await into.signals.forget(into.instance_id)
    await into.connection.execute(
        trail.waits.delete().where(trail.waits.c.instance_id == into.instance_id)
    )
    for table, values in (
        (trail.human_tasks, {"state": "WITHDRAWN", "closed_at": entry.at}),
        (trail.incidents, {"closed_at": entry.at}),
    ):
        await into.connection.execute(
            update(table)
            .where(table.c.instance_id == into.instance_id, table.c.closed_at.is_(None))
            .values(values)
        )
    if into.instance_id == into.case_id:
        outcome = entry.data.get("outcome")
        await _update_case(into, finished_at=entry.at, outcome=outcome)
        if outcome == ended_cases.TERMINATED:
            await ended_cases.end(into.connection, into.case_id, entry.at)
        await into.messages.next_begins(into.case_id, entry.at)
        locks = LockTable(into.connection, into.messages)
        await locks.release_all(into.case_id, entry.at)


async def _update_case(into: Projection, **values: object) -> None:
    await into.connection.execute(
        update(cases.cases).where(cases.cases.c.id == into.case_id).values(**values)
    )


async def _task_opened(into: Projection, entry: JournalEntry) -> None:
    data = entry.data
    groups, users = data.get("candidateGroups") or [], data.get("candidateUsers") or []
    if data.get("again"):
        for table in (trail.human_task_candidates, trail.human_tasks):
            await into.connection.execute(table.delete().where(into.place(table, entry.key)))
    await into.connection.execute(
        insert(trail.human_tasks).values(
            **into.origin(entry),
            state="CLAIMED" if data.get("assignee") else "OPEN",
            assignee=data.get("assignee"),
            candidate_groups=groups,
            candidate_users=users,
            due=_instant(data.get("due")),
            follow_up=_instant(data.get("followUp")),
            priority=data.get("priority", 50),
            form=data.get("form") or {},
            headers=data.get("headers") or {},
            variables=data.get("variables") or {},
            content_hash=data.get("contentHash", ""),
        )
    )
    candidates = [("group", group) for group in groups] + [("user", user) for user in users]
    if candidates:
        rows = [
            {
                "instance_id": into.instance_id,
                "key": entry.key,
                "kind": kind,
                "candidate": candidate,
            }
            for kind, candidate in dict.fromkeys(candidates)
        ]
        await into.connection.execute(insert(trail.human_task_candidates), rows)
    await _redo_deeds(into, entry)


async def _redo_deeds(into: Projection, entry: JournalEntry) -> None:
    """A task told anew keeps what people did about it: since it was opened again, if it was."""
    deeds = trail.human_task_deeds
    query = select(deeds).where(into.place(deeds, entry.key)).order_by(deeds.c.no)
    if entry.data.get("again"):
        query = query.where(deeds.c.at > entry.at)
    found = (await into.connection.execute(query)).all()
    if found:
        found = await ReplayTable(into.connection).standing(into.case_id, into.instance_id, found)
    for deed in found:
        values = consequence(to_noun(Deed, deed))
        await into.connection.execute(
            update(trail.human_tasks).where(into.place(trail.human_tasks, entry.key)).values(values)
        )


async def _task_closed(into: Projection, entry: JournalEntry) -> None:
    tasks = trail.human_tasks
    await into.connection.execute(
        update(tasks)
        .where(into.place(tasks, entry.key), tasks.c.closed_at.is_(None))
        .values(
            state="COMPLETED" if entry.data.get("why") == "completed" else "WITHDRAWN",
            outcome=entry.data.get("outcome"),
            closed_at=entry.at,
        )
    )


async def _wait_opened(into: Projection, entry: JournalEntry) -> None:
    kind = entry.data["for"]
    await into.connection.execute(
        insert(trail.waits).values(
            **into.origin(entry),
            kind=kind,
            due=_instant(entry.data.get("due")),
            data={name: value for name, value in entry.data.items() if name not in _SHOWN},
        )
    )
    if kind == "message":
        await into.messages.subscribe({
            "instance_id": into.instance_id,
            "wait": entry.key,
            "process_id": into.process_id,
            "message": entry.data["message"],
            "correlation_key": entry.data["correlationKey"],
            "once": entry.data.get("once", True),
            "opened_at": entry.at,
        })  # fmt: skip

    elif kind == "signal" and entry.key is not None:
        await into.signals.subscribe(into.instance_id, entry.key, entry.data["signal"], entry.at)


_SHOWN = frozenset({"for", "due"})


async def _wait_closed(into: Projection, entry: JournalEntry) -> None:
    kind = entry.data["for"]
    await into.connection.execute(
        trail.waits.delete().where(into.place(trail.waits, entry.key), trail.waits.c.kind == kind)
    )
    if kind == "message" and entry.key is not None:
        await into.messages.unsubscribe(into.instance_id, entry.key)
    elif kind == "signal" and entry.key is not None:
        await into.signals.unsubscribe(into.instance_id, entry.key)


async def _message_consumed(into: Projection, entry: JournalEntry) -> None:
    if entry.key is not None:
        await into.messages.consumed(into.instance_id, entry.key, entry.data["messageId"])


async def _signal_consumed(into: Projection, entry: JournalEntry) -> None:
    await into.signals.consumed(into.instance_id, int(entry.data["no"]))


async def _incident_opened(into: Projection, entry: JournalEntry) -> None:
    await into.connection.execute(
        insert(trail.incidents).values(
            **into.origin(entry),
            code=entry.data.get("code", "unknown"),
            message=entry.data.get("message", ""),
            attempts=entry.data.get("attempts"),
        )
    )


async def _incident_closed(into: Projection, entry: JournalEntry) -> None:
    await into.connection.execute(
        update(trail.incidents)
        .where(into.place(trail.incidents, entry.key), trail.incidents.c.closed_at.is_(None))
        .values(closed_at=entry.at)
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


_PROJECTORS: Mapping[EntryKind, Callable[[Projection, JournalEntry], Awaitable[None]]] = (
    MappingProxyType({
        "caseStarted": _case_started,
        "caseFinished": _case_finished,
        "statusChanged": _status_changed,
        "taskOpened": _task_opened,
        "taskClosed": _task_closed,
        "waitOpened": _wait_opened,
        "waitClosed": _wait_closed,
        "messageConsumed": _message_consumed,
        "signalConsumed": _signal_consumed,
        "operatorActed": _operator_acted,
        "incidentOpened": _incident_opened,
        "incidentClosed": _incident_closed,
    })
)  # fmt: skip
"""The other kinds are read from the journal itself."""

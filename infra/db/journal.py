"""The journal: what each instance did, appended once, projected in the same transaction.

An entry is known by (instance, seq). A batch may come again, or overlap with one that came before:
what is known is skipped. When an instance tells a stretch of its history anew (a worker died
before the server had the turn, or an operator reset the run), entries differ from the known ones:
a new generation begins there, supersedes what came after, and the projections are folded again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.audit import AuditTable
from infra.db.evidence import entry_hash, journal_hash
from infra.db.locking import hold
from infra.db.messages import MessageTable
from infra.db.projection import Projection
from infra.db.salting import new_salt
from infra.db.signals import SignalTable
from infra.db.tables import cases, trail
from workflows.contracts.journal import JournalBatch, JournalEntry, MessageDelivery
from workflows.domain.audit import Change

_journal = trail.journal
_instances = trail.instances


_HEAD = select(_instances.c.generation, _instances.c.last_seq).where(
    _instances.c.id == bindparam("wanted")
)


_UNFINISHED: Mapping[str, Any] = MappingProxyType({"finished_at": None, "outcome": None})
"""An instance that tells its history anew may not have ended in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """Where the journal of an instance stands."""

    generation: int = 1
    last_seq: int = 0
    is_new: bool = False
    is_branch: bool = False
    """A new generation begins with the entries at hand."""


class JournalTable:
    """What cases did."""

    def __init__(
        self,
        connection: AsyncConnection,
        audit: AuditTable,
        messages: MessageTable,
        signals: SignalTable,
    ) -> None:
        self._connection = connection
        self._audit = audit
        self._messages = messages
        self._signals = signals

    async def append(self, batch: JournalBatch) -> tuple[MessageDelivery, ...]:
        """Append once, project, write one audit row; answer messages for what it listens to."""
        if not batch.entries:
            return ()
        # One teller of a case at a time: the trail is in the order in which it was committed.
        await hold(self._connection, ("case", batch.case_id))
        head = await self._head(batch)
        fresh, head = await self._fresh(batch, head)
        if fresh:
            await self._write(batch, fresh, head)
        opened = [
            entry.key
            for entry in batch.entries
            if entry.kind == "waitOpened" and entry.key is not None
            and entry.data.get("for") == "message"
        ]  # fmt: skip
        return await self._messages.waiting_for(batch.instance_id, opened)

    async def _head(self, batch: JournalBatch) -> _Head:
        row = (await self._connection.execute(_HEAD, {"wanted": batch.instance_id})).first()
        if row is None:
            return _Head(is_new=True)
        return _Head(generation=row.generation, last_seq=row.last_seq)

    async def _fresh(
        self, batch: JournalBatch, head: _Head
    ) -> tuple[Sequence[JournalEntry], _Head]:
        """The entries not known yet, and the head they continue."""
        first = batch.entries[0].seq
        if first > head.last_seq + 1:
            raise ValueError(
                f"Expected entry {head.last_seq + 1} of {batch.instance_id}, but got {first}"
            )
        known = await self._known(batch) if first <= head.last_seq else {}
        for place, entry in enumerate(batch.entries):
            told = known.get(entry.seq)
            if told is None:
                return batch.entries[place:], head
            if all(entry_hash(entry, salt) != digest for salt, digest in told):
                branched = _Head(
                    generation=head.generation + 1, last_seq=entry.seq - 1, is_branch=True
                )
                return batch.entries[place:], branched
        return (), head

    async def _known(self, batch: JournalBatch) -> Mapping[int, list[tuple[str | None, str]]]:
        """Salts and hashes by seq, of every generation: an old batch that comes late is known."""
        query = select(_journal.c.seq, _journal.c.salt, _journal.c.hash).where(
            _journal.c.instance_id == batch.instance_id,
            _journal.c.seq >= batch.entries[0].seq,
            _journal.c.seq <= batch.entries[-1].seq,
        )
        known: dict[int, list[tuple[str | None, str]]] = {}
        for row in await self._connection.execute(query):
            known.setdefault(row.seq, []).append((row.salt, row.hash))
        return known

    async def _write(self, batch: JournalBatch, fresh: Sequence[JournalEntry], head: _Head) -> None:
        rows = [_row(batch, entry, head.generation) for entry in fresh]
        await self._connection.execute(insert(_journal), rows)
        process_id = await self._move_head(batch, fresh, head)
        projection = Projection(
            connection=self._connection,
            messages=self._messages,
            signals=self._signals,
            instance_id=batch.instance_id,
            case_id=batch.case_id,
            process_id=process_id,
        )
        if head.is_branch:
            await projection.retell(await self._told(batch.instance_id, fresh[-1].seq))
        else:
            await projection.fold(fresh)
        await self._audit.append(_change(batch, rows, head.generation))
        for entry in fresh:
            if entry.kind == "operatorActed":
                await self._audit.append(_act(batch, entry))

    async def _told(self, instance_id: str, until: int) -> list[JournalEntry]:
        """The history as it is told now: of each seq the latest generation."""
        query = (
            select(_journal)
            .where(_journal.c.instance_id == instance_id, _journal.c.seq <= until)
            .order_by(_journal.c.seq, _journal.c.generation)
        )
        latest = {row.seq: row for row in await self._connection.execute(query)}
        return [_entry(row) for row in latest.values()]

    async def _move_head(
        self, batch: JournalBatch, fresh: Sequence[JournalEntry], head: _Head
    ) -> str:
        values: dict[str, Any] = {
            "run_id": batch.run_id,
            "generation": head.generation,
            "last_seq": fresh[-1].seq,
            **(_UNFINISHED if head.is_branch else {}),
            **_milestones(fresh),
        }
        if head.is_new:
            values |= {"id": batch.instance_id, "case_id": batch.case_id}
            values.setdefault("process_id", await self._process_of_case(batch))
            await self._connection.execute(insert(_instances), values)
            return str(values["process_id"])
        statement = (
            update(_instances)
            .where(_instances.c.id == batch.instance_id)
            .values(values)
            .returning(_instances.c.process_id)
        )
        return str((await self._connection.execute(statement)).scalar_one())

    async def _process_of_case(self, batch: JournalBatch) -> str:
        query = select(cases.cases.c.process_id).where(cases.cases.c.id == batch.instance_id)
        known = (await self._connection.execute(query)).scalar()
        return batch.instance_id if known is None else known


def _milestones(entries: Sequence[JournalEntry]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for entry in entries:
        if entry.kind == "caseStarted":
            values["started_at"] = entry.at
            if "processId" in entry.data:
                values["process_id"] = entry.data["processId"]
        elif entry.kind == "caseFinished":
            values |= {"finished_at": entry.at, "outcome": entry.data.get("outcome")}
    return values


def _row(batch: JournalBatch, entry: JournalEntry, generation: int) -> dict[str, Any]:
    salt = new_salt()
    return {
        "instance_id": batch.instance_id,
        "generation": generation,
        "seq": entry.seq,
        "case_id": batch.case_id,
        "run_id": batch.run_id,
        "at": entry.at,
        "kind": entry.kind,
        "element": entry.element,
        "name": entry.name,
        "key": entry.key,
        "data": entry.data,
        "hash": entry_hash(entry, salt),
        "salt": salt,
    }


def _entry(row: Row[Any]) -> JournalEntry:
    return JournalEntry(
        seq=row.seq,
        at=row.at,
        kind=row.kind,
        element=row.element,
        name=row.name,
        key=row.key,
        data=row.data,
    )


def _change(batch: JournalBatch, rows: Sequence[dict[str, Any]], generation: int) -> Change:
    at: datetime = rows[-1]["at"]
    return Change(
        stream=batch.case_id,
        action="journal",
        actor="system",
        at=at,
        object_type="instance",
        object_id=batch.instance_id,
        detail={
            "from": rows[0]["seq"],
            "to": rows[-1]["seq"],
            "generation": generation,
            "runId": batch.run_id,
            "sha256": journal_hash([row["hash"] for row in rows]),
        },
    )


def _act(batch: JournalBatch, entry: JournalEntry) -> Change:
    """What somebody did to a case from outside its model: its own record, by name."""
    told = dict(entry.data)
    act, actor, request_id = (str(told.pop(name)) for name in ("act", "actor", "requestId"))
    return Change(
        stream=batch.case_id,
        action=act,
        actor=actor,
        at=entry.at,
        object_type="instance",
        object_id=batch.instance_id,
        detail={**told, "requestId": request_id, "seq": entry.seq},
    )

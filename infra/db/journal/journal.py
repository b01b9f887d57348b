"""The journal: what each instance did, appended once, projected in the same transaction.

An entry is known by (instance, seq). A batch may come again, or overlap with one that came before:
what is known is skipped. When an instance tells a stretch of its history anew (a worker died
before the server had the turn, or an operator reset the run), entries differ from the known ones:
a new generation begins there, supersedes what came after, and the projections are folded again.
``telling`` says whom to believe when two workers tell the same stretch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.chain.evidence import entry_hash, journal_hash
from infra.db.connections.locking import hold
from infra.db.connections.salting import new_salt
from infra.db.events.messages import MessageTable
from infra.db.events.signals import SignalTable
from infra.db.journal.acts_told import Place
from infra.db.journal.projection import Projection
from infra.db.journal.telling import is_followed, superseded, told, told_up_to
from infra.db.tables import cases, trail
from workflows.contracts.journal import JournalBatch, JournalEntry, JournalHead, MessageDelivery
from workflows.domain.audit import Change

_journal = trail.journal
_instances = trail.instances


_WHERE = select(_instances).where(_instances.c.id == bindparam("wanted"))
_HEAD = select(_instances.c.generation, _instances.c.last_seq, _instances.c.run_id).where(
    _instances.c.id == bindparam("wanted")
)


_UNFINISHED: Mapping[str, Any] = MappingProxyType({"finished_at": None, "outcome": None})
"""An instance that tells its history anew may not have ended in it."""


_Known = Mapping[int, Sequence[tuple[str | None, str]]]
"""Salt and hash of each telling of an entry, by its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """Where the journal of an instance stands."""

    generation: int = 1
    last_seq: int = 0
    run_id: str = ""
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
        if await self._is_over(batch, head):
            return ()
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

    async def put_back(self, instance_id: str, head: JournalHead, seen: Place) -> bool:
        """Let the journal stand where the instance says it does; answers whether it had to be.

        Nothing happens if it has moved on from where it was ``seen``, or does not know the place.
        """
        row = (await self._connection.execute(_WHERE, {"wanted": instance_id})).one()
        await hold(self._connection, ("case", row.case_id))
        row = (await self._connection.execute(_WHERE, {"wanted": instance_id})).one()
        if (row.generation, row.last_seq) != seen or head.at is None:
            return False
        again = await told_up_to(self._connection, instance_id, head.seq, head.at)
        if not again:
            return False
        batch = JournalBatch(
            instance_id=instance_id, case_id=row.case_id, run_id=row.run_id, entries=()
        )
        await self._write(batch, again, _branch(_Head(generation=row.generation), again[0]))
        return True

    async def _head(self, batch: JournalBatch) -> _Head:
        row = (await self._connection.execute(_HEAD, {"wanted": batch.instance_id})).first()
        if row is None:
            return _Head(is_new=True)
        return _Head(generation=row.generation, last_seq=row.last_seq, run_id=row.run_id)

    async def _is_over(self, batch: JournalBatch, head: _Head) -> bool:
        """Whether another run has followed the one that tells: an operator reset it."""
        if head.is_new or head.run_id == batch.run_id:
            return False
        return await is_followed(self._connection, batch.instance_id, batch.run_id)

    async def _fresh(
        self, batch: JournalBatch, head: _Head
    ) -> tuple[Sequence[JournalEntry], _Head]:
        """The entries not known yet, and the head they continue."""
        again = await superseded(self._connection, batch) if head.generation > 1 else ()
        if again:
            return (*again, *batch.entries), _branch(head, again[0])
        first = batch.entries[0].seq
        if first > head.last_seq + 1:
            raise ValueError(
                f"Expected entry {head.last_seq + 1} of {batch.instance_id}, but got {first}"
            )
        known = await self._known(batch) if first <= head.last_seq else {}
        for place, entry in enumerate(batch.entries):
            if entry.seq not in known:
                return batch.entries[place:], head
            if not _is_known(entry, known):
                return batch.entries[place:], _branch(head, entry)
        return (), head

    async def _known(self, batch: JournalBatch) -> _Known:
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
        acts = await self._new_acts(batch)
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
            until = (1, fresh[-1].seq)
            await projection.retell(await told(self._connection, batch.instance_id, until))
        else:
            await projection.fold(fresh)
        await self._audit.append(_change(batch, rows, head.generation))
        for entry in acts:
            await self._audit.append(_act(batch, entry))

    async def _new_acts(self, batch: JournalBatch) -> list[JournalEntry]:
        """What people did to the case that no earlier telling has told."""
        acts = [entry for entry in batch.entries if entry.kind == "operatorActed"]
        known = await self._known(batch) if acts else {}
        return [entry for entry in acts if not _is_known(entry, known)]

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


def _is_known(entry: JournalEntry, known: _Known) -> bool:
    """Whether any generation tells the entry as it is told here."""
    return any(entry_hash(entry, salt) == digest for salt, digest in known.get(entry.seq, ()))


def _branch(head: _Head, first: JournalEntry) -> _Head:
    return _Head(generation=head.generation + 1, last_seq=first.seq - 1, is_branch=True)


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
    """What somebody did to a case from outside its model: its own record, by name.

    The reason may name people: it stands in the entry, which is vouched for, and can be emptied.
    """
    told = {name: value for name, value in entry.data.items() if name != "reason"}
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

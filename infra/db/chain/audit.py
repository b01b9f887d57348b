"""The audit chain in the database: appended to in the transaction of the change, never changed."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.evidence import Evidence
from infra.db.chain.vouching import ROWS, VOUCHED, Bindings
from infra.db.connections.locking import hold, is_alone, to_change
from infra.db.tables import trail
from workflows.domain.audit import (
    GENESIS,
    AuditRecord,
    AuditVerdict,
    Change,
    broken,
    record,
    verify,
)
from workflows.domain.canonical import canonical_json

_heads = trail.audit_heads
# Said once: they run in every transaction, and building a statement costs more than running it.
_HEAD = select(_heads.c.seq, _heads.c.hash).where(_heads.c.stream == bindparam("wanted"))
_MOVE = (
    update(_heads)
    .where(_heads.c.stream == bindparam("wanted"))
    .values(seq=bindparam("seq"), hash=bindparam("hash"))
)


class AuditTable:
    """Chains of audit records, one per stream."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._bindings = Bindings()

    def vouch(
        self,
        stream: str,
        table: str,
        row: Mapping[str, Any],
        at: datetime,
        lines: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """Bind a row of this transaction to the next record of a stream."""
        kind = VOUCHED[table]
        self._bindings.add(stream, (table, kind.key_of(row), kind.hash_of(row, lines)), at)

    async def settle(self) -> None:
        """Give rows that no record took one of their own: the transaction is about to end."""
        for stream, at in self._bindings.left():
            await self.append(
                Change(
                    stream=stream,
                    action="rows",
                    actor="system",
                    at=at,
                    object_type="rows",
                    object_id=stream,
                )
            )

    async def append(self, change: Change) -> AuditRecord:
        """The next record of the change's stream."""
        rows = self._bindings.take(change.stream)
        detail = {**change.detail, ROWS: rows} if rows else change.detail
        # What is hashed is what will be read back: dates and decimals as text.
        settled = replace(change, detail=json.loads(canonical_json(detail)))
        seq, head = await self._held_head(change.stream)
        made = record(settled, seq=seq + 1, previous=head)
        await self._connection.execute(insert(trail.audit), _row(made))
        await self._move_head(made, is_first=seq == 0)
        return made

    async def head(self, stream: str) -> str:
        """The hash of the last record of a stream."""
        return (await self._head(stream))[1]

    async def records(
        self, stream: str, *, after: int = 0, limit: int = 500
    ) -> tuple[AuditRecord, ...]:
        """A page of a stream, in order."""
        query = (
            select(trail.audit)
            .where(trail.audit.c.stream == stream, trail.audit.c.seq > after)
            .order_by(trail.audit.c.seq)
            .limit(limit)
        )
        return tuple(map(_record, await self._connection.execute(query)))

    async def verify(self, stream: str) -> AuditVerdict:
        """Walk the whole chain and its head, and compare it with what it vouches for.

        What this cannot see, because nothing inside the database can: a chain rewritten together
        with its head and its evidence, and a database put back to an earlier day. Only anchors
        kept outside tell those.
        """
        return await self.examine(stream, await self.chain(stream))

    async def chain(self, stream: str) -> tuple[AuditRecord, ...]:
        """Every record of a stream, in order."""
        return tuple([entry async for entry in self._all(stream)])

    async def examine(self, stream: str, records: Sequence[AuditRecord]) -> AuditVerdict:
        """Verify a chain that was read."""
        verdict = verify(stream, records)
        if not verdict.intact:
            return verdict
        seq, head = await self._head(stream)
        if (seq, head) != (verdict.records, verdict.head):
            return broken(
                verdict,
                verdict.records + 1,
                "head",
                f"Expected {seq} records up to the kept head, but found {verdict.records}",
            )
        fault = await Evidence(self._connection).fault(stream, records)
        return verdict if fault is None else broken(verdict, *fault)

    async def _all(self, stream: str) -> AsyncIterator[AuditRecord]:
        after, limit = 0, 500
        while True:
            page = await self.records(stream, after=after, limit=limit)
            for entry in page:
                yield entry
            if len(page) < limit:
                return
            after = page[-1].seq

    async def page(
        self, *, after: tuple[str, int] | None, limit: int, stream: str | None = None
    ) -> tuple[AuditRecord, ...]:
        """A page of all chains, chain by chain; of one when it is named."""
        place = (trail.audit.c.stream, trail.audit.c.seq)
        query = select(trail.audit).order_by(*place).limit(limit)
        if stream is not None:
            query = query.where(trail.audit.c.stream == stream)
        if after is not None:
            query = query.where(tuple_(*place) > tuple_(*map(literal, after)))
        return tuple(map(_record, await self._connection.execute(query)))

    async def _held_head(self, stream: str) -> tuple[int, str]:
        """The head, which nobody else moves until the transaction ends."""
        seq, head = await self._head(stream)
        if seq or is_alone(self._connection):
            return seq, head
        await hold(self._connection, ("audit", stream))  # there is no row to hold yet
        return await self._head(stream)

    async def _head(self, stream: str) -> tuple[int, str]:
        query = to_change(self._connection, _HEAD)
        row = (await self._connection.execute(query, {"wanted": stream})).first()
        return (0, GENESIS) if row is None else (row.seq, row.hash)

    async def _move_head(self, made: AuditRecord, *, is_first: bool) -> None:
        values = {"seq": made.seq, "hash": made.hash}
        if is_first:
            await self._connection.execute(insert(_heads), {"stream": made.change.stream, **values})
            return
        await self._connection.execute(_MOVE, {"wanted": made.change.stream, **values})


def _row(made: AuditRecord) -> dict[str, object]:
    change = made.change
    return {
        "stream": change.stream,
        "seq": made.seq,
        "previous": made.previous,
        "hash": made.hash,
        "action": change.action,
        "actor": change.actor,
        "at": change.at,
        "object_type": change.object_type,
        "object_id": change.object_id,
        "detail": change.detail,
    }


def _record(row: Row[Any]) -> AuditRecord:
    change = Change(
        stream=row.stream,
        action=row.action,
        actor=row.actor,
        at=row.at,
        object_type=row.object_type,
        object_id=row.object_id,
        detail=row.detail,
    )
    return AuditRecord(seq=row.seq, previous=row.previous, hash=row.hash, change=change)

"""What an audit chain vouches for: journal, effects and decisions must be there, as it says.

A record without its evidence was changed or its evidence was; evidence without a record means
that the chain was cut.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.tables import trail
from workflows.contracts.journal import JournalEntry
from workflows.domain.audit import AuditRecord, Change
from workflows.domain.canonical import JsonObject, content_hash
from workflows.domain.effects import Effect

RESULT_HASH = "resultSha256"
_effects = trail.effects
_journal = trail.journal
_deeds = trail.human_task_deeds
BreakPoint = tuple[int, str]
"""The record that breaks, and why."""


class Evidence:
    """The tables that the records of a chain speak of."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def fault(self, stream: str, records: Sequence[AuditRecord]) -> BreakPoint | None:
        """The first thing that is not as the chain says; None: all is."""
        for find in (self._journal_fault, self._effect_fault, self._deed_fault):
            found = await find(stream, records)
            if found is not None:
                return found
        return None

    async def _journal_fault(
        self, stream: str, records: Sequence[AuditRecord]
    ) -> BreakPoint | None:
        vouched = 0
        for entry in records:
            if entry.change.action == "journal":
                hashes = await self._journal_hashes(entry.change)
                if journal_hash(hashes) != entry.change.detail["sha256"]:
                    return entry.seq, "Expected the journal entries it vouches for, found others"
                vouched += len(hashes)
        return await self._uncounted(_journal, stream, (len(records) + 1, vouched))

    async def _effect_fault(self, stream: str, records: Sequence[AuditRecord]) -> BreakPoint | None:
        query = select(_effects).where(_effects.c.case_id == stream)
        done = {row.key: row for row in await self._connection.execute(query)}
        for entry in records:
            if entry.change.action == "effect":
                row = done.pop(entry.change.object_id, None)
                if row is None or effect_detail(row) != entry.change.detail:
                    return entry.seq, "Expected the effect it vouches for, found another or none"
        if done:
            return len(records) + 1, f"Expected a record of every effect, but {len(done)} have none"
        return None

    async def _deed_fault(self, stream: str, records: Sequence[AuditRecord]) -> BreakPoint | None:
        acts = sum(entry.change.action.startswith("task.") for entry in records)
        return await self._uncounted(_deeds, stream, (len(records) + 1, acts))

    async def _uncounted(
        self, table: Table, stream: str, expected: tuple[int, int]
    ) -> BreakPoint | None:
        query = select(func.count()).select_from(table).where(table.c.case_id == stream)
        found, (place, vouched) = (await self._connection.execute(query)).scalar_one(), expected
        if found == vouched:
            return None
        return place, f"Expected {vouched} rows of {table.name}, but found {found}"

    async def _journal_hashes(self, change: Change) -> list[str]:
        detail = change.detail
        query = (
            select(_journal)
            .where(
                _journal.c.instance_id == change.object_id,
                _journal.c.generation == detail["generation"],
                _journal.c.seq.between(detail["from"], detail["to"]),
            )
            .order_by(_journal.c.seq)
        )
        return [entry_hash(row) for row in await self._connection.execute(query)]


def effect_detail(effect: Effect | Row[Any]) -> Mapping[str, object]:
    """What the record of an effect says: its facts, and the hash of its result."""
    facts: JsonObject = effect.detail
    return {**facts, RESULT_HASH: content_hash(effect.result)}


def entry_hash(entry: JournalEntry | Row[Any]) -> str:
    """The hash of a journal entry's content, told by an instance or read from the database."""
    return content_hash({
        "seq": entry.seq, "at": entry.at, "kind": entry.kind, "element": entry.element,
        "name": entry.name, "key": entry.key, "data": entry.data,
    })  # fmt: skip


def journal_hash(entries: Sequence[str]) -> str:
    """The hash of consecutive journal entries, from their hashes."""
    return content_hash(list(entries))

"""What an audit chain vouches for: journal, effects, postings and the like must be as it says.

A record without its evidence was changed or its evidence was; evidence without a record means
that the chain was cut.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.emptying import CASE_ERASED, is_emptied
from infra.db.chain.vouching import LEDGER, LEDGER_STREAM, ROWS, VOUCHED, Vouched
from infra.db.connections.salting import SALT
from infra.db.tables import money, trail
from workflows.contracts.journal import JournalEntry
from workflows.domain.audit import AuditRecord, Change
from workflows.domain.canonical import content_hash

_journal = trail.journal
_journals = money.ledger_journals
_entries = money.ledger_entries
_GONE = "erased"
"""Instead of the hash of a row that is empty."""
BreakPoint = tuple[int, str, str]
"""The record that breaks, the kind of break, and why."""


class Evidence:
    """The tables that the records of a chain speak of."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def fault(self, stream: str, records: Sequence[AuditRecord]) -> BreakPoint | None:
        """The earliest record whose evidence is not as it says; None: all of it is."""
        found = [await self._journal_fault(stream, records)]
        for kind in VOUCHED.values():
            found.append(await self._row_fault(kind, stream, records))  # noqa: PERF401 - awaits
        faults = [each for each in found if each is not None]
        return min(faults) if faults else None

    async def hashes(self, kind: Vouched, stream: str) -> dict[str, str]:
        """The rows of a stream as they lie in a table now: hash by key."""
        if kind is LEDGER:
            return await self._postings(stream)
        query = select(kind.table).where(kind.table.c.case_id == stream)
        rows = map(dict, (await self._connection.execute(query)).mappings())
        return {
            kind.key_of(row): _GONE if is_emptied(kind.table.name, row) else kind.hash_of(row)
            for row in rows
        }

    async def _row_fault(
        self, kind: Vouched, stream: str, records: Sequence[AuditRecord]
    ) -> BreakPoint | None:
        name, found = kind.table.name, await self.hashes(kind, stream)
        erased = erased_up_to(records)
        for entry in records:
            for key, digest in _rows_of(entry, name).items():
                there = found.pop(key, None)
                if there is None:
                    return entry.seq, f"{name}-missing", f"Expected {key} in {name}, found nothing"
                if there != digest and not (there == _GONE and entry.seq < erased):
                    return entry.seq, f"{name}-changed", f"Expected another content of {key}"
        if found:
            key = min(found)
            return len(records) + 1, f"{name}-unvouched", f"Expected a record of {key} in {name}"
        return None

    async def _postings(self, stream: str) -> dict[str, str]:
        condition = (
            _journals.c.case_id.is_(None)
            if stream == LEDGER_STREAM
            else _journals.c.case_id == stream
        )
        query = (
            select(_entries)
            .outerjoin(_journals, _journals.c.id == _entries.c.journal_id)
            .where(condition)
            .order_by(_entries.c.journal_id, _entries.c.line)
        )
        lines: dict[str, list[dict[str, Any]]] = {}
        for row in (await self._connection.execute(query)).mappings():
            lines.setdefault(row["journal_id"], []).append(dict(row))
        found = await self._connection.execute(select(_journals).where(condition))
        hashes = {
            LEDGER.key_of(row): LEDGER.hash_of(row, lines.get(row["id"], ()))
            for row in map(dict, found.mappings())
        }
        # Entries of a journal that is not there belong to no case, so they come up here.
        return dict.fromkeys(lines, "") | hashes

    async def _journal_fault(
        self, stream: str, records: Sequence[AuditRecord]
    ) -> BreakPoint | None:
        vouched, erased = 0, erased_up_to(records)
        for entry in records:
            if entry.change.action == "journal":
                rows = await self._journal_rows(entry.change)
                if not _is_batch(rows, entry.change, may_be_empty=entry.seq < erased):
                    return entry.seq, "journal-changed", "Expected other entries of the journal"
                vouched += len(rows)
        query = select(func.count()).select_from(_journal).where(_journal.c.case_id == stream)
        found = (await self._connection.execute(query)).scalar_one()
        if found == vouched:
            return None
        place = len(records) + 1
        return place, "journal-unvouched", f"Expected {vouched} entries of journal, found {found}"

    async def _journal_rows(self, change: Change) -> Sequence[Row[Any]]:
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
        return (await self._connection.execute(query)).all()


def erased_up_to(records: Sequence[AuditRecord]) -> int:
    """The number of the last record that says a case was erased; 0: none does."""
    return max((each.seq for each in records if each.change.action == CASE_ERASED), default=0)


def _is_batch(rows: Sequence[Row[Any]], change: Change, *, may_be_empty: bool) -> bool:
    """Of an entry that was erased lawfully its hash stands, and is still in its place."""
    detail = change.detail
    hashes = [
        row.hash
        if may_be_empty and is_emptied("journal", row._mapping)  # noqa: SLF001 - its public name
        else entry_hash(row, row.salt)
        for row in rows
    ]
    return journal_hash(hashes) == detail["sha256"] and all(
        (row.run_id, row.case_id, row.hash) == (detail["runId"], change.stream, own)
        for row, own in zip(rows, hashes, strict=True)
    )


def _rows_of(entry: AuditRecord, table: str) -> Mapping[str, str]:
    by_table: Any = entry.change.detail.get(ROWS, {})
    rows: Mapping[str, str] = by_table.get(table, {})
    return rows


def entry_hash(entry: JournalEntry | Row[Any], salt: str | None) -> str:
    """The hash of a journal entry's content, told by an instance or read from the database."""
    return content_hash({
        "seq": entry.seq, "at": entry.at, "kind": entry.kind, "element": entry.element,
        "name": entry.name, "key": entry.key, "data": entry.data,
        **({} if salt is None else {SALT: salt}),
    })  # fmt: skip


def journal_hash(entries: Sequence[str]) -> str:
    """The hash of consecutive journal entries, from their hashes."""
    return content_hash(list(entries))

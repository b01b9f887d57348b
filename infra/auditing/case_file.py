"""Everything the database holds of a case that its audit chain speaks of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.book.documents import DocumentTable
from infra.db.chain.emptying import is_emptied
from infra.db.chain.evidence import entry_hash
from infra.db.chain.vouching import LEDGER
from infra.db.tables import money, papers, trail
from workflows.domain.records import Document

MASKED = frozenset({"variables", "comment", "messageId"})
"""What people wrote into entries of the journal: it stays in the house."""
_journal = trail.journal
_journals = money.ledger_journals
_entries = money.ledger_entries


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """The rows of a case, and its papers."""

    journal: tuple[Mapping[str, Any], ...]
    postings: tuple[Mapping[str, Any], ...]
    documents: tuple[Document, ...]
    communications: tuple[Mapping[str, Any], ...]


async def read_case_file(connection: AsyncConnection, case_id: str) -> CaseFile:
    """Read the rows of a case."""
    return CaseFile(
        journal=await _journal_of(connection, case_id),
        postings=await _postings_of(connection, case_id),
        documents=await DocumentTable(connection).of_case(case_id),
        communications=await _communications_of(connection, case_id),
    )


async def _journal_of(connection: AsyncConnection, case_id: str) -> tuple[Mapping[str, Any], ...]:
    query = select(_journal).where(_journal.c.case_id == case_id).order_by(_journal.c.no)
    return tuple([
        {
            "instanceId": row.instance_id,
            "generation": row.generation,
            "runId": row.run_id,
            "seq": row.seq,
            "at": row.at,
            "kind": row.kind,
            "element": row.element,
            "name": row.name,
            "key": row.key,
            "data": {name: value for name, value in row.data.items() if name not in MASKED},
            "masked": not MASKED.isdisjoint(row.data) or _is_gone(row),
            "sha256": row.hash if _is_gone(row) else entry_hash(row, row.salt),
            # With its salt, what is masked could be tried out.
            "salt": row.salt if MASKED.isdisjoint(row.data) else None,
        }
        for row in await connection.execute(query)
    ])  # fmt: skip


def _is_gone(row: Row[Any]) -> bool:
    return is_emptied("journal", row._mapping)  # noqa: SLF001 - its public name


async def _postings_of(connection: AsyncConnection, case_id: str) -> tuple[Mapping[str, Any], ...]:
    lines: dict[str, list[Mapping[str, Any]]] = {}
    query = (
        select(_entries)
        .join(_journals, _journals.c.id == _entries.c.journal_id)
        .where(_journals.c.case_id == case_id)
        .order_by(_entries.c.journal_id, _entries.c.line)
    )
    for row in (await connection.execute(query)).mappings():
        lines.setdefault(row["journal_id"], []).append(dict(row))
    heads = select(_journals).where(_journals.c.case_id == case_id).order_by(_journals.c.no)
    return tuple([
        {
            **{name: row[name] for name in LEDGER.columns},
            "entries": lines.get(row["id"], []),
        }
        for row in (await connection.execute(heads)).mappings()
    ])  # fmt: skip


async def _communications_of(
    connection: AsyncConnection, case_id: str
) -> tuple[Mapping[str, Any], ...]:
    table = papers.communications
    query = select(table).where(table.c.case_id == case_id).order_by(table.c.no)
    return tuple([
        {
            "id": row.id,
            "direction": row.direction,
            "channel": row.channel,
            "template": row.template,
            "contentSha256": row.content_hash,
            "sentAt": row.sent_at,
            "refusedAt": row.refused_at,
        }
        for row in await connection.execute(query)
    ])  # fmt: skip

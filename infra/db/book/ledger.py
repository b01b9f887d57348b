"""The double-entry ledger: only ever added to."""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, case, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.chain.vouching import LEDGER_STREAM
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import money
from workflows.domain.ledger import Entry, Journal

_journals = money.ledger_journals
_entries = money.ledger_entries


class LedgerTable:
    """Journals and their entries."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def post(self, posting: Journal) -> None:
        """Post a journal; it balances or it cannot exist."""
        await self.post_many([posting])

    async def post_many(self, postings: Iterable[Journal]) -> None:
        """Post journals, in order."""
        listed = list(postings)
        rows = [to_row(posting, leaving_out=("entries",)) for posting in listed]
        lines = [
            [
                {**to_row(entry), "journal_id": posting.id, "line": line}
                for line, entry in enumerate(posting.entries, start=1)
            ]
            for posting in listed
        ]
        await self._connection.execute(insert(_journals), rows)
        await self._connection.execute(insert(_entries), list(chain.from_iterable(lines)))
        for row, own in zip(rows, lines, strict=True):
            at = datetime.combine(row["value_date"], time(), UTC)
            self._audit.vouch(row["case_id"] or LEDGER_STREAM, _journals.name, row, at, own)

    async def get(self, journal_id: str) -> Journal | None:
        """A journal by id."""
        found = await self._read(_journals.c.id == journal_id)
        return found[0] if found else None

    async def of_case(self, case_id: str) -> tuple[Journal, ...]:
        """What a case posted, in order."""
        return await self._read(_journals.c.case_id == case_id)

    async def of_policy(self, policy_no: str) -> tuple[Journal, ...]:
        """What was posted for a policy, in order."""
        return await self._read(_journals.c.policy_no == policy_no)

    async def unbalanced(self) -> tuple[str, ...]:
        """Journals whose debits and credits differ: none, ever."""
        signed = case(
            (_entries.c.side == "DR", _entries.c.amount_minor), else_=-_entries.c.amount_minor
        )
        query = (
            select(_entries.c.journal_id)
            .group_by(_entries.c.journal_id, _entries.c.currency)
            .having(func.sum(signed) != 0)
        )
        return tuple((await self._connection.execute(query)).scalars().all())

    async def _read(self, condition: ColumnElement[bool]) -> tuple[Journal, ...]:
        heads = (
            await self._connection.execute(
                select(_journals).where(condition).order_by(_journals.c.no)
            )
        ).all()
        query = (
            select(_entries)
            .join(_journals, _journals.c.id == _entries.c.journal_id)
            .where(condition)
            .order_by(_entries.c.journal_id, _entries.c.line)
        )
        lines: dict[str, list[Any]] = {}
        for row in await self._connection.execute(query):
            lines.setdefault(row.journal_id, []).append(to_noun(Entry, row))
        return tuple(to_noun(Journal, head, entries=tuple(lines[head.id])) for head in heads)

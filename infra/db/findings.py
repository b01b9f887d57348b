"""Verifications and decisions: written once, read in order."""

from typing import Any, TypeVar

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.audit import AuditTable
from infra.db.rows import to_noun, to_row
from infra.db.salting import SALT, new_salt
from infra.db.tables import cases
from workflows.domain.findings import Decision, Verification

T = TypeVar("T")


class FindingTable:
    """What was checked and decided."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def record(self, finding: Verification | Decision) -> None:
        """Write down a check or a decision."""
        table = cases.verifications if isinstance(finding, Verification) else cases.decisions
        row = to_row(finding) | {SALT: new_salt()}
        await self._connection.execute(insert(table), row)
        self._audit.vouch(finding.case_id, table.name, row, finding.at)

    async def verifications(self, case_id: str) -> tuple[Verification, ...]:
        """The checks of a case, in order."""
        return await self._of_case(cases.verifications, Verification, case_id)

    async def decisions(self, case_id: str) -> tuple[Decision, ...]:
        """The decisions of a case, in order."""
        return await self._of_case(cases.decisions, Decision, case_id)

    async def _of_case(self, table: Table, kind: type[T], case_id: str) -> tuple[T, ...]:
        query: Any = select(table).where(table.c.case_id == case_id).order_by(table.c.no)
        return tuple(to_noun(kind, row) for row in await self._connection.execute(query))

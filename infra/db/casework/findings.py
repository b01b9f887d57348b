"""Verifications: written once, read in order."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.rows import to_noun, to_row
from infra.db.connections.salting import SALT, new_salt
from infra.db.tables.cases import verifications
from workflows.domain.findings import Verification


class FindingTable:
    """What was checked. What a table decided stands in the journal."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def record(self, finding: Verification) -> None:
        """Write down a check."""
        row = to_row(finding) | {SALT: new_salt()}
        await self._connection.execute(insert(verifications), row)
        self._audit.vouch(finding.case_id, verifications.name, row, finding.at)

    async def verifications(self, case_id: str) -> tuple[Verification, ...]:
        """The checks of a case, in order."""
        query = (
            select(verifications)
            .where(verifications.c.case_id == case_id)
            .order_by(verifications.c.no)
        )
        return tuple(to_noun(Verification, row) for row in await self._connection.execute(query))

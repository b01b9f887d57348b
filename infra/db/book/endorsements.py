"""Endorsements 批单 issued and taken back."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import papers
from workflows.domain.records import Endorsement

_endorsements = papers.endorsements


class EndorsementTable:
    """Written variations of policies."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def issue(self, endorsement: Endorsement) -> None:
        """Issue one."""
        await self._connection.execute(insert(_endorsements), to_row(endorsement))

    async def of_case(self, case_id: str) -> tuple[Endorsement, ...]:
        """What a case issued."""
        query = (
            select(_endorsements)
            .where(_endorsements.c.case_id == case_id)
            .order_by(_endorsements.c.issued_at, _endorsements.c.no)
        )
        return tuple(to_noun(Endorsement, row) for row in await self._connection.execute(query))

    async def void(self, no: str, *, at: datetime, by: str) -> None:
        """Take one back."""
        await self._connection.execute(
            update(_endorsements).where(_endorsements.c.no == no).values(voided_at=at, voided_by=by)
        )

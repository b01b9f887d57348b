"""Commission claw-backs 佣金追回: one per change of a policy, void when the change is reversed."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import money
from workflows.domain.commission import ClawBack

_claw_backs = money.commission_claw_backs


class CommissionTable:
    """What agents owe back."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def claw_back(self, event: ClawBack) -> None:
        """Write down that the commission on a contract is taken back."""
        await self._connection.execute(insert(_claw_backs), to_row(event))

    async def of_case(self, case_id: str) -> tuple[ClawBack, ...]:
        """The claw-backs of a case, in order."""
        query = (
            select(_claw_backs)
            .where(_claw_backs.c.case_id == case_id)
            .order_by(_claw_backs.c.at, _claw_backs.c.id)
        )
        return tuple(to_noun(ClawBack, row) for row in await self._connection.execute(query))

    async def void(self, case_id: str, at: datetime) -> None:
        """The case's change was reversed; what is void already stays as it is."""
        await self._connection.execute(
            update(_claw_backs)
            .where(_claw_backs.c.case_id == case_id, _claw_backs.c.voided_at.is_(None))
            .values(voided_at=at)
        )

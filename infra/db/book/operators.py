"""The operator registry: who may work, how far their authority goes."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.connections.rows import to_noun
from infra.db.tables import people
from workflows.domain.authority import AuthorityLimit, Certificate, Operator
from workflows.domain.money import Money

_limits = people.authority_limits


class OperatorTable:
    """Operators, their certificates, and the limits of levels."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, operator_id: str) -> Operator | None:
        """An operator with certificates and conflicts."""
        query = select(people.operators).where(people.operators.c.id == operator_id)
        row = (await self._connection.execute(query)).first()
        if row is None:
            return None
        return to_noun(Operator, row, certificates=await self._certificates(operator_id))

    async def limits(self, item: str, on: date) -> tuple[AuthorityLimit, ...]:
        """The limits in force for an item, by level."""
        newest = (
            select(_limits.c.level, func.max(_limits.c.version).label("version"))
            .where(_limits.c.item == item, _limits.c.effective_from <= on)
            .group_by(_limits.c.level)
            .subquery()
        )
        query = (
            select(_limits)
            .join(
                newest,
                (newest.c.level == _limits.c.level) & (newest.c.version == _limits.c.version),
            )
            .where(_limits.c.item == item)
            .order_by(_limits.c.level)
        )
        return tuple(
            AuthorityLimit(
                level=row.level,
                item=row.item,
                maximum=None
                if row.maximum_minor is None
                else Money(row.maximum_minor, row.currency),
                version=row.version,
                effective_from=row.effective_from,
            )
            for row in await self._connection.execute(query)
        )

    async def _certificates(self, operator_id: str) -> tuple[Certificate, ...]:
        table = people.qualifications
        query = select(table).where(table.c.operator_id == operator_id).order_by(table.c.id)
        return tuple(to_noun(Certificate, row) for row in await self._connection.execute(query))

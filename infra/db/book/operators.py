"""The operator registry: who may work, how far their authority goes."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import String, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.connections.rows import to_noun
from infra.db.tables import people
from infra.db.tables.registry import operator_acts
from workflows.domain.authority import AuthorityLimit, Certificate, Operator, RegistryAct
from workflows.domain.money import Money

_limits = people.authority_limits


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorFilter:
    """Which entries to list."""

    unit: str | None = None
    status: str | None = None
    role: str | None = None
    after: str | None = None
    """The last id of the page before."""
    limit: int = 50


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

    async def barred(self) -> frozenset[str]:
        """Who is suspended, or has left."""
        query = select(people.operators.c.id).where(people.operators.c.status != "ACTIVE")
        return frozenset((await self._connection.execute(query)).scalars())

    async def list(self, wanted: OperatorFilter) -> tuple[Operator, ...]:
        """A page of entries by id, without their certificates."""
        table = people.operators
        query = select(table).order_by(table.c.id).limit(wanted.limit)
        for column, value in (("unit", wanted.unit), ("status", wanted.status)):
            if value is not None:
                query = query.where(table.c[column] == value)
        if wanted.role is not None:
            query = query.where(cast(table.c.roles, String).contains(f'"{wanted.role}"'))
        if wanted.after is not None:
            query = query.where(table.c.id > wanted.after)
        rows = await self._connection.execute(query)
        return tuple(to_noun(Operator, row, certificates=()) for row in rows)

    async def acts(self, operator_id: str) -> tuple[RegistryAct, ...]:
        """What was done to an entry, the newest first."""
        query = (
            select(operator_acts)
            .where(operator_acts.c.operator_id == operator_id)
            .order_by(operator_acts.c.no.desc())
        )
        return tuple(to_noun(RegistryAct, row) for row in await self._connection.execute(query))

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

"""What the core system was asked, by key: sent again as it was, concluded once."""

from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.tables.core_orders import core_orders
from workflows.domain.audit import Change
from workflows.domain.core_system import (
    CORE_STEPS,
    Cancellation,
    Commitment,
    CoreOperation,
    CoreOrder,
    CoreState,
    Hold,
    Reversal,
)

_WISHES: Final[dict[CoreOperation, TypeAdapter[Any]]] = {
    "reserve": TypeAdapter(Hold),
    "commit": TypeAdapter(Commitment),
    "cancel": TypeAdapter(Cancellation),
    "reverse": TypeAdapter(Reversal),
}


class CoreOrderTable:
    """Orders to the core system."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def get(self, key: str) -> CoreOrder | None:
        """An order by key."""
        query = select(core_orders).where(core_orders.c.key == key)
        row = (await self._connection.execute(query)).first()
        return None if row is None else _order(row)

    async def of_case(self, case_id: str) -> tuple[CoreOrder, ...]:
        """The orders of a case, in order."""
        query = (
            select(core_orders).where(core_orders.c.case_id == case_id).order_by(core_orders.c.no)
        )
        return tuple(_order(row) for row in await self._connection.execute(query))

    async def since(self, at: datetime) -> tuple[CoreOrder, ...]:
        """The orders from an instant on, in order."""
        query = (
            select(core_orders)
            .where(core_orders.c.at >= at)
            .order_by(core_orders.c.at, core_orders.c.case_id, core_orders.c.no)
        )
        return tuple(_order(row) for row in await self._connection.execute(query))

    async def start(self, order: CoreOrder) -> None:
        """Write the intent, before the core system is called; it has an audit row of its own."""
        count = select(func.count()).where(core_orders.c.case_id == order.case_id)
        no = (await self._connection.execute(count)).scalar_one() + 1
        wish = _WISHES[order.operation].dump_python(order.wish, mode="json")
        await self._connection.execute(
            insert(core_orders).values(
                key=order.key,
                no=no,
                case_id=order.case_id,
                policy_no=order.policy_no,
                operation=order.operation,
                wish=wish,
                at=order.at,
                state=order.state,
            )
        )
        await self._audit.append(
            Change(
                stream=order.case_id,
                action=f"core.{order.operation}",
                actor="system",
                at=order.at,
                object_type="policy",
                object_id=order.policy_no,
                detail={"key": order.key},
            )
        )

    async def move(self, key: str, state: CoreState, ref: str | None = None) -> None:
        """What became of an order; one that has ended stays as it is."""
        earlier = [known for known, following in CORE_STEPS.items() if state in following]
        await self._connection.execute(
            update(core_orders)
            .where(core_orders.c.key == key, core_orders.c.state.in_(earlier))
            .values(state=state, ref=ref)
        )


def _order(row: Row[Any]) -> CoreOrder:
    operation: CoreOperation = row.operation
    return CoreOrder(
        key=row.key,
        case_id=row.case_id,
        policy_no=row.policy_no,
        at=row.at,
        wish=_WISHES[operation].validate_python(row.wish),
        state=row.state,
        ref=row.ref,
    )

"""What reconciliation compares with the core system: our orders to it, and what they posted."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.book.core_orders import CoreOrderTable
from infra.db.tables import money
from workflows.domain.core_system import Commitment, CoreOrder, Reversal
from workflows.domain.money import Money

_entries = money.ledger_entries
_AT_ONCE = 500
"""Values in one list of a query: databases have a limit."""


class ComparedCore:
    """Orders to the core system, and their journals in our ledger."""

    def __init__(self, connection: AsyncConnection, orders: CoreOrderTable) -> None:
        self._connection = connection
        self._orders = orders

    async def orders(self, since: datetime) -> tuple[CoreOrder, ...]:
        """The orders from an instant on, in order."""
        return await self._orders.since(since)

    async def posted(self, orders: Sequence[CoreOrder]) -> dict[str, Money]:
        """The debits in our ledger of every order that posts, by key."""
        journals = {
            journal.id: order.key
            for order in orders
            if isinstance(order.wish, Commitment | Reversal)
            for journal in order.wish.journals
        }
        found: dict[str, Money] = {}
        listed = sorted(journals)
        for at in range(0, len(listed), _AT_ONCE):
            query = (
                select(
                    _entries.c.journal_id,
                    func.sum(_entries.c.amount_minor).label("debits"),
                    func.min(_entries.c.currency).label("currency"),
                )
                .where(
                    _entries.c.side == "DR", _entries.c.journal_id.in_(listed[at : at + _AT_ONCE])
                )
                .group_by(_entries.c.journal_id)
            )
            for row in await self._connection.execute(query):
                key, amount = journals[row.journal_id], Money(int(row.debits), row.currency)
                found[key] = found[key] + amount if key in found else amount
        return found

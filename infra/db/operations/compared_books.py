"""What reconciliation compares with the bank's statement: orders of cases, and what they posted."""

from collections.abc import AsyncIterator, Collection, Iterator
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.connections.rows import to_noun
from infra.db.tables import money
from workflows.domain.money import Money
from workflows.domain.reconciliation import BankLine, BankPosting, Books, Order

BANK = "1001"
_AT_ONCE = 500
"""Values in one list of a query: databases have a limit."""

_attempts = money.payment_attempts
_obligations = money.obligations
_journals = money.ledger_journals
_entries = money.ledger_entries
_lines = _attempts.join(_obligations, _obligations.c.id == _attempts.c.obligation_id)


async def compared_books(
    connection: AsyncConnection, lines: tuple[BankLine, ...], *, since: datetime, first_day: date
) -> Books:
    """Put beside the bank's lines every order and posting from then on, and those of the lines."""
    orders = {one.key: one async for one in _orders(connection, _attempts.c.at >= since)}
    for keys in _sliced({line.key for line in lines} - orders.keys()):
        named = _attempts.c.idempotency_key.in_(keys)
        orders |= {one.key: one async for one in _orders(connection, named)}
    posted = {
        one.journal_id: one
        async for one in _postings(connection, _journals.c.value_date >= first_day)
    }
    for ids in _sliced({one.journal(kind) for one in orders.values() for kind in one.kinds}):
        posted |= {
            one.journal_id: one async for one in _postings(connection, _journals.c.id.in_(ids))
        }
    return Books(lines=lines, orders=tuple(orders.values()), postings=tuple(posted.values()))


async def _orders(connection: AsyncConnection, which: ColumnElement[bool]) -> AsyncIterator[Order]:
    query = (
        select(
            _attempts.c.idempotency_key.label("key"),
            *(_attempts.c[name] for name in ("obligation_id", "no", "amount_minor", "currency")),
            *(_attempts.c[name] for name in ("state", "at")),
            *(_obligations.c[name] for name in ("case_id", "direction")),
        )
        .select_from(_lines)
        .where(which)
    )
    for row in await connection.execute(query):
        yield to_noun(Order, row)


async def _postings(
    connection: AsyncConnection, which: ColumnElement[bool]
) -> AsyncIterator[BankPosting]:
    """What cases posted to the bank account; what the book began with is no case's."""
    signed = case((_entries.c.side == "CR", 1), else_=-1) * _entries.c.amount_minor
    query = (
        select(
            _journals.c.id.label("journal_id"),
            _journals.c.case_id,
            _journals.c.value_date,
            func.sum(signed).label("left"),
            func.min(_entries.c.currency).label("currency"),
        )
        .select_from(_journals.join(_entries, _entries.c.journal_id == _journals.c.id))
        .where(which, _entries.c.account == BANK, _journals.c.case_id.is_not(None))
        .group_by(_journals.c.id, _journals.c.case_id, _journals.c.value_date)
    )
    for row in await connection.execute(query):
        yield BankPosting(
            journal_id=row.journal_id,
            case_id=row.case_id,
            value_date=row.value_date,
            left=Money(int(row.left), row.currency),
        )


def _sliced(values: Collection[str]) -> Iterator[list[str]]:
    listed = sorted(values)
    return (listed[at : at + _AT_ONCE] for at in range(0, len(listed), _AT_ONCE))

"""The journal as it is told now: what a newer generation of an instance superseded is left out.

Two workers may tell the same stretch of an instance differently: one whose turn is lost (it was
frozen, or cut off) does not know that it is. Whoever speaks last is believed, until the other one
goes on: a batch names the entry it goes on from, and takes its own telling of all before it along.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.tables import trail
from workflows.contracts.journal import JournalBatch, JournalEntry

_journal = trail.journal


def as_told_now() -> Any:  # noqa: ANN401 - a condition of SQLAlchemy
    """Entries of the journal that no newer generation superseded."""
    newer = _journal.alias()
    return ~(
        select(newer.c.no)
        .where(
            newer.c.instance_id == _journal.c.instance_id,
            newer.c.generation > _journal.c.generation,
            newer.c.seq <= _journal.c.seq,
        )
        .exists()
    )


async def is_followed(connection: AsyncConnection, instance_id: str, run_id: str) -> bool:
    """Whether a run told something once; another has taken over, if that is not the head's run."""
    query = select(_journal.c.no).where(
        _journal.c.instance_id == instance_id, _journal.c.run_id == run_id
    )
    return (await connection.execute(query.limit(1))).first() is not None


async def superseded(connection: AsyncConnection, batch: JournalBatch) -> list[JournalEntry]:
    """What led to a batch, where somebody has told it differently since."""
    before = batch.entries[0].seq - 1
    if batch.after is None or before < 1:
        return []
    own = await _generation_of(connection, batch.instance_id, before, batch.after)
    since = own and await _differs_since(connection, batch.instance_id, before, own)
    return await told(connection, batch.instance_id, (since, before), up_to=own) if since else []


async def told_up_to(
    connection: AsyncConnection, instance_id: str, seq: int, at: datetime
) -> list[JournalEntry]:
    """What has to be told again for a history to end with an entry: at least that one."""
    own = await _generation_of(connection, instance_id, seq, at)
    if own is None:
        return []
    since = await _differs_since(connection, instance_id, seq, own)
    return await told(connection, instance_id, (since or seq, seq), up_to=own)


async def _differs_since(
    connection: AsyncConnection, instance_id: str, seq: int, own: int
) -> int | None:
    """The first entry, up to one, that somebody has told after a generation."""
    query = select(func.min(_journal.c.seq)).where(
        _journal.c.instance_id == instance_id,
        _journal.c.seq <= seq,
        _journal.c.generation > own,
    )
    since: int | None = (await connection.execute(query)).scalar()
    return since


async def _generation_of(
    connection: AsyncConnection, instance_id: str, seq: int, at: datetime
) -> int | None:
    query = select(func.max(_journal.c.generation)).where(
        _journal.c.instance_id == instance_id, _journal.c.seq == seq, _journal.c.at == at
    )
    found: int | None = (await connection.execute(query)).scalar()
    return found


async def told(
    connection: AsyncConnection,
    instance_id: str,
    between: tuple[int, int],
    *,
    up_to: int | None = None,
) -> list[JournalEntry]:
    """A stretch of a history, of each entry the latest generation (up to one)."""
    query = (
        select(_journal)
        .where(_journal.c.instance_id == instance_id, _journal.c.seq.between(*between))
        .order_by(_journal.c.seq, _journal.c.generation)
    )
    if up_to is not None:
        query = query.where(_journal.c.generation <= up_to)
    latest = {row.seq: row for row in await connection.execute(query)}
    return entries(list(latest.values()))


def entries(rows: Sequence[Row[Any]]) -> list[JournalEntry]:
    """Rows of the journal as an instance told them."""
    return [
        JournalEntry(
            seq=row.seq,
            at=row.at,
            kind=row.kind,
            element=row.element,
            name=row.name,
            key=row.key,
            data=row.data,
        )
        for row in rows
    ]

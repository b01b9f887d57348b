"""Data stores: one row for each entry, with the case that wrote it last.

An entry whose value was erased with its case is there no more.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.connections.locking import hold
from infra.db.tables.data_stores import data_store_entries
from workflows.feel import Value
from workflows.feel.wire import decode, encode

_entries = data_store_entries


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreEntry:
    """One entry, and the case that wrote it last."""

    store: str
    key: str
    value: Value
    case_id: str
    written_at: datetime


class DataStoreTable:
    """What data stores hold."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def hold(self, stores: Collection[str]) -> None:
        """Be the only one to write to stores until the transaction ends."""
        await hold(self._connection, *(("data store", store) for store in stores))

    async def entries(self, store: str) -> Mapping[str, Value]:
        """What a store holds."""
        query = select(_entries.c.key, _entries.c.value).where(
            _entries.c.store == store, _entries.c.value.is_not(None)
        )
        rows = (await self._connection.execute(query)).all()
        return {row.key: decode(row.value) for row in rows}

    async def list(
        self, *, store: str | None, after: tuple[str, str] | None, limit: int
    ) -> tuple[StoreEntry, ...]:
        """A page of entries, by store and key."""
        query = (
            select(_entries)
            .where(_entries.c.value.is_not(None))
            .order_by(_entries.c.store, _entries.c.key)
            .limit(limit)
        )
        if store is not None:
            query = query.where(_entries.c.store == store)
        if after is not None:
            place = tuple_(literal(after[0]), literal(after[1]))
            query = query.where(tuple_(_entries.c.store, _entries.c.key) > place)
        return tuple(
            StoreEntry(
                store=row.store,
                key=row.key,
                value=decode(row.value),
                case_id=row.case_id,
                written_at=row.written_at,
            )
            for row in await self._connection.execute(query)
        )

    async def keep(
        self, store: str, entries: Mapping[str, Value], *, case_id: str, at: datetime
    ) -> None:
        """Let a store hold these entries and no others; those that stay as they are stay whose."""
        query = select(_entries.c.key, _entries.c.value).where(_entries.c.store == store)
        known = {row.key: row.value for row in await self._connection.execute(query)}
        wanted = {key: encode(value) for key, value in entries.items()}
        of_store = _entries.c.store == store
        gone = [key for key in known if key not in wanted]
        if gone:
            statement = delete(_entries).where(of_store, _entries.c.key.in_(gone))
            await self._connection.execute(statement)
        for key, value in wanted.items():
            row = {"value": value, "case_id": case_id, "written_at": at}
            if key not in known:
                added = insert(_entries).values(store=store, key=key, **row)
                await self._connection.execute(added)
            elif known[key] != value:
                changed = update(_entries).where(of_store, _entries.c.key == key).values(row)
                await self._connection.execute(changed)

"""Data stores of processes: what is in them, and which case wrote it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.dependencies import Composed
from api.paging import page_of
from api.schemas.data_stores import DataStoreEntrySeen, DataStorePage, DataStoreQuery
from infra.db.casework.data_stores import StoreEntry
from workflows.domain.masking import masked_all

router = APIRouter(prefix="/v1/stores", tags=["operations"])


@router.get("")
async def list_store_entries(
    request: Request, composed: Composed, query: Annotated[DataStoreQuery, Query()]
) -> DataStorePage:
    """List what data stores hold, by store and key; texts are shown by their length alone."""
    page = page_of(query, composed.cursors, request.url.path)
    place = page.place
    async with composed.database.reading() as room:
        found = await room.data_stores.list(
            store=query.store,
            after=(place[0], place[1]) if place else None,
            limit=page.with_one_more,
        )
    entries, following = page.cut(found, lambda one: (one.store, one.key))
    return DataStorePage(entries=[_seen(one) for one in entries], next=following)


def _seen(entry: StoreEntry) -> DataStoreEntrySeen:
    ((key, value),) = masked_all({entry.key: entry.value}).items()
    return DataStoreEntrySeen(
        store=entry.store,
        key=key if entry.key else "",
        value=value,
        case_id=entry.case_id,
        written_at=entry.written_at,
    )

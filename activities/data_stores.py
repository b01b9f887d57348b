"""Data stores: read as committed, written once per effect key."""

from activities.errors import Refused
from activities.ports import Books
from activities.step import Done, Job, Local, Steps
from workflows.bpmn.stores import (
    LIMIT,
    NAME_LENGTH,
    READ,
    WRITE,
    Entries,
    StoreFull,
    value_of,
    weight_of,
    written,
)
from workflows.contracts.data_store import (
    ReadRequest,
    ReadResult,
    WriteRequest,
    WriteResult,
)
from workflows.feel import Value


async def _read(job: Job, _request: ReadRequest, books: Books) -> Done[ReadResult]:
    found: dict[str, Value] = {}
    for variable, store in job.headers.items():
        found[variable] = value_of(await books.data_stores.entries(store))
    if weight_of(found) > LIMIT:
        raise Refused("STORE_TOO_LARGE", f"Together more than {LIMIT} characters.")
    return Done(result=ReadResult(stores=found), detail={"stores": sorted({*job.headers.values()})})


async def _write(job: Job, request: WriteRequest, books: Books) -> Done[WriteResult]:
    stores = sorted({one.store for one in request.writes})
    await books.data_stores.hold(stores)
    held: dict[str, Entries] = {store: await books.data_stores.entries(store) for store in stores}
    for one in request.writes:
        if any(not part or len(part) > NAME_LENGTH for part in one.path):
            raise Refused("STORE_KEY", f"A key has from 1 to {NAME_LENGTH} characters.")
        try:
            held[one.store] = written(held[one.store], one.path, one.value, one.capacity)
        except StoreFull as full:
            raise Refused("STORE_FULL", str(full)) from None
    for store, entries in held.items():
        await books.data_stores.keep(store, entries, case_id=job.case_id, at=job.at)
    return Done(result=WriteResult(), detail={"stores": stores})


STEPS: Steps = {READ: Local(run=_read), WRITE: Local(run=_write)}

"""Exports for process mining: the journal of all cases as XES or CSV, streamed."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from api.dependencies import Composed
from api.schemas.exports import JournalExport
from infra.mining import table, xes
from infra.mining.events import Wanted, traces

router = APIRouter(prefix="/v1/exports", tags=["operations"])
_BODIES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {xes.MEDIA_TYPE: {}, table.MEDIA_TYPE: {}},
        "description": "The event log: XES (IEEE 1849-2016), or CSV with a line for each event.",
    }
}


@router.get("/journal", response_class=StreamingResponse, responses=_BODIES)
async def export_journal(
    composed: Composed, query: Annotated[JournalExport, Query()]
) -> StreamingResponse:
    """Export what cases did, for process mining: nothing personal, people under pseudonyms."""
    wanted = Wanted(process_id=query.process, since=query.since, until=query.until)
    writer = xes if query.format == "xes" else table
    found = traces(composed.database, wanted, composed.pseudonyms)
    return StreamingResponse(
        writer.written(found),
        media_type=writer.MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="journal.{query.format}"'},
    )

"""Documents: stored by content, registered, then named in a case's request."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.answers import Asked
from api.dependencies import Composed
from api.problems import Problem, refusals
from api.schemas.work import DocumentLabel, DocumentStored
from workflows.domain.records import Document

router = APIRouter(prefix="/v1/documents", tags=["documents"])

MEDIA_TYPES = frozenset(("application/pdf", "image/png", "image/jpeg", "image/tiff"))
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            media: {"schema": {"type": "string", "format": "binary"}} for media in MEDIA_TYPES
        },
    }
}


@router.post(
    "", status_code=201, responses=refusals(400, 401, 403, 413, 415, 422), openapi_extra=_BODY
)
async def store_document(
    request: Request, composed: Composed, asked: Asked, label: Annotated[DocumentLabel, Query()]
) -> DocumentStored:
    """Store a document or image; the same content under the same key is stored once."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        raise Problem(415, "media-type", f"Send one of {', '.join(sorted(MEDIA_TYPES))}.")
    content = await request.body()
    if not content:
        raise Problem(422, "empty", "The document is empty.")

    async def act() -> DocumentStored:
        stored = await composed.documents.put(content, media_type=media_type)
        document = Document(
            id=f"DOC-{asked.request_id}",
            type=label.type,
            sha256=stored.sha256,
            store_ref=stored.ref,
            media_type=media_type,
            size=stored.size,
            received_at=composed.now(),
            party_id=label.party_id,
            policy_no=label.policy_no,
        )
        async with composed.database.work() as books:
            if await books.documents.get(document.id) is None:
                await books.documents.add(document)
        return DocumentStored(
            document_id=document.id,
            type=document.type,
            sha256=document.sha256,
            size=document.size,
        )

    return await asked.answer(DocumentStored, act, 201)

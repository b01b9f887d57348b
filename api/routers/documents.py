"""Documents: stored by content, registered, then named in a case's request."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.answers import Asked
from api.dependencies import Composed, Deployment
from api.problems import Problem
from api.schemas.work import DocumentLabel, DocumentStored
from infra.db.unit_of_work import UnitOfWork
from workflows.domain.records import Document

router = APIRouter(prefix="/v1/documents", tags=["documents"])

_MARKS: Mapping[str, tuple[bytes, ...]] = {
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/tiff": (b"II*\x00", b"MM\x00*"),
}
"""Media types taken in, and the bytes that such a file begins with."""

_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            media: {"schema": {"type": "string", "format": "binary", "minLength": 1}}
            for media in _MARKS
        },
    }
}


@router.post("", status_code=201, openapi_extra=_BODY)
async def store_document(
    request: Request, composed: Composed, asked: Asked, label: Annotated[DocumentLabel, Query()]
) -> DocumentStored:
    """Store a document or image; the same content under the same key is stored once."""
    content = await request.body()
    media_type = _media_type(request, content)
    await _check_subjects(composed, label)

    async def act(books: UnitOfWork) -> DocumentStored:
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
        await books.documents.add(document)
        return DocumentStored(
            document_id=document.id,
            type=document.type,
            sha256=document.sha256,
            size=document.size,
        )

    return await asked.write(DocumentStored, act, 201)


def _media_type(request: Request, content: bytes) -> str:
    """Return what kind of file it is, as declared and as it begins."""
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    marks = _MARKS.get(declared)
    if marks is None:
        raise Problem(415, "media-type", f"Send one of {', '.join(sorted(_MARKS))}.")
    if not content:
        raise Problem(422, "empty", "The document is empty.")
    if not content.startswith(marks):
        raise Problem(415, "media-mismatch", "The content is not of the declared media type.")
    return declared


async def _check_subjects(composed: Deployment, label: DocumentLabel) -> None:
    async with composed.database.reading() as room:
        if label.policy_no and await room.policies.get(label.policy_no) is None:
            raise Problem(422, "unknown-policy", "There is no such policy.")
        if label.party_id and await room.parties.get(label.party_id) is None:
            raise Problem(422, "unknown-party", "There is no such party.")

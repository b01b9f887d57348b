"""Asking the customer for more, after the one notice."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.shapes import Identifier, Reason, Seen, Sent

MAX_DOCUMENTS = 20


class DocumentsAsked(Sent):
    """Ask for documents that the one consolidated notice did not name."""

    documents: Annotated[list[Identifier], Field(min_length=1, max_length=MAX_DOCUMENTS)]
    """Document types."""
    reason: Reason | None = None
    """Why it could not be known before; nobody may ask again without one."""


class DocumentsReceipt(Seen):
    """The case asks for them; the violation of the one-time notice is on record."""

    case_id: str
    outcome: Literal["correlated", "buffered", "dropped"]

"""Metadata of documents; the bytes lie in the file store."""

from datetime import date

from sqlalchemy import ColumnElement, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import papers
from workflows.domain.records import Document

_documents = papers.documents


class DocumentTable:
    """Documents received and made."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, document: Document) -> None:
        """Register a document."""
        await self._connection.execute(insert(_documents), to_row(document))

    async def get(self, document_id: str) -> Document | None:
        """A document by id."""
        found = await self._read(_documents.c.id == document_id)
        return found[0] if found else None

    async def of_case(self, case_id: str) -> tuple[Document, ...]:
        """Documents that came or were made in a case."""
        return await self._read(_documents.c.case_id == case_id)

    async def held(self, policy_no: str, party_id: str, on: date) -> tuple[Document, ...]:
        """Documents of the policy and the party still valid on a day, whatever their case."""
        return await self._read(
            or_(_documents.c.policy_no == policy_no, _documents.c.party_id == party_id)
            & or_(_documents.c.valid_to.is_(None), _documents.c.valid_to >= on)
        )

    async def _read(self, condition: ColumnElement[bool]) -> tuple[Document, ...]:
        query = (
            select(_documents).where(condition).order_by(_documents.c.received_at, _documents.c.id)
        )
        return tuple(to_noun(Document, row) for row in await self._connection.execute(query))

"""Letters and messages sent, with proof."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.rows import to_noun, to_row
from infra.db.connections.salting import SALT, new_salt, salted
from infra.db.tables import papers
from workflows.domain.audit import Change
from workflows.domain.records import Communication

_communications = papers.communications


class CommunicationTable:
    """Communications with parties."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def record(self, communication: Communication, at: datetime | None = None) -> None:
        """Write down a communication; the same id again writes nothing.

        Written ``at`` a time before the mail system is called it has an audit row of its own;
        without, it belongs to the effect of the same transaction.
        """
        if await self.get(communication.id) is not None:
            return
        salt = new_salt()
        await self._connection.execute(
            insert(_communications), to_row(communication) | {SALT: salt}
        )
        if at is not None:
            await self._audit.append(_change(communication, at, salt))

    async def get(self, communication_id: str) -> Communication | None:
        """A communication by id."""
        query = select(_communications).where(_communications.c.id == communication_id)
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(Communication, row)

    async def mark_sent(self, communication_id: str, at: datetime, receipt: str) -> None:
        """The mail system took it."""
        await self._connection.execute(
            update(_communications)
            .where(_communications.c.id == communication_id)
            .values(sent_at=at, receipt=receipt)
        )

    async def mark_refused(self, communication_id: str, at: datetime, receipt: str) -> None:
        """The mail system refused it for good."""
        await self._connection.execute(
            update(_communications)
            .where(_communications.c.id == communication_id)
            .values(refused_at=at, receipt=receipt)
        )

    async def of_case(self, case_id: str) -> tuple[Communication, ...]:
        """What was sent in a case, in order."""
        query = (
            select(_communications)
            .where(_communications.c.case_id == case_id)
            .order_by(_communications.c.no)
        )
        return tuple(to_noun(Communication, row) for row in await self._connection.execute(query))


def _change(communication: Communication, at: datetime, salt: str) -> Change:
    return Change(
        stream=communication.case_id,
        action="communication.intent",
        actor="system",
        at=at,
        object_type="communication",
        object_id=communication.id,
        detail={
            "template": communication.template,
            "sha256": salted(salt, communication.content_hash),
        },
    )

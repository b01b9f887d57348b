"""Repairs that wait for the second person."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.locking import to_change
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables.repairs import repair_proposals
from workflows.domain.audit import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the first person ordered."""

    digest: str
    """Of the very act on the very instance."""
    case_id: str
    instance_id: str
    act: str
    by: str
    reason: str
    at: datetime


class ProposalTable:
    """Proposals, by what they would do."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def propose(self, proposal: Proposal) -> Proposal:
        """Return the proposal that stands: an earlier one of the same, unless that is too old."""
        known = await self.get(proposal.digest)
        if known is not None:
            return known
        await self._connection.execute(insert(repair_proposals), to_row(proposal))
        await self._audit.append(
            Change(
                stream=proposal.case_id,
                action="repair.propose",
                actor=proposal.by,
                at=proposal.at,
                object_type="instance",
                object_id=proposal.instance_id,
                # A reason may name people: it stands with the proposal, never in the trail.
                detail={"act": proposal.act, "digest": proposal.digest},
            )
        )
        return proposal

    async def get(self, digest: str) -> Proposal | None:
        """A proposal; nobody else carries it out until the transaction ends."""
        query = to_change(
            self._connection,
            select(repair_proposals).where(repair_proposals.c.digest == digest),
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(Proposal, row)

    async def withdraw(self, digest: str) -> None:
        """It is carried out, or too old."""
        await self._connection.execute(
            repair_proposals.delete().where(repair_proposals.c.digest == digest)
        )

"""Consents and debit authorities: what people agreed to, and took back."""

from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import consents as tables
from workflows.domain.consent import Consent, DebitAuthority

_consents = tables.consents
_authorities = tables.debit_authorities


class ConsentTable:
    """Who consented to what."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def record(self, consent: Consent) -> None:
        """Write down an answer; the same id again writes nothing."""
        known = select(_consents.c.id).where(_consents.c.id == consent.id)
        if (await self._connection.execute(known)).first() is None:
            await self._connection.execute(insert(_consents), to_row(consent))

    async def of_case(self, case_id: str) -> tuple[Consent, ...]:
        """The answers given in a case, in order."""
        query = (
            select(_consents)
            .where(_consents.c.case_id == case_id)
            .order_by(_consents.c.obtained_at, _consents.c.id)
        )
        return tuple(to_noun(Consent, row) for row in await self._connection.execute(query))

    async def revoke(self, case_id: str, party_id: str, at: datetime) -> int:
        """End every consent a person gave in a case; answers how many."""
        statement = (
            update(_consents)
            .where(
                _consents.c.case_id == case_id,
                _consents.c.party_id == party_id,
                _consents.c.answer == "GIVEN",
                _consents.c.revoked_at.is_(None),
            )
            .values(revoked_at=at)
        )
        return (await self._connection.execute(statement)).rowcount


class DebitAuthorityTable:
    """From which accounts premiums may be collected."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def grant(self, authority: DebitAuthority) -> None:
        """Write down an authority."""
        await self._connection.execute(insert(_authorities), to_row(authority))

    async def of_policy(self, policy_no: str) -> tuple[DebitAuthority, ...]:
        """Every authority ever given for a policy, in order."""
        query = (
            select(_authorities)
            .where(_authorities.c.policy_no == policy_no)
            .order_by(_authorities.c.since, _authorities.c.id)
        )
        return tuple(to_noun(DebitAuthority, row) for row in await self._connection.execute(query))

    async def revoke(self, policy_no: str, *, on: date, by: str) -> tuple[str, ...]:
        """End every authority for a policy that still stands; answers their ids."""
        standing = [each for each in await self.of_policy(policy_no) if each.revoked_on is None]
        await self._connection.execute(
            update(_authorities)
            .where(_authorities.c.policy_no == policy_no, _authorities.c.revoked_on.is_(None))
            .values(revoked_on=on, revoked_by=by)
        )
        return tuple(each.id for each in standing)

    async def restore(self, policy_no: str, *, by: str) -> None:
        """The case's change was reversed: what it ended stands, what it brought is gone."""
        await self._connection.execute(
            _authorities.delete().where(
                _authorities.c.policy_no == policy_no, _authorities.c.granted_by == by
            )
        )
        await self._connection.execute(
            update(_authorities)
            .where(_authorities.c.policy_no == policy_no, _authorities.c.revoked_by == by)
            .values(revoked_on=None, revoked_by=None)
        )

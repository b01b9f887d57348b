"""Changes of a person's data: what is proposed, images with before and after, taken back."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.sealing import sealed, sealed_of
from infra.db.connections.rows import to_noun, to_row
from infra.db.connections.salting import new_salt
from infra.db.tables import contact
from infra.db.tables import parties as tables
from workflows.domain.contact import ContactProposal, PartyImage, PartyVersion, image_hash
from workflows.domain.party import ContactPoint, Party
from workflows.domain.policy import NotReversible, StaleVersion

_proposals = contact.contact_proposals
_versions = contact.party_versions
_points = tables.contact_points
_IMAGE = TypeAdapter(PartyImage)
_FIRST_CHANGE = 2
"""Version 1 of a person is what the book held before any change."""


class ContactChangeTable:
    """Versions of persons."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def propose(self, proposal: ContactProposal) -> None:
        """Keep what a person asked for."""
        rows = await sealed(self._connection, _proposals, [to_row(proposal)])
        await self._connection.execute(insert(_proposals), rows)

    async def proposal(self, case_id: str) -> ContactProposal | None:
        """What a case asks for."""
        query = select(_proposals).where(_proposals.c.case_id == case_id)
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(ContactProposal, row)

    async def image(self, party_id: str) -> PartyImage | None:
        """A person as the book has it; locked until the transaction ends."""
        query = select(tables.parties).where(tables.parties.c.id == party_id).with_for_update()
        row = (await self._connection.execute(query)).first()
        if row is None:
            return None
        points = await self._connection.execute(
            select(_points)
            .where(_points.c.party_id == party_id, _points.c.until.is_(None))
            .order_by(_points.c.kind, _points.c.since, _points.c.id)
        )
        return PartyImage(
            party=to_noun(Party, row),
            contacts=tuple(to_noun(ContactPoint, each) for each in points),
            salt=row.salt or await self._salt(party_id),
        )

    async def _salt(self, party_id: str) -> str:
        """Give a person a salt, before the first hash of an image is taken."""
        salt = new_salt()
        await self._connection.execute(
            update(tables.parties).where(tables.parties.c.id == party_id).values(salt=salt)
        )
        return salt

    async def change(
        self, after: PartyImage, *, before_hash: str, case_id: str, at: datetime
    ) -> PartyVersion:
        """Write an image as the next version; StaleVersion unless the book holds the one before."""
        before = await self._held(after.party.id)
        # A case that looked before persons had salts knows the hash without.
        if before_hash not in (image_hash(before), image_hash(replace(before, salt=None))):
            raise StaleVersion(f"{after.party.id} is not what the change was made for")
        after = replace(after, salt=before.salt)
        await self._write(before, after, at)
        return await self._keep(before, after, cause="CONTACT", case_id=case_id, at=at)

    async def of_case(self, party_id: str, case_id: str) -> PartyVersion | None:
        """The change a case made."""
        query = select(_versions).where(
            _versions.c.party_id == party_id,
            _versions.c.case_id == case_id,
            _versions.c.cause == "CONTACT",
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(PartyVersion, row)

    async def standing(self, party_id: str, since: datetime) -> tuple[PartyVersion, ...]:
        """The changes since an instant that nobody took back, the latest first."""
        query = (
            select(_versions)
            .where(
                _versions.c.party_id == party_id,
                _versions.c.cause == "CONTACT",
                _versions.c.reversed_by.is_(None),
                _versions.c.effective_at >= since,
            )
            .order_by(_versions.c.no.desc())
        )
        return tuple(to_noun(PartyVersion, row) for row in await self._connection.execute(query))

    async def take_back(self, made: PartyVersion, *, case_id: str, at: datetime) -> PartyVersion:
        """Restore the image before a change; NotReversible when a later change stands on it."""
        later = await self.standing(made.party_id, made.effective_at)
        if not later or later[0].no != made.no:
            raise NotReversible(f"A later change stands on version {made.no} of {made.party_id}")
        place = (_versions.c.party_id == made.party_id) & (_versions.c.no == made.no)
        image = await self._connection.execute(select(_versions.c.before_image).where(place))
        current = await self._held(made.party_id)
        before = replace(_IMAGE.validate_python(image.scalar_one()), salt=current.salt)
        await self._write(current, before, at, voided_at=at)
        restored = await self._keep(current, before, cause="REVERSAL", case_id=case_id, at=at)
        await self._connection.execute(
            update(_versions).where(place).values(reversed_by=restored.no)
        )
        return restored

    async def _held(self, party_id: str) -> PartyImage:
        image = await self.image(party_id)
        if image is None:
            raise LookupError(f"Expected a party {party_id}, but there is none")
        return image

    async def _write(
        self,
        before: PartyImage,
        after: PartyImage,
        at: datetime,
        *,
        voided_at: datetime | None = None,
    ) -> None:
        party_id = after.party.id
        person = to_row(after.party, leaving_out=("id",))
        values = await sealed_of(self._connection, tables.parties, party_id, person)
        await self._connection.execute(
            update(tables.parties).where(tables.parties.c.id == party_id).values(values)
        )
        held = {point.id for point in before.contacts}
        wanted = {point.id: point for point in after.contacts}
        await self._set(held - set(wanted), until=at, voided_at=voided_at)
        known = await self._connection.execute(
            select(_points.c.id).where(_points.c.id.in_(set(wanted) - held))
        )
        closed = set(known.scalars().all())
        await self._set(closed, until=None, voided_at=None)
        new = [to_row(point) for point in after.contacts if point.id not in held | closed]
        if new:
            await self._connection.execute(
                insert(_points), await sealed(self._connection, _points, new)
            )

    async def _set(
        self, ids: Collection[str], *, until: datetime | None, voided_at: datetime | None
    ) -> None:
        if ids:
            await self._connection.execute(
                update(_points)
                .where(_points.c.id.in_(sorted(ids)))
                .values(until=until, voided_at=voided_at)
            )

    async def _keep(
        self, before: PartyImage, after: PartyImage, *, cause: str, case_id: str, at: datetime
    ) -> PartyVersion:
        query = select(func.max(_versions.c.no)).where(_versions.c.party_id == after.party.id)
        last = (await self._connection.execute(query)).scalar()
        made = PartyVersion(
            party_id=after.party.id,
            no=_FIRST_CHANGE if last is None else last + 1,
            cause=cause,
            case_id=case_id,
            effective_at=at,
            before_hash=image_hash(before),
            after_hash=image_hash(after),
        )
        image = _IMAGE.dump_python(before, mode="json")
        row = {**to_row(made), "before_image": image}
        await self._connection.execute(
            insert(_versions), await sealed(self._connection, _versions, [row])
        )
        return made

"""A person's data: copied for the person with a record of it, erased when two persons agree."""

from dataclasses import dataclass

from fastapi import APIRouter

from api.answers import Asked, Once
from api.dependencies import Composed, Deployment, Known
from api.permissions import ADMIN, AUDITOR
from api.problems import Problem, refusals
from api.schemas.erasures import ErasureOrder, ErasureSeen, KeptSeen
from api.schemas.shapes import Identifier
from api.schemas.subject_copies import CopyPurpose, SubjectCopySeen
from infra.db.chain.erasing import Erasure, Extent
from infra.db.chain.subject_copy import LEFT_OUT, subject_copy
from infra.db.unit_of_work import UnitOfWork
from workflows.domain.audit import Change
from workflows.domain.ids import derive

_STREAM = "subjects"
"""The chain of who read what of whom."""
router = APIRouter(prefix="/v1/subjects", tags=["subjects"])


@router.get("/{party_id}/export", responses=refusals(404))
async def export_subject(
    party_id: Identifier,
    composed: Composed,
    caller: Known,
    purpose: CopyPurpose = "SUBJECT_REQUEST",
) -> SubjectCopySeen:
    """Copy what is held of a person; who read it and what for stands in the audit trail."""
    async with composed.database.snapshot() as connection:
        copy = await subject_copy(connection, party_id)
    if copy is None:
        raise Problem(404, "unknown-subject", "There is no such person on the books.")
    read = Change(
        stream=_STREAM,
        action="subject.export",
        actor=caller.subject,
        at=composed.now(),
        object_type="subject",
        object_id=party_id,
        detail={"purpose": purpose, "rows": copy.counts},
    )
    async with composed.database.work() as books:
        await books.audit.append(read)
    return SubjectCopySeen(
        subject_id=party_id,
        at=read.at,
        purpose=purpose,
        contents=dict(copy.contents),
        left_out=dict(LEFT_OUT),
    )


@router.post("/{party_id}/erase", responses=refusals(404, 409))
async def erase_subject(
    party_id: Identifier, body: ErasureOrder, composed: Composed, asked: Asked
) -> ErasureSeen:
    """Propose the erasure of a person's data, or agree to it: two persons, two roles."""
    asking = _Asking(party_id=party_id, body=body, composed=composed, asked=asked)
    if body.dry_run:
        async with composed.database.work() as books:
            extent = await asking.extent(books)
            return asking.seen(await books.erasures.pending(party_id), extent)
    gone: list[str] = []

    async def act(books: UnitOfWork) -> ErasureSeen:
        extent = await asking.extent(books)
        _refuse_kept(extent)
        pending = await books.erasures.pending(party_id)
        if pending is None:
            return await asking.proposed(books, extent)
        if AUDITOR not in asked.caller.roles:
            return asking.seen(pending, extent)
        gone.extend(extent.documents)
        return await asking.agreed(books, pending, extent)

    answer = await asked.write(ErasureSeen, act)
    for reference in gone:
        await composed.documents.remove(reference)
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """One request, in whose transaction everything is looked up."""

    party_id: str
    body: ErasureOrder
    composed: Deployment
    asked: Once

    async def extent(self, books: UnitOfWork) -> Extent:
        """Find what would go; raises Problem 404 when there is no such person."""
        extent = await books.erasures.extent(
            self.party_id,
            today=self.composed.now().astimezone(self.composed.zone).date(),
            keep_years=self.composed.keep_years,
        )
        if extent is None:
            raise Problem(404, "unknown-subject", "There is no such person on the books.")
        return extent

    async def proposed(self, books: UnitOfWork, extent: Extent) -> ErasureSeen:
        """Write the proposal down; an auditor agrees and does not propose."""
        caller = self.asked.caller
        if ADMIN not in caller.roles:
            raise Problem(409, "not-proposed", "Nobody has proposed to erase this person's data.")
        erasure = Erasure(
            id=derive("ER", self.party_id, self.asked.request_id),
            party_id=self.party_id,
            basis=self.body.basis,
            reason=self.body.reason,
            proposed_by=caller.subject,
            proposed_at=self.composed.now(),
        )
        await books.erasures.propose(erasure)
        return self.seen(erasure, extent)

    async def agreed(self, books: UnitOfWork, pending: Erasure, extent: Extent) -> ErasureSeen:
        """Carry it out; raises Problem 409 to whoever proposed it, or means something else."""
        caller = self.asked.caller
        if caller.subject == pending.proposed_by or self.body.basis != pending.basis:
            raise Problem(409, "second-person", "Another person has to agree, on the same basis.")
        done = await books.erasures.carry_out(pending, extent, caller.subject, self.composed.now())
        return self.seen(done, extent)

    def seen(self, erasure: Erasure | None, extent: Extent) -> ErasureSeen:
        """Show how far it is."""
        done = erasure is not None and erasure.confirmed_at is not None
        return ErasureSeen(
            subject_id=self.party_id,
            state="NONE" if erasure is None else "ERASED" if done else "PROPOSED",
            erasure_id=None if erasure is None else erasure.id,
            proposed_by=None if erasure is None else erasure.proposed_by,
            confirmed_by=None if erasure is None else erasure.confirmed_by,
            at=self.composed.now(),
            dry_run=self.body.dry_run,
            cases=len(extent.cases),
            documents=len(extent.documents),
            kept=[KeptSeen(what=one.what, id=one.id, until=one.until) for one in extent.kept],
        )


def _refuse_kept(extent: Extent) -> None:
    if extent.kept:
        first = extent.kept[0]
        until = f" until {first.until}" if first.until else ""
        raise Problem(
            409,
            "must-be-kept",
            f"The {first.what} {first.id} has to be kept{until}; a dry run names everything.",
        )

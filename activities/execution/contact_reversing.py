"""``execution.reverse_contact``: the person's data as they were, the endorsements taken back."""

from datetime import datetime, timedelta

from activities.errors import Fault
from activities.execution.contact import whom_to_tell
from activities.ports import Books
from activities.step import Done, Job, Local
from workflows.contracts.contact import (
    ContactReversal,
    Notice,
    ReverseContactRequest,
    ReverseContactResult,
)
from workflows.domain.contact import FRESH_DAYS, PartyVersion
from workflows.domain.policy import NotReversible


async def _reverse(
    job: Job, request: ReverseContactRequest, books: Books
) -> Done[ReverseContactResult]:
    party_id = request.applicant_party_id
    before = await books.contact_changes.image(party_id)
    undone = await _standing(books, job, request)
    restored = None
    for made in undone:
        restored = await _take_back(books, job, made)
    after = await books.contact_changes.image(party_id)
    notices: tuple[Notice, ...] = ()
    if undone and before is not None and after is not None:
        notices = tuple(each for each in whom_to_tell(before, after) if each.side != "OLD")
    reversal = ContactReversal(
        changes=tuple(made.case_id for made in undone),
        version=None if restored is None else restored.no,
        notices=notices,
    )
    return Done(
        result=ReverseContactResult(reversal=reversal),
        detail={
            "party": party_id,
            "reversed": [made.no for made in undone],
            "version": reversal.version,
        },
    )


async def _standing(
    books: Books, job: Job, request: ReverseContactRequest
) -> tuple[PartyVersion, ...]:
    """The changes to take back, the latest first; one that is taken back already is none."""
    since = _fresh_since(job.at)
    if request.scope == "OWN":
        own = await books.contact_changes.of_case(request.applicant_party_id, job.case_id)
        return () if own is None or own.reversed_by is not None else (own,)
    return await books.contact_changes.standing(request.applicant_party_id, since)


async def _take_back(books: Books, job: Job, made: PartyVersion) -> PartyVersion:
    try:
        restored = await books.contact_changes.take_back(made, case_id=job.case_id, at=job.at)
    except NotReversible:
        raise Fault("NOT_REVERSIBLE", "A later change stands on this one.") from None
    for endorsement in await books.endorsements.of_case(made.case_id):
        if endorsement.voided_at is None:
            await books.endorsements.void(endorsement.no, at=job.at, by=job.case_id)
    return restored


def _fresh_since(at: datetime) -> datetime:
    return at - timedelta(days=FRESH_DAYS)


REVERSE_CONTACT = Local(run=_reverse)

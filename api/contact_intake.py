"""A change of data at the door: the data go to the policy book, the case learns the fields."""

from datetime import UTC, datetime

from api.schemas.cases import CaseStart
from workflows.domain.contact import ContactProposal, proposal_hash
from workflows.domain.party import Party


def proposal_of(
    start: CaseStart, party: Party, *, case_id: str, at: datetime
) -> ContactProposal | None:
    """Return what is asked to be changed; None: the item is another."""
    if start.contact is None:
        return None
    wanted, policy_nos = start.contact.wanted(), tuple(sorted(set(start.contact.policy_nos)))
    return ContactProposal(
        case_id=case_id,
        party_id=party.id,
        wanted=wanted,
        hash=proposal_hash(party, wanted, policy_nos),
        at=at.astimezone(UTC),
        new_verified=start.contact.new_phone_verified,
        old_verified=start.contact.old_contact_verified,
        policy_nos=policy_nos,
    )


def without_data(start: CaseStart, proposal: ContactProposal | None) -> CaseStart:
    """Return the request as a case may carry it: fields and hash, not a word of the data."""
    if proposal is None:
        return start
    asked = {"hash": proposal.hash, "fields": sorted(proposal.wanted)}
    return start.model_copy(
        update={"contact": None, "request": {**start.request, "contact": asked}}
    )

"""``verification.contact``: which of a person's data change, by field, and which policies hear."""

from datetime import date

from activities.errors import Refused
from activities.ports import Books
from activities.proposals import find_proposal
from activities.step import Done, Job, Local
from workflows.contracts.contact import ContactFacts, ContactRequest, ContactResult
from workflows.domain.contact import ContactProposal, differing, image_hash

_DEAF = frozenset({"PENDING", "TERMINATED", "MATURED"})
"""States in which a policy takes no note of anything."""


async def _contact(job: Job, request: ContactRequest, books: Books) -> Done[ContactResult]:
    proposal = await find_proposal(books, job, request.applicant_party_id)
    image = await books.contact_changes.image(proposal.party_id)
    if image is None:
        raise Refused("UNKNOWN_PARTY", "The applicant is not on the books.")
    before = image_hash(image)
    facts = ContactFacts(
        party_id=proposal.party_id,
        fields=differing(image, proposal),
        new_verified=proposal.new_verified,
        old_verified=proposal.old_verified,
        policies=await _policies(books, proposal, job.today),
        before_hash=before,
    )
    return Done(
        result=ContactResult(change=facts),
        detail={"fields": facts.fields, "policies": facts.policies, "before": before},
    )


async def _policies(books: Books, proposal: ContactProposal, on: date) -> tuple[str, ...]:
    """Which policies the change goes to: those named, or all the person has a part in."""
    found = await books.policies.with_part(proposal.party_id, on)
    return tuple(
        policy_no
        for policy_no, state in found
        if state not in _DEAF and policy_no in (proposal.policy_nos or (policy_no,))
    )


CONTACT = Local(run=_contact)

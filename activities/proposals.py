"""What a case asks to have changed of a person's data, as every stage finds it."""

from activities.errors import Refused
from activities.ports import Books
from activities.step import Job
from workflows.domain.contact import ContactProposal


async def find_proposal(books: Books, job: Job, party_id: str) -> ContactProposal:
    """Find what the case asks for; refused when it asks it about somebody else."""
    proposal = await books.contact_changes.proposal(job.case_id)
    if proposal is None or proposal.party_id != party_id:
        raise Refused("NO_PROPOSAL", "The case asks for no change of this person's data.")
    return proposal

"""Who may act and receive for a person without full capacity (民法典 art. 35)."""

from activities.ports import Books
from activities.step import Job
from workflows.domain.party import capacity_on
from workflows.domain.policy import Policy


async def guardians_of(job: Job, policy: Policy, party_id: str, books: Books) -> tuple[str, ...]:
    """Find who may receive for a person without full capacity; nobody for anyone else."""
    party = await books.parties.get(party_id)
    if party is None or capacity_on(party, job.today) == "FULL":
        return ()
    return tuple(role.party_id for role in policy.holders("GUARDIAN", job.today))

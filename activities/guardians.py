"""Who may act, receive and agree for a person without full capacity (民法典 art. 35)."""

from datetime import date

from activities.ports import Books
from activities.step import Job
from workflows.domain.party import FULL_AGE, Party, age_on, capacity_on
from workflows.domain.policy import Policy


async def guardians_of(job: Job, policy: Policy, party_id: str, books: Books) -> tuple[str, ...]:
    """Find who may receive for a person without full capacity; nobody for anyone else."""
    party = await books.parties.get(party_id)
    if party is None or capacity_on(party, job.today) == "FULL":
        return ()
    return tuple(role.party_id for role in policy.holders("GUARDIAN", job.today))


def parents_asked(policy: Policy, insured: Party, holder_id: str, on: date) -> bool:
    """Whether a minor's death cover would be held by somebody who is no parent of it.

    Without the parents' consent that is void: 保险法 art. 33-34, 解释三 art. 6.
    """
    is_minor = insured.born_on is not None and age_on(insured.born_on, on) < FULL_AGE
    has_cover = any(cover.status == "ACTIVE" for cover in policy.coverages)
    return is_minor and has_cover and all(role.party_id != holder_id for role in policy.parents(on))

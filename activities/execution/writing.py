"""A change of a policy written down: its next version, its endorsement, what it posts."""

from dataclasses import dataclass
from datetime import date

from activities.execution.owed import journal_id
from activities.ports import Books
from activities.step import Job
from workflows.contracts import execution as contract
from workflows.domain.ledger import Entry, Journal
from workflows.domain.policy import Policy, PolicyVersion
from workflows.domain.records import Endorsement


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A change as it stands on the books."""

    version: PolicyVersion
    endorsement: Endorsement

    @property
    def detail(self) -> dict[str, object]:
        """What the audit trail says of it."""
        return {
            "policyNo": self.version.policy_no,
            "policyVersion": self.version.no,
            "before": self.version.before_hash,
            "after": self.version.after_hash,
        }


async def write(
    job: Job, after: Policy, cause: str, books: Books, *, endorse: bool = True
) -> Written:
    """Write a policy's next version, with an endorsement unless nothing was varied."""
    version = await books.policies.commit(
        after, cause=cause, case_id=job.case_id, at=job.at, reservation_id=None
    )
    endorsement = Endorsement(
        no=job.id("ED"),
        case_id=job.case_id,
        policy_no=version.policy_no,
        item=cause,
        template=f"{cause.lower()}@1",
        before_hash=version.before_hash or "",
        after_hash=version.after_hash,
        policy_version=version.no,
        issued_at=job.at,
    )
    if endorse:
        await books.endorsements.issue(endorsement)
    return Written(version=version, endorsement=endorsement)


async def post_of(
    job: Job,
    policy: Policy,
    purpose: str,
    entries: tuple[Entry, ...],
    books: Books,
    *,
    on: date | None = None,
) -> None:
    """Post what a step does to a policy, once per purpose."""
    await books.ledger.post(
        Journal(
            id=journal_id(job.effect_key, purpose),
            value_date=on or job.today,
            text=f"{purpose} {policy.policy_no}",
            policy_no=policy.policy_no,
            case_id=job.case_id,
            entries=entries,
        )
    )


def shown(written: Written) -> contract.Endorsement:
    """Show an endorsement to the model."""
    endorsement = written.endorsement
    return contract.Endorsement(no=endorsement.no, issued_at=endorsement.issued_at)

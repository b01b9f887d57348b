"""``execution.change_contact``, ``.endorse_contact``: a person's next version, noted by policy."""

from activities.errors import Fault, Refused
from activities.ports import Books
from activities.proposals import find_proposal
from activities.step import Done, Job, Local
from activities.timekeeping import meet
from workflows.contracts import execution as contract
from workflows.contracts.contact import (
    ChangeContactRequest,
    ChangeContactResult,
    EndorseContactRequest,
    EndorseContactResult,
    Noted,
    Notice,
    PersonVersion,
    Side,
)
from workflows.domain.contact import PartyImage, PartyVersion, image_after
from workflows.domain.party import ContactPoint
from workflows.domain.policy import Policy, StaleVersion
from workflows.domain.records import Endorsement

ITEM = "CONTACT"
_REACHABLE = frozenset({"PHONE", "EMAIL"})


async def _change(
    job: Job, request: ChangeContactRequest, books: Books
) -> Done[ChangeContactResult]:
    proposal = await find_proposal(books, job, request.applicant_party_id)
    before = await books.contact_changes.image(proposal.party_id)
    if before is None:
        raise Refused("UNKNOWN_PARTY", "The applicant is not on the books.")
    after = image_after(before, proposal, job.at, lambda kind: f"{job.id('CT')}-{kind}")
    try:
        version = await books.contact_changes.change(
            after, before_hash=request.before_hash, case_id=job.case_id, at=job.at
        )
    except StaleVersion:
        raise Fault("STALE", "The person's data have changed since they were read.") from None
    replaced = {point.id for point in before.contacts} - {point.id for point in after.contacts}
    await books.anomalies.correct({*replaced, proposal.party_id}, job.at)
    await meet(books, job, "K-DO")
    return Done(
        result=ChangeContactResult(version=_shown(version), notices=whom_to_tell(before, after)),
        detail=_images(version),
    )


def whom_to_tell(before: PartyImage, after: PartyImage) -> tuple[Notice, ...]:
    """Every point that a message reaches: what was taken off, what came, what stayed."""
    old, new = (
        {point.id: point for point in image.contacts if point.kind in _REACHABLE}
        for image in (before, after)
    )
    return (
        *_notices(old, new, "OLD"),
        *_notices(new, old, "NEW"),
        *(Notice(contact_id=each, side="KEPT") for each in old if each in new),
    )


def _notices(
    points: dict[str, ContactPoint], others: dict[str, ContactPoint], side: Side
) -> tuple[Notice, ...]:
    return tuple(Notice(contact_id=each, side=side) for each in points if each not in others)


def _shown(version: PartyVersion) -> PersonVersion:
    return PersonVersion(
        no=version.no, before_hash=version.before_hash, after_hash=version.after_hash
    )


def _images(version: PartyVersion) -> dict[str, object]:
    return {
        "party": version.party_id,
        "version": version.no,
        "before": version.before_hash,
        "after": version.after_hash,
    }


async def _endorse(
    job: Job, request: EndorseContactRequest, books: Books
) -> Done[EndorseContactResult]:
    policy = await books.policies.get(request.policy_no)
    version = await books.contact_changes.of_case(request.applicant_party_id, job.case_id)
    if policy is None or version is None or version.no != request.version:
        raise Refused("UNKNOWN", "There is no such policy, or no such change, to be noted.")
    refused = _refusal(policy)
    issued = None
    if refused is None:
        issued = _endorsement(job, policy, version)
        await books.endorsements.issue(issued)
    noted = Noted(
        policy_no=policy.policy_no,
        status="NOTED" if refused is None else "REFUSED",
        reason=refused,
        endorsement=None
        if issued is None
        else contract.Endorsement(no=issued.no, issued_at=issued.issued_at),
    )
    detail = {
        "policyNo": policy.policy_no,
        "status": noted.status,
        "endorsement": None if issued is None else issued.no,
    }
    return Done(result=EndorseContactResult(noted=noted), detail=_images(version) | detail)


def _refusal(policy: Policy) -> str | None:
    """Why the book takes no note on a policy; None: it does."""
    return "POLICY_FROZEN" if "FROZEN" in policy.flags else None


def _endorsement(job: Job, policy: Policy, version: PartyVersion) -> Endorsement:
    return Endorsement(
        no=job.id("ED"),
        case_id=job.case_id,
        policy_no=policy.policy_no,
        item=ITEM,
        template="contact@1",
        before_hash=version.before_hash,
        after_hash=version.after_hash,
        policy_version=policy.version,
        issued_at=job.at,
    )


CHANGE_CONTACT = Local(run=_change)
ENDORSE_CONTACT = Local(run=_endorse)

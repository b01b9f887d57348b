"""``execution.change_*``, ``execution.reverse_change``: who is what to a policy, changed once."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import date

from activities.consenting import holds, wanted
from activities.errors import Fault, Refused
from activities.execution.owed import journal_id
from activities.execution.quoting import find_policy, stale
from activities.ports import Books
from activities.step import Done, Job, Local
from activities.timekeeping import meet
from workflows.contracts import execution as contract
from workflows.contracts.changes import (
    ChangeRolesRequest,
    ChangeRolesResult,
    ReverseChangeRequest,
    ReverseChangeResult,
)
from workflows.contracts.payload import designations, payload_hash
from workflows.contracts.verification import CustomerRequest
from workflows.domain.consent import DebitAuthority
from workflows.domain.designation import basis_points
from workflows.domain.ledger import reversal_of
from workflows.domain.policy import (
    NotReversible,
    Policy,
    PolicyVersion,
    Role,
    RoleKind,
    StaleVersion,
)
from workflows.domain.records import Endorsement

_BENEFICIARIES, _HOLDER = "BENEFICIARY_CHANGE", "POLICYHOLDER_CHANGE"
Change = Callable[[Job, Policy, CustomerRequest, Books], Awaitable[Policy]]
"""The policy as it stands after the change."""


async def change(
    job: Job, request: ChangeRolesRequest, books: Books, item: str, after: Change
) -> Done[ChangeRolesResult]:
    """Write the policy as it is ``after`` an item, once, on the version everybody looked at."""
    policy = await find_policy(books, request.policy_no)
    if policy.version != request.policy_version:
        raise stale("The policy is not what everybody looked at.")
    if payload_hash(policy.policy_no, item, request.request) != request.payload_hash:
        raise Fault("CONSENT", "What is to be done is not what was consented to.")
    await _check_consents(job, policy, request, books)
    changed = await after(job, policy, request.request, books)
    await _check_known(policy, changed, books)
    try:
        version = await books.policies.commit(
            changed,
            cause=item,
            case_id=job.case_id,
            at=job.at,
            reservation_id=None,
        )
    except StaleVersion:
        raise stale("The policy moved on.") from None
    endorsement = _endorsement(job, version)
    await books.endorsements.issue(endorsement)
    await meet(books, job, "K-DO")
    return Done(
        result=ChangeRolesResult(
            endorsement=contract.Endorsement(no=endorsement.no, issued_at=endorsement.issued_at),
            policy_version=version.no,
        ),
        detail={
            "policyNo": policy.policy_no,
            "policyVersion": version.no,
            "before": version.before_hash,
            "after": version.after_hash,
            "endorsement": endorsement.no,
            "payloadHash": request.payload_hash,
            "intentOn": request.request.intent_on,
        },
    )


def _endorsement(job: Job, version: PolicyVersion) -> Endorsement:
    """The written variation, with the images before and after by hash."""
    return Endorsement(
        no=job.id("ED"),
        case_id=job.case_id,
        policy_no=version.policy_no,
        item=version.cause,
        template=f"{version.cause.lower()}@1",
        before_hash=version.before_hash or "",
        after_hash=version.after_hash,
        policy_version=version.no,
        issued_at=job.at,
    )


async def _check_known(policy: Policy, changed: Policy, books: Books) -> None:
    """The last look: nobody who enters was erased since the request was verified."""
    for party_id in sorted({role.party_id for role in set(changed.roles) - set(policy.roles)}):
        party = await books.parties.get(party_id)
        if party is None or party.is_erased:
            raise Refused(
                "UNKNOWN_PARTY", "Somebody who is named was erased: amend the request, or end it."
            )


async def _check_consents(
    job: Job, policy: Policy, request: ChangeRolesRequest, books: Books
) -> None:
    """The last look: nobody's consent was taken back, ran out, or was to something else."""
    given = await books.consents.of_case(job.case_id)
    for party, _ in wanted(policy, request.request, request.required_consents, job.today):
        if party == request.applicant_party_id:
            continue
        if not holds(given, party, request.payload_hash, job):
            raise Fault("CONSENT", "A consent to this very change is missing.")


async def _beneficiaries(job: Job, policy: Policy, asked: CustomerRequest, books: Books) -> Policy:
    """Everybody who stood in the order leaves it; the new ones enter on the day of effect."""
    del books
    made = [
        Role(
            party_id=each.party_id,
            kind="BENEF_DEATH",
            since=job.today,
            order=each.order,
            share_bp=share,
            relation=each.relation,
        )
        for each, share in basis_points(designations(asked))
    ]
    if not made:
        raise Refused("INPUT", "request.beneficiaries: nobody is designated.")
    return replace(policy, roles=(*closed(policy, ("BENEF_DEATH",), job.today), *made))


async def _holder(job: Job, policy: Policy, asked: CustomerRequest, books: Books) -> Policy:
    """Rights and duties pass on; what was collected from the old holder's account is not any more.

    民法典 art. 555; 4号令 art. 13 for the authority to collect.
    """
    new, account = asked.new_holder_party_id, asked.debit_account_id
    if new is None:
        raise Refused("INPUT", "request.newHolderPartyId: nobody is named.")
    await books.debit_authorities.revoke(policy.policy_no, on=job.today, by=job.case_id)
    if account is not None:
        await books.debit_authorities.grant(
            DebitAuthority(
                id=job.id("DA"),
                policy_no=policy.policy_no,
                party_id=new,
                account_id=account,
                since=job.today,
                granted_by=job.case_id,
            )
        )
    made = (
        Role(party_id=new, kind="PH", since=job.today, relation=asked.new_holder_relation),
        Role(party_id=new, kind="PAYER", since=job.today, relation="SELF"),
    )
    return replace(policy, roles=(*closed(policy, ("PH", "PAYER"), job.today), *made))


def closed(policy: Policy, kinds: tuple[RoleKind, ...], on: date) -> Iterator[Role]:
    """Every role of the policy, those of these kinds ended on a day."""
    for role in policy.roles:
        ends = role.kind in kinds and role.until is None
        yield replace(role, until=on) if ends else role


async def _change_beneficiaries(
    job: Job, request: ChangeRolesRequest, books: Books
) -> Done[ChangeRolesResult]:
    return await change(job, request, books, _BENEFICIARIES, _beneficiaries)


async def _change_policyholder(
    job: Job, request: ChangeRolesRequest, books: Books
) -> Done[ChangeRolesResult]:
    return await change(job, request, books, _HOLDER, _holder)


async def _reverse(
    job: Job, request: ReverseChangeRequest, books: Books
) -> Done[ReverseChangeResult]:
    made = await books.policies.version_of_case(request.policy_no, job.case_id)
    if made is None:
        raise Fault("NOT_REVERSIBLE", "The case made no change that still stands.")
    try:
        restored = await books.policies.reverse(
            made.policy_no, made.no, case_id=job.case_id, at=job.at
        )
    except NotReversible:
        raise Fault("NOT_REVERSIBLE", "A later change stands on this one.") from None
    for posting in reversed(await books.ledger.of_case(job.case_id)):
        await books.ledger.post(
            reversal_of(
                posting,
                id=journal_id(posting.id, "reversal"),
                value_date=job.today,
                case_id=job.case_id,
            )
        )
    for endorsement in await books.endorsements.of_case(job.case_id):
        if endorsement.voided_at is None:
            await books.endorsements.void(endorsement.no, at=job.at, by=job.case_id)
    await books.debit_authorities.restore(request.policy_no, by=job.case_id)
    return Done(
        result=ReverseChangeResult(policy_version=restored.no),
        detail={
            "policyNo": request.policy_no,
            "reversed": made.no,
            "policyVersion": restored.no,
        },
    )


CHANGE_BENEFICIARIES = Local(run=_change_beneficiaries, failpoints="commit")
CHANGE_POLICYHOLDER = Local(run=_change_policyholder, failpoints="commit")
REVERSE_CHANGE = Local(run=_reverse)

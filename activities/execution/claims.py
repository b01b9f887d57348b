"""``execution.open_claim``, ``settle_claim``: an insured event on the book, to its end."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from activities.execution.owed import journal_id
from activities.execution.quoting import find_policy
from activities.ports import Books
from activities.step import Done, Job, Local
from activities.timekeeping import meet
from workflows.contracts.asked import ClaimAsked
from workflows.contracts.claim import (
    ClaimFacts,
    ClaimResult,
    ClaimStage,
    OpenClaimRequest,
    SettleClaimRequest,
    ShareDue,
)
from workflows.domain.claims import (
    PROOFS,
    Handoff,
    agreed_entries,
    closed,
    hand_off,
    opened,
    paid,
    paid_entries,
)
from workflows.domain.ids import derive
from workflows.domain.ledger import Entry, Journal
from workflows.domain.message import Publication
from workflows.domain.policy import Policy

CLAIM_REPORTED = "claim.reported"
"""The message to every case that runs on the policy; its key: the policy."""
_DECIDED = ("K-CLM", "K-CLX", "K-ADV")
_MET: Mapping[ClaimStage, tuple[str, ...]] = MappingProxyType({
    "AGREED": _DECIDED, "REFUSED": _DECIDED, "PAID": ("K-PAY",),
})  # fmt: skip


async def _open(job: Job, request: OpenClaimRequest, books: Books) -> Done[ClaimResult]:
    policy = await find_policy(books, request.policy_no)
    version = policy.version
    if request.impact != "ALLOW":
        await books.debit_authorities.revoke(policy.policy_no, on=job.today, by=job.case_id)
        version = await _write(job, policy, opened(policy, request.claim.event_on), books)
        await books.messages.publish(_reported(job, request))
    else:
        await books.locks.release(policy.policy_no, job.case_id, job.at)
    facts = _facts(job, policy, request.claim, version)
    return Done(
        result=ClaimResult(claim=facts),
        detail={
            "policyNo": policy.policy_no,
            "policyVersion": version,
            "claim": facts.claim_no,
            "impact": request.impact,
            "payable": str(facts.payable),
        },
    )


def _reported(job: Job, request: OpenClaimRequest) -> Publication:
    return Publication(
        name=CLAIM_REPORTED,
        key=request.policy_no,
        message_id=job.id("MS"),
        variables={"eventOn": {"t": "string", "v": request.claim.event_on.isoformat()}},
        at=job.at,
        time_to_live=timedelta(0),
        publisher=job.instance_id,
    )


async def _settle(job: Job, request: SettleClaimRequest, books: Books) -> Done[ClaimResult]:
    policy = await find_policy(books, request.policy_no)
    event = request.claim
    handoff = hand_off(policy, event.event, event.event_on)
    facts = _facts(job, policy, event, policy.version)
    await _write(job, policy, _after(policy, request, job), books)
    await _post(job, policy, request.stage, _entries(policy, handoff, request), books)
    await meet(books, job, *_MET[request.stage])
    return Done(
        result=ClaimResult(claim=facts),
        detail={
            "policyNo": policy.policy_no,
            "claim": facts.claim_no,
            "stage": request.stage,
            "payable": str(handoff.payable),
        },
    )


def _after(policy: Policy, request: SettleClaimRequest, job: Job) -> Policy:
    """A death that was paid ends the contract; whatever else is settled lets it go on."""
    match request.stage:
        case "AGREED":
            return policy
        case "REFUSED":
            return closed(policy)
        case "PAID":
            over = request.claim.event == "DEATH"
            return paid(policy, job.today) if over else closed(policy)


def _entries(policy: Policy, handoff: Handoff, request: SettleClaimRequest) -> tuple[Entry, ...]:
    match request.stage:
        case "AGREED":
            return agreed_entries(policy, handoff, request.claim.event_on)
        case "REFUSED":
            return ()
        case "PAID":
            return paid_entries(handoff)


async def _write(job: Job, policy: Policy, after: Policy, books: Books) -> int:
    if after == policy:
        return policy.version
    version = await books.policies.commit(
        after, cause="CLAIM_HANDOFF", case_id=job.case_id, at=job.at, reservation_id=None
    )
    return version.no


async def _post(
    job: Job, policy: Policy, stage: ClaimStage, entries: tuple[Entry, ...], books: Books
) -> None:
    if not entries:
        return
    await books.ledger.post(
        Journal(
            id=journal_id(job.effect_key, stage.lower()),
            value_date=job.today,
            text=f"Claim {stage.lower()} {policy.policy_no}",
            policy_no=policy.policy_no,
            case_id=job.case_id,
            entries=entries,
        )
    )


def _facts(job: Job, policy: Policy, event: ClaimAsked, version: int) -> ClaimFacts:
    handoff = hand_off(policy, event.event, event.event_on)
    return ClaimFacts(
        claim_no=derive("CL", job.case_id),
        covered=handoff.covered,
        sum_assured=handoff.sum_assured.decimal,
        overdue_premium=handoff.overdue_premium.decimal,
        debts=handoff.debts.decimal,
        payable=handoff.payable.decimal,
        shares=tuple(
            ShareDue(party_id=share.party_id, amount=share.amount.decimal)
            for share in handoff.shares
        ),
        missing=tuple(each for each in PROOFS[event.event] if each not in event.proofs),
        policy_version=version,
    )


OPEN_CLAIM = Local(run=_open)
SETTLE_CLAIM = Local(run=_settle, failpoints="commit")

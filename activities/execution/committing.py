"""``execution.reserve``, ``execution.commit``, ``execution.release``: the policy changed, once."""

from datetime import timedelta

from activities.consenting import holds, wanted
from activities.errors import Refused
from activities.execution.owed import journal_of, shown
from activities.execution.quoting import confirm, find_policy, stale
from activities.execution.settling import MET_BY_PAYMENT
from activities.lawful import product_of
from activities.ports import Books
from activities.step import Done, Job, Local
from activities.timekeeping import meet
from workflows.contracts import execution as contract
from workflows.contracts.execution import (
    CommitRequest,
    CommitResult,
    ReleaseRequest,
    ReleaseResult,
    ReserveRequest,
    ReserveResult,
)
from workflows.domain.bases import BASES
from workflows.domain.commission import ClawBack
from workflows.domain.core_system import Commitment
from workflows.domain.lending import new_loan
from workflows.domain.payment import Obligation
from workflows.domain.policy import (
    Loan,
    Policy,
    PolicyVersion,
    Reservation,
    StaleVersion,
)
from workflows.domain.quote import Quote
from workflows.domain.records import Endorsement

RESERVED_FOR = timedelta(hours=24)
_KEEP_LOCK = "keepLock"
"""Header of a release that lets go of the reservation only: the case goes on."""


async def _reserve(job: Job, request: ReserveRequest, books: Books) -> Done[ReserveResult]:
    reservation, _ = await hold(job, request, books)
    return reserved(reservation)


async def hold(job: Job, request: ReserveRequest, books: Books) -> tuple[Reservation, Quote]:
    """Hold the policy's version for the very quote that was shown."""
    policy, valued = await confirm(books, job, request.policy_no, request.quote)
    _refuse_when_lost(policy)
    reservation = Reservation(
        id=job.id("RS"),
        policy_no=policy.policy_no,
        policy_version=policy.version,
        case_id=job.case_id,
        quote_hash=valued.hash,
        expires_at=job.at + RESERVED_FOR,
    )
    try:
        await books.policies.reserve(reservation, at=job.at)
    except StaleVersion:
        raise stale("The policy is held by another case, or moved on.") from None
    return reservation, valued


def _refuse_when_lost(policy: Policy) -> None:
    """Stop what was assessed before the loss was reported: whoever asked may have the paper."""
    if "LOST" in policy.flags:
        raise Refused(
            "POLICY_REPORTED_LOST",
            "The policy was reported lost after the request was assessed: replay the case from "
            "its risk assessment, or end it.",
        )


def reserved(reservation: Reservation) -> Done[ReserveResult]:
    """Tell of a reservation."""
    return Done(
        result=ReserveResult(
            reservation=contract.Reservation(
                id=reservation.id,
                expires_at=reservation.expires_at,
                policy_version=reservation.policy_version,
            )
        ),
        detail={
            "policyNo": reservation.policy_no,
            "policyVersion": reservation.policy_version,
            "reservation": reservation.id,
            "quote": reservation.quote_hash,
        },
    )


async def _commit(job: Job, request: CommitRequest, books: Books) -> Done[CommitResult]:
    meant = await intended(job, request, books)
    return await written(job, meant, meant.before, books, meant.reservation_id)


async def intended(job: Job, request: CommitRequest, books: Books) -> Commitment:
    """What the commit will do, once everything was looked at for the last time."""
    policy, valued = await confirm(books, job, request.policy_no, request.quote)
    await _check_reservation(books, job, request, valued)
    await _check_consents(books, job, policy, request)
    rule, obligation = BASES[valued.basis], _owe(job, policy, valued, request)
    head = f"{rule.item} {policy.policy_no} ({valued.basis})"
    return Commitment(
        reservation_id=request.reservation.id,
        effective_at=job.at,
        before=policy,
        valued=valued,
        loan=await _loan(books, job, policy, valued),
        obligation=obligation,
        journals=tuple(
            journal_of(job, obligation, (purpose, f"{head}: {purpose}", entries))
            for purpose, entries in rule.postings(valued)
        ),
    )


async def written(
    job: Job, meant: Commitment, policy: Policy, books: Books, reservation_id: str | None
) -> Done[CommitResult]:
    """Write it: the policy's next version, what is owed, what it posts, its endorsement."""
    valued, obligation = meant.valued, meant.obligation
    try:
        version = await books.policies.commit(
            meant.after(policy),
            cause=meant.item,
            case_id=job.case_id,
            at=job.at,
            reservation_id=reservation_id,
        )
    except StaleVersion:
        raise stale("The reservation no longer holds.") from None
    await books.obligations.open(obligation)
    await _claw_back(books, job, policy, version, valued)
    for journal in meant.journals:
        await books.ledger.post(journal)
    endorsement = _endorse(job, policy, version, valued)
    await books.endorsements.issue(endorsement)
    if not obligation.amount.is_positive:
        await meet(books, job, *MET_BY_PAYMENT)
    return Done(
        result=CommitResult(
            obligation=shown(obligation),
            endorsement=contract.Endorsement(no=endorsement.no, issued_at=endorsement.issued_at),
            journal_id=meant.journals[0].id if meant.journals else None,
            loan_id=meant.loan.id if valued.basis == "LOAN" else None,
        ),
        detail=_committed(policy, version, valued, obligation)
        | {"endorsement": endorsement.no, "reservation": meant.reservation_id},
    )


async def _check_reservation(books: Books, job: Job, request: CommitRequest, valued: Quote) -> None:
    if request.basis != valued.basis:
        raise Refused("INPUT", "basis: not the basis of the quote.")
    held = await books.policies.reservation(request.reservation.id)
    if held is None or held.case_id != job.case_id:
        raise Refused("UNKNOWN_RESERVATION", "The case holds no such reservation.")
    if held.quote_hash != valued.hash or held.state != "ACTIVE":
        raise stale("The reservation is for another quote.")


def _owe(job: Job, policy: Policy, valued: Quote, request: CommitRequest) -> Obligation:
    held = (policy.holders(kind, job.today) for kind in BASES[valued.basis].entitled)
    holders = next((roles for roles in held if roles), ())
    if not holders:
        raise Refused("NO_HOLDER", "Nobody holds the role today to whom this is owed.")
    return Obligation(
        id=job.id("OB"),
        case_id=job.case_id,
        policy_no=policy.policy_no,
        party_id=holders[0].party_id,
        direction="OUT",
        amount=valued.net,
        state="DUE" if valued.net.is_positive else "SETTLED",
        opened_at=job.at,
        payee_account_id=None if request.payee is None else request.payee.account_id,
        ledger_account=BASES[valued.basis].payable,
    )


async def _loan(books: Books, job: Job, policy: Policy, valued: Quote) -> Loan:
    """The loan that this commit makes, if it makes one."""
    product = await product_of(books, job, policy)
    return new_loan(job.id("LN"), product, valued.net, job.today)


async def _check_consents(books: Books, job: Job, policy: Policy, request: CommitRequest) -> None:
    """The last look: nobody's consent was taken back, ran out, or was to something else."""
    asked = request.consented
    if asked is None:
        return
    given = await books.consents.of_case(job.case_id)
    for party, _ in wanted(policy, asked.request, asked.required_consents, job.today):
        if party != asked.applicant_party_id and not holds(given, party, asked.payload_hash, job):
            raise stale("A consent to this very change is missing.")


async def _claw_back(
    books: Books, job: Job, policy: Policy, version: PolicyVersion, valued: Quote
) -> None:
    """A contract taken back in cooling-off earns its agent nothing."""
    if policy.agent_id is None or valued.basis != "COOLING_OFF":
        return
    event = ClawBack(
        id=job.id("CB"),
        case_id=job.case_id,
        policy_no=policy.policy_no,
        policy_version=version.no,
        agent_id=policy.agent_id,
        premiums=valued.premiums_paid,
        at=job.at,
    )
    await books.commissions.claw_back(event)


def _endorse(job: Job, policy: Policy, version: PolicyVersion, valued: Quote) -> Endorsement:
    return Endorsement(
        no=job.id("ED"),
        case_id=job.case_id,
        policy_no=policy.policy_no,
        item=version.cause,
        template=f"{valued.basis.lower()}@1",
        before_hash=version.before_hash or "",
        after_hash=version.after_hash,
        policy_version=version.no,
        issued_at=job.at,
    )


def _committed(
    policy: Policy, version: PolicyVersion, valued: Quote, obligation: Obligation
) -> dict[str, object]:
    return {
        "policyNo": policy.policy_no,
        "policyVersion": version.no,
        "before": version.before_hash,
        "after": version.after_hash,
        "quote": valued.hash,
        "obligation": obligation.id,
        "amount": str(valued.net),
        "commissionClawBack": policy.agent_id if valued.basis == "COOLING_OFF" else None,
    }


async def release(job: Job, request: ReleaseRequest, books: Books) -> Done[ReleaseResult]:
    """Let go of the reservation, and of the policy unless the case goes on."""
    await find_policy(books, request.policy_no)
    held = await books.policies.active_reservation(job.case_id)
    if held is not None:
        await books.policies.cancel(held.id)
    keeps_lock = job.headers.get(_KEEP_LOCK) == "true"
    if not keeps_lock:
        await books.locks.release(request.policy_no, job.case_id, job.at)
    return Done(
        result=ReleaseResult(),
        detail={
            "policyNo": request.policy_no,
            "reservation": None if held is None else held.id,
            "lock": "kept" if keeps_lock else "released",
        },
    )


RESERVE = Local(run=_reserve)
COMMIT = Local(run=_commit, failpoints="commit")
RELEASE = Local(run=release)

"""``execution.register_claim``: the event handed over to the claims system, once."""

from activities.errors import Fault
from activities.ports import Books
from activities.step import Done, Job, Outside, Systems
from workflows.contracts.claim import (
    ClaimRegistration,
    RegisterClaimRequest,
    RegisterClaimResult,
)
from workflows.domain.claim_notice import ClaimNotice, ClaimReceipt
from workflows.domain.money import money
from workflows.domain.systems import SystemUnavailable


async def _prepare(job: Job, request: RegisterClaimRequest, books: Books) -> ClaimNotice:
    del books
    event, facts = request.claim, request.facts
    return ClaimNotice(
        claim_no=facts.claim_no,
        case_id=job.case_id,
        policy_no=request.policy_no,
        event=event.event,
        event_on=event.event_on,
        noticed_at=request.noticed_at,
        proofs=event.proofs,
        missing=facts.missing,
        payable=money(facts.payable),
        investigate=request.investigate,
    )


async def _tell(notice: ClaimNotice, systems: Systems) -> ClaimReceipt:
    try:
        return await systems.claims.notify(notice)
    except SystemUnavailable:
        # The clocks of law run on: the case waits in the open, and tells again by itself.
        raise Fault("CLAIMS_AWAY", "The claims system does not answer.") from None


async def _conclude(
    job: Job, notice: ClaimNotice, receipt: ClaimReceipt, books: Books
) -> Done[RegisterClaimResult]:
    del books
    told = ClaimRegistration(reference=receipt.reference, registered_at=job.at)
    return Done(
        result=RegisterClaimResult(registration=told),
        detail={
            "policyNo": notice.policy_no,
            "claim": notice.claim_no,
            "reference": receipt.reference,
        },
    )


REGISTER_CLAIM = Outside(prepare=_prepare, call=_tell, conclude=_conclude, systems=("claims",))

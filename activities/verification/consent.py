"""``verification.consents`` and its kin: who must consent to this very change, and who did."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from activities.consenting import holds, nobody_known, wanted
from activities.errors import Fault, Refused
from activities.lawful import calendar_of
from activities.ports import Books
from activities.step import Done, Job, Local
from workflows.contracts.consent import (
    ConsentPending,
    ConsentRequest,
    ConsentResult,
    ConsentsFinding,
    ConsentsRequest,
    ConsentsResult,
    RevokeRequest,
    RevokeResult,
)
from workflows.domain.clocks import end_of_day
from workflows.domain.consent import Consent, ConsentRole, expiry
from workflows.domain.findings import Verification

CHASED_FOR = 10
"""Working days that a consent is waited for."""
AS_DOCUMENT: Mapping[ConsentRole, str] = MappingProxyType({
    "PH": "HOLDER_CONSENT",
    "INSURED": "INSURED_CONSENT",
    "GUARDIAN": "GUARDIAN_CONSENT",
    "PARENT": "PARENT_CONSENT",
    "NEW_PH": "NEW_HOLDER_CONSENT",
    "PLEDGEE": "LENDER_CONSENT",
    "ACCOUNT_HOLDER": "ACCOUNT_AUTHORITY",
})  # fmt: skip
"""What a consent is called in the one consolidated notice."""


async def _consents(job: Job, request: ConsentsRequest, books: Books) -> Done[ConsentsResult]:
    policy = await books.policies.get(request.policy_no)
    if policy is None:
        raise Refused("UNKNOWN_POLICY", "The policy is not on the books.")
    nobody = nobody_known(policy, request.request, request.required_consents, job.today)
    if nobody is not None:
        raise _nobody(nobody)
    given = await books.consents.of_case(job.case_id)
    pending = tuple(
        ConsentPending(party_id=party, role=role, key=f"{job.case_id}/{party}")
        for party, role in wanted(policy, request.request, request.required_consents, job.today)
        if party != request.applicant_party_id
        and not holds(given, party, request.payload_hash, job)
    )
    calendar = await calendar_of(books, job)
    due_on = calendar.add_working_days(job.today, CHASED_FOR).on
    finding = ConsentsFinding(
        complete=not pending,
        missing=tuple(dict.fromkeys(AS_DOCUMENT[each.role] for each in pending)),
        pending=pending,
        wrong_payload=any(_is_to_another(given, each.party_id, request, job) for each in pending),
        due_at=end_of_day(due_on, job.zone),
        due_on=due_on,
    )
    await books.findings.record(
        Verification(
            id=job.id("VF"),
            case_id=job.case_id,
            subject=policy.policy_no,
            type="CONSENT",
            provider="baoquan",
            result="COMPLETE" if finding.complete else "MISSING",
            at=job.at,
            evidence={"missing": finding.missing, "payloadHash": request.payload_hash},
        )
    )
    return Done(
        result=ConsentsResult(consents=finding),
        detail={"missing": finding.missing, "payloadHash": request.payload_hash},
    )


def _nobody(role: ConsentRole) -> Fault:
    """The book contradicts itself, as with a pledge that has no pledgee: it is put right first."""
    text = f"Nobody is {role} of the policy: nobody could consent."
    return Fault("NO_ROLE", text, {"consentReason": f"{role}_UNKNOWN"})


def _is_to_another(
    given: Sequence[Consent], party: str, request: ConsentsRequest, job: Job
) -> bool:
    return any(
        each.party_id == party and each.state(request.payload_hash, job.at) == "WRONG_PAYLOAD"
        for each in given
    )


async def _consent(job: Job, request: ConsentRequest, books: Books) -> Done[ConsentResult]:
    consent = Consent(
        id=job.id("CO"),
        case_id=job.case_id,
        policy_no=request.policy_no,
        item=request.item,
        payload_hash=request.answered_hash,
        party_id=request.party_id,
        role=request.role,
        answer=request.answer,
        form=request.form,
        evidence_id=request.evidence_id,
        obtained_at=job.at,
        expires_at=expiry(job.at),
    )
    await books.consents.record(consent)
    state = consent.state(request.payload_hash, job.at)
    if request.answer == "REFUSED":
        state = "REFUSED"  # a no is a no, whatever change the person was shown
    return Done(
        result=ConsentResult(consent_id=consent.id, consent_state=state),
        detail={
            "consent": consent.id,
            "party": request.party_id,
            "state": state,
            "payloadHash": request.answered_hash,
            "evidence": request.evidence_id,
        },
    )


async def _revoke(job: Job, request: RevokeRequest, books: Books) -> Done[RevokeResult]:
    revoked = await books.consents.revoke(job.case_id, request.party_id, job.at)
    return Done(
        result=RevokeResult(revoked=revoked), detail={"party": request.party_id, "revoked": revoked}
    )


CONSENTS = Local(run=_consents)
CONSENT = Local(run=_consent)
REVOKE = Local(run=_revoke)

"""``verification.identity``: the applicant's papers, and the assurance the money asks for."""

from dataclasses import dataclass
from decimal import Decimal

from activities.errors import Fault, Refused
from activities.ports import Books
from activities.step import Done, Failed, Job, Outside, Systems
from workflows.contracts.verification import (
    IdentityEvidence,
    IdentityFinding,
    IdentityRequest,
    IdentityResult,
)
from workflows.domain.findings import Verification
from workflows.domain.jurisdiction import WITNESSED_FROM
from workflows.domain.party import Party

FACE_THRESHOLD = Decimal("0.80")


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityPlan:
    """Whom to verify, and what was seen of them."""

    party: Party
    evidence: IdentityEvidence
    required: int
    job: Job
    answer: str | None = None
    """What the bureau said already; None: it is asked now."""


async def _prepare(job: Job, request: IdentityRequest, books: Books) -> IdentityPlan:
    party = await books.parties.get(request.applicant_party_id)
    if party is None:
        raise Refused("UNKNOWN_PARTY", "The applicant is not on the books.")
    return IdentityPlan(
        party=party,
        evidence=request.request.identity,
        required=await _required(job, request, books),
        answer=None if request.bureau is None else request.bureau.answer,
        job=job,
    )


async def _required(job: Job, request: IdentityRequest, books: Books) -> int:
    if request.required_ial is not None:
        return request.required_ial
    law = await books.packs.of_case(job.case_id)
    return required_level(request.net_payout, law.figure(WITNESSED_FROM))


async def _ask(plan: IdentityPlan, systems: Systems) -> str:
    party = plan.party
    if plan.answer is not None:
        return plan.answer
    return await systems.identity.verify(
        name=party.name, id_type=party.id_type, id_no=party.id_no, on=plan.job.today
    )


async def _conclude(
    job: Job, plan: IdentityPlan, answer: str, books: Books
) -> Done[IdentityResult] | Failed:
    evidence = plan.evidence
    finding = IdentityFinding(
        ial=evidence.ial,
        required_ial=plan.required,
        face_score=evidence.face_score,
        liveness_ok=evidence.liveness_ok,
        passed=looks_alive(evidence),
    )
    reason = failure(plan.party, answer, finding, job)
    await books.findings.record(
        Verification(
            id=job.id("VF"),
            case_id=job.case_id,
            subject=plan.party.id,
            type="ID",
            provider="identity",
            result=reason or ("PASSED" if finding.passed else "MANUAL"),
            at=job.at,
            score=None if evidence.face_score is None else str(evidence.face_score),
            evidence={"ial": finding.ial, "requiredIal": finding.required_ial, "answer": answer},
        )
    )
    detail = {"party": plan.party.id, "ial": finding.ial, "required": finding.required_ial}
    if reason is None:
        return Done(result=IdentityResult(identity=finding), detail=detail)
    fault = Fault(
        "IDENTITY",
        f"The applicant could not be identified ({reason}).",
        {"identity": finding.model_dump(by_alias=True), "identityReason": reason},
    )
    return Failed(fault=fault, detail={**detail, "reason": reason})


def required_level(net_payout: Decimal | None, witnessed_from: Decimal) -> int:
    """Tell the assurance level that a payout asks for; an unknown one asks for the highest.

    From some net payout on a human witness or a second factor is needed (IAL3).
    """
    return 3 if net_payout is None or net_payout >= witnessed_from else 2


def looks_alive(evidence: IdentityEvidence) -> bool:
    """Tell whether the biometric evidence speaks for the applicant; none speaks not against."""
    score = evidence.face_score
    return evidence.liveness_ok is not False and (score is None or score >= FACE_THRESHOLD)


def failure(party: Party, answer: str, finding: IdentityFinding, job: Job) -> str | None:
    """Name the first reason why the papers do not carry the request; None: they do."""
    expired = party.id_valid_to is not None and party.id_valid_to < job.today
    reasons = {
        "DECEASED": party.deceased_on is not None or answer == "DECEASED",
        "ID_EXPIRED": expired or answer == "EXPIRED",
        "ID_NUMBER": answer in {"MISMATCH", "NOT_FOUND"},
        "ASSURANCE_TOO_LOW": finding.ial < finding.required_ial,
    }
    return next((reason for reason, found in reasons.items() if found), None)


IDENTITY = Outside(prepare=_prepare, call=_ask, conclude=_conclude, systems=("identity",))

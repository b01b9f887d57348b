"""``verification.eligibility``: who may ask what of which policy; every reason against at once."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import date

from activities.errors import Fault, Refused
from activities.lawful import product_of
from activities.ports import Books
from activities.step import Done, Failed, Job, Local
from activities.verification.entitled import is_entitled
from activities.verification.ex_gratia import against_ex_gratia
from workflows.contracts.verification import (
    EligibilityFinding,
    EligibilityRequest,
    EligibilityResult,
)
from workflows.domain.bases import quote
from workflows.domain.findings import Verification
from workflows.domain.items import CATALOGUE, ends_request
from workflows.domain.money import money
from workflows.domain.party import Party
from workflows.domain.policy import Policy
from workflows.domain.quote import NotQuotable, Valuation

_IN_PERSON = "COUNTER"


async def _eligibility(
    job: Job, request: EligibilityRequest, books: Books
) -> Done[EligibilityResult] | Failed:
    policy = await books.policies.get(request.policy_no)
    party = await books.parties.get(request.applicant_party_id)
    if policy is None or party is None:
        raise Refused("UNKNOWN", "The policy or the applicant is not on the books.")
    found = await against(job, policy, party, request, books)
    reasons = tuple(reason for broken in found.values() for reason in broken)
    finding = EligibilityFinding(eligible=not reasons, reasons=reasons)
    await books.findings.record(
        Verification(
            id=job.id("VF"),
            case_id=job.case_id,
            subject=policy.policy_no,
            type="ELIG",
            provider="baoquan",
            result="ELIGIBLE" if finding.eligible else "NOT_ELIGIBLE",
            at=job.at,
            evidence={"reasons": reasons},
        )
    )
    detail = {"policyNo": policy.policy_no, "reasons": reasons}
    if finding.eligible:
        return Done(result=EligibilityResult(eligibility=finding), detail=detail)
    fault = Fault(
        "ELIGIBILITY",
        f"Not eligible: {', '.join(reasons)}.",
        {"eligibility": finding.model_dump(by_alias=True)},
    )
    return Failed(fault=fault, detail=detail)


async def against(
    job: Job, policy: Policy, party: Party, request: EligibilityRequest, books: Books
) -> Mapping[str, Sequence[str]]:
    """Return what stands against a request, by rule; a rule that is kept has nothing."""
    return {
        "APPLICANT": [*_against_applicant(policy, party, request, job.today)],
        "CONTRACT": [*_against_policy(policy, request)],
        "CHANNEL": [each async for each in _against_channel(job, party, books)],
        "REDUCTION": [each async for each in _against_reduction(job, policy, request, books)],
        "EX_GRATIA": [each async for each in against_ex_gratia(job, policy, request, books)],
    }


def _against_applicant(
    policy: Policy, party: Party, request: EligibilityRequest, on: date
) -> Iterator[str]:
    applicants = CATALOGUE[request.item].applicants
    if not is_entitled(policy, request.item, party.id, request.applicant_role, on):
        yield "NOT_POLICYHOLDER" if applicants == ("PH",) else "NOT_ENTITLED"
    if party.deceased_on is not None:
        yield "DECEASED"
    if party.capacity != "FULL":
        yield "CAPACITY"


def _against_policy(policy: Policy, request: EligibilityRequest) -> Iterator[str]:
    reason = ends_request(request.item, policy.state)
    if reason is not None:
        yield reason


async def _against_channel(job: Job, party: Party, books: Books) -> AsyncIterator[str]:
    """After somebody acted in a person's name, only the counter serves that person."""
    case = await books.cases.get(job.case_id)
    if case is None or case.channel == _IN_PERSON:
        return
    if await books.risk_alerts.open_for(party.id):
        yield "FRAUD_FREEZE"


async def _against_reduction(
    job: Job, policy: Policy, request: EligibilityRequest, books: Books
) -> AsyncIterator[str]:
    if request.item != "PARTIAL" or policy.state != "IN_FORCE":
        return
    wanted = request.request.new_sum_assured
    valuation = Valuation(
        policy=policy,
        product=await product_of(books, job, policy),
        cash_value=money(0, policy.currency),
        basis="PARTIAL",
        as_of=job.at,
        new_sum_assured=None if wanted is None else money(wanted, policy.currency),
    )
    try:
        quote(valuation)
    except NotQuotable as error:
        yield error.code


ELIGIBILITY = Local(run=_eligibility)

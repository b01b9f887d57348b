"""What speaks against an ex-gratia surrender 通融退保: one demand of a complaint, decided once."""

from collections.abc import AsyncIterator

from activities.lawful import product_of
from activities.ports import Books
from activities.step import Job
from workflows.contracts.verification import EligibilityRequest
from workflows.domain.bases import quote
from workflows.domain.complaint import Complaint
from workflows.domain.money import money, zero
from workflows.domain.policy import Policy
from workflows.domain.quote import Valuation

ITEM = "EX_GRATIA_SURRENDER"


async def against_ex_gratia(
    job: Job, policy: Policy, request: EligibilityRequest, books: Books
) -> AsyncIterator[str]:
    """Why a demand may not go to those who decide; nothing for other items."""
    demand = request.request.ex_gratia
    if request.item != ITEM:
        return
    complaint = None if demand is None else await books.complaints.get(demand.complaint_id)
    if demand is None or complaint is None or not await _is_about(complaint, policy, books):
        yield "COMPLAINT_UNKNOWN"
        return
    if complaint.decided_at is not None:
        yield "COMPLAINT_DECIDED"
    if await _was_refused(job, complaint, policy, books):
        yield "EX_GRATIA_DECIDED"
    value = await books.policies.cash_value(policy.policy_no, job.today)
    given = quote(
        Valuation(
            policy=policy,
            product=await product_of(books, job, policy),
            cash_value=value or zero(policy.currency),
            basis="SURRENDER",
            as_of=job.at.astimezone(job.zone),
        )
    )
    if money(demand.amount, policy.currency) <= given.net:
        yield "WITHIN_CONTRACT"


async def _is_about(complaint: Complaint, policy: Policy, books: Books) -> bool:
    case = await books.cases.get(complaint.case_id)
    return case is not None and case.policy_no == policy.policy_no


async def _was_refused(job: Job, complaint: Complaint, policy: Policy, books: Books) -> bool:
    """Tell whether a person refused it before: asking for less does not make it another demand."""
    for case in await books.cases.asked_for(policy.policy_no, ITEM):
        if case.id == job.case_id or case.accepted_at < complaint.received_at:
            continue
        if any(deed.outcome == "reject" for deed in await books.human_tasks.deeds(case.id)):
            return True
    return False

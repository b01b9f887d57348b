"""Random call-backs after completion: which cases are drawn, and who may not make the call."""

from decimal import Decimal

from activities.dialling import number_before
from activities.ports import Books
from activities.step import Job
from workflows.contracts.follow_up import QualityCall
from workflows.domain.call_back import SAMPLE, is_drawn


async def draw(job: Job, policy_no: str, books: Books) -> QualityCall | None:
    """Draw the lot of the case, as large as the share of its law; None: nobody is called."""
    law = await books.packs.of_case(job.case_id)
    if not is_drawn(job.case_id, law.figure_or(SAMPLE, Decimal(0))):
        return None
    number = None
    people = {deed.actor for deed in await books.human_tasks.deeds(job.case_id)}
    case, policy = await books.cases.get(job.case_id), await books.policies.get(policy_no)
    if case is not None:
        people.add(case.started_by)
        arrived = case.notice_arrived_at.astimezone(job.zone)
        number = await number_before(case.applicant_party_id, arrived, books)
    if policy is not None and policy.agent_id is not None:
        people.add(policy.agent_id)
    return QualityCall(excluded=tuple(sorted(people)), call_back_on=number)

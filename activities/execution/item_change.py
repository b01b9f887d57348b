"""``execution.change_item``: an item of the catalogue put into effect, once."""

from activities.execution.changing import change
from activities.execution.owed import journal_id
from activities.execution.quoting import stale
from activities.itemising import wanted_of
from activities.ports import Books
from activities.step import Done, Job, Local
from workflows.contracts.changes import ChangeRolesRequest, ChangeRolesResult
from workflows.contracts.verification import CustomerRequest
from workflows.domain.item_effects import EFFECTS, entries, problem
from workflows.domain.ledger import Journal
from workflows.domain.policy import Policy


async def _change_item(
    job: Job, request: ChangeRolesRequest, books: Books
) -> Done[ChangeRolesResult]:
    case = await books.cases.get(job.case_id)
    item = "" if case is None else case.item

    async def effect(job: Job, policy: Policy, asked: CustomerRequest, books: Books) -> Policy:
        wanted = await wanted_of(job, policy, item, asked, books)
        if problem(policy, wanted):
            raise stale("What was admitted is not any more.")
        posted = entries(policy, wanted)
        if posted:
            await books.ledger.post(
                Journal(
                    id=journal_id(job.effect_key, "item"),
                    value_date=job.today,
                    text=f"{item} {policy.policy_no}",
                    policy_no=policy.policy_no,
                    case_id=job.case_id,
                    entries=posted,
                )
            )
        return EFFECTS[wanted.generic.effect](policy, wanted)

    return await change(job, request, books, item, effect)


CHANGE_ITEM = Local(run=_change_item, failpoints="commit")

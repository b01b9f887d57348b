"""What a contract is worth when a premium stays unpaid: the same to who decides and who acts."""

from datetime import date

from activities.errors import Refused
from activities.ports import Books
from activities.step import Job
from workflows.domain.money import Money, zero
from workflows.domain.party import age_on
from workflows.domain.policy import Policy, Product
from workflows.domain.quote import NotQuotable, debts_on
from workflows.domain.renewal import paid_up_sum


async def net_value(job: Job, due: date, policy: Policy, books: Books) -> Money:
    """Read the cash value of the day before grace begins, less every debt of today."""
    value = await books.policies.cash_value(policy.policy_no, due)
    try:
        debts = debts_on(policy, job.today)
    except NotQuotable as error:
        raise Refused(error.code, "The book cannot tell the debts of that day.") from None
    return max((value or zero(policy.currency)) - debts, zero(policy.currency))


async def paid_up_at(job: Job, due: date, policy: Policy, product: Product, books: Books) -> Money:
    """Work out the sum that the net value buys at the insured's age; nothing where it cannot."""
    insured = policy.holders("INSURED", job.today)
    party = await books.parties.get(insured[0].party_id) if insured else None
    if party is None or party.born_on is None:
        return zero(policy.currency)
    rate = product.renewal.paid_up_rate(age_on(party.born_on, job.today))
    return paid_up_sum(await net_value(job, due, policy, books), rate)

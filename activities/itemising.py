"""An item of the catalogue, as asked: what its effect is worked out from."""

from dataclasses import replace

from activities.errors import Refused
from activities.lawful import product_of
from activities.ports import Books
from activities.step import Job
from workflows.contracts.asked import ItemAsked
from workflows.contracts.verification import CustomerRequest
from workflows.domain.increase import Increase, increase_to
from workflows.domain.item_effects import Wanted
from workflows.domain.items import CATALOGUE
from workflows.domain.minors import minor_cover
from workflows.domain.money import money, zero
from workflows.domain.party import Party, age_on
from workflows.domain.policy import Policy
from workflows.domain.servicing_item import Generic


def generic_of(item: str) -> Generic:
    """Find how the generic model serves an item; refused for one with a flow of its own."""
    generic = CATALOGUE[item].generic
    if generic is None:
        raise Refused("INPUT", f"item: {item} has a flow of its own.")
    return generic


def asked_change(request: CustomerRequest) -> ItemAsked:
    """Return what is asked for."""
    if request.item_change is None:
        raise Refused("INPUT", "request.itemChange: nothing is asked for.")
    return request.item_change


async def wanted_of(
    job: Job, policy: Policy, item: str, request: CustomerRequest, books: Books
) -> Wanted:
    """Gather what the effect of an item is worked out from, today."""
    asked = asked_change(request)
    value = await books.policies.cash_value(policy.policy_no, job.today)
    insured = policy.holders("INSURED", job.today)
    party = await books.parties.get(insured[0].party_id) if insured else None
    born = None if party is None else party.born_on
    wanted = Wanted(
        generic=generic_of(item),
        value=asked.account_id or asked.value,
        party_id=asked.party_id or "",
        on=job.today,
        product=await product_of(books, job, policy),
        cash_value=value or zero(policy.currency),
        insured_age=0 if born is None else age_on(born, job.today),
    )
    if asked.sum_assured is None or party is None:
        return wanted
    return replace(wanted, increase=await _increase(job, policy, wanted, asked, party, books))


async def _increase(
    job: Job, policy: Policy, wanted: Wanted, asked: ItemAsked, insured: Party, books: Books
) -> Increase:
    """Price the higher sum, and hold a minor's cover against its cap."""
    to = money(asked.sum_assured or 0, policy.currency)
    priced = increase_to(policy, wanted.product, to, age=wanted.insured_age, on=job.today)
    others = await books.policies.covered(insured.id, job.today, besides=policy.policy_no)
    here = to + policy.riders_assured + others.get(policy.currency, zero(policy.currency))
    declared = asked.cover_elsewhere
    minor = minor_cover(
        await books.packs.of_case(job.case_id),
        wanted.insured_age,
        here,
        None if declared is None else money(declared, policy.currency),
    )
    return replace(priced, minor=minor)

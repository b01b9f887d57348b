"""``execution.change_payment``: how premiums are paid from the next due date on, changed once."""

from dataclasses import replace

from activities.errors import Fault
from activities.execution.changing import change, closed
from activities.instructing import asked_payment
from activities.lawful import product_of
from activities.ports import Books
from activities.step import Done, Job, Local
from workflows.contracts.changes import ChangeRolesRequest, ChangeRolesResult
from workflows.contracts.verification import CustomerRequest
from workflows.domain.consent import DebitAuthority
from workflows.domain.money import money
from workflows.domain.policy import Policy, Role
from workflows.domain.premium import PaymentInstruction, modal_premium


async def _instructed(job: Job, policy: Policy, request: CustomerRequest, books: Books) -> Policy:
    """The instruction before ends where the new one begins; no money moves."""
    asked = asked_payment(request)
    product = await product_of(books, job, policy)
    premium = modal_premium(policy.annual_premium, product.premium, asked.frequency)
    limit = money(asked.amount_limit, policy.currency)
    if premium > limit:
        raise Fault("CONSENT", "The account holder does not let that much be collected.")
    since = policy.next_due(job.today)
    new = PaymentInstruction(
        id=job.id("PI"),
        party_id=asked.holder_party_id,
        account_id=asked.account_id,
        frequency=asked.frequency,
        premium=premium,
        limit=limit,
        authorised_on=asked.authorised_on or job.today,
        since=since,
    )
    before = (replace(each, until=each.until or since) for each in policy.instructions)
    await books.debit_authorities.revoke(policy.policy_no, on=job.today, by=job.case_id)
    await books.debit_authorities.grant(
        DebitAuthority(
            id=job.id("DA"),
            policy_no=policy.policy_no,
            party_id=new.party_id,
            account_id=new.account_id,
            since=job.today,
            granted_by=job.case_id,
        )
    )
    return replace(
        policy,
        roles=(*closed(policy, ("PAYER",), job.today), _payer(job, policy, new.party_id)),
        instructions=(*before, new),
    )


def _payer(job: Job, policy: Policy, party_id: str) -> Role:
    own = any(role.party_id == party_id for role in policy.holders("PH", job.today))
    return Role(
        party_id=party_id, kind="PAYER", since=job.today, relation="SELF" if own else "OTHER"
    )


async def _change_payment(
    job: Job, request: ChangeRolesRequest, books: Books
) -> Done[ChangeRolesResult]:
    return await change(job, request, books, "PAYMENT_ACCOUNT_CHANGE", _instructed)


CHANGE_PAYMENT = Local(run=_change_payment, failpoints="commit")

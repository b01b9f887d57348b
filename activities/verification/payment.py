"""``verification.payment``: how premiums would be paid, as the decision tables see it."""

from datetime import date

from activities.debiting import is_in_flight
from activities.errors import Refused
from activities.instructing import asked_payment
from activities.lawful import product_of
from activities.ports import Books
from activities.step import Done, Job, Local
from activities.verification.change import record_shown
from activities.verification.entitled import is_entitled
from workflows.contracts.asked import PaymentAsked
from workflows.contracts.consent import ChangeRequest
from workflows.contracts.payload import payload_hash
from workflows.contracts.payment_account import PaymentFacts, PaymentResult
from workflows.domain.party import Party
from workflows.domain.policy import Policy, Product
from workflows.domain.premium import is_anniversary, modal_premium


async def _payment(job: Job, request: ChangeRequest, books: Books) -> Done[PaymentResult]:
    policy = await books.policies.get(request.policy_no)
    if policy is None:
        raise Refused("UNKNOWN_POLICY", "The policy is not on the books.")
    asked = asked_payment(request.request)
    account = await books.parties.account(asked.account_id)
    holder = await books.parties.get(asked.holder_party_id)
    own = any(role.party_id == asked.holder_party_id for role in policy.holders("PH", job.today))
    facts = PaymentFacts.model_validate({
        "payload_hash": payload_hash(policy.policy_no, request.item, request.request),
        "kind": "OWN" if own else "THIRD_PARTY",
        "applicant_entitled": is_entitled(
            policy, request.item, request.applicant_party_id, request.applicant_role, job.today
        ),
        "insured_is_applicant": _is_insured(policy, request.applicant_party_id, job.today),
        "account_known": account is not None and account.party_id == asked.holder_party_id,
        "holder_listed": _is_listed(holder),
        "other_party_id": _other(asked, request.applicant_party_id),
        "debit_in_flight": await is_in_flight(policy, books, except_case=job.case_id),
        **_of_policy(policy),
        **await _of_premium(policy, asked, job, books),
    })  # fmt: skip
    consented = await record_shown(job, request, policy, facts.payload_hash, books)
    return Done(
        result=PaymentResult(change=facts),
        detail={
            "policyNo": policy.policy_no,
            "policyVersion": policy.version,
            "payloadHash": facts.payload_hash,
            "frequency": facts.frequency,
            "modalPremium": str(facts.modal_premium),
            "consents": consented,
        },
    )


def _of_policy(policy: Policy) -> dict[str, object]:
    return {
        "state": policy.state,
        "agent_id": policy.agent_id,
        "annual_premium": policy.annual_premium.decimal,
        "flags": policy.flags,
        "version": policy.version,
    }


async def _of_premium(
    policy: Policy, asked: PaymentAsked, job: Job, books: Books
) -> dict[str, object]:
    product = await product_of(books, job, policy)
    premium = modal_premium(policy.annual_premium, product.premium, asked.frequency)
    return {
        "differs": _differs(policy, asked),
        "frequency": asked.frequency,
        "frequency_allowed": _is_allowed(policy, product, asked, job.today),
        "modal_premium": premium.decimal,
        "amount_limit": asked.amount_limit,
        "effective_on": policy.next_due(job.today),
    }


def _is_insured(policy: Policy, party_id: str, on: date) -> bool:
    return any(role.party_id == party_id for role in policy.holders("INSURED", on))


def _is_listed(holder: Party | None) -> bool:
    return holder is not None and holder.aml_listed


def _differs(policy: Policy, asked: PaymentAsked) -> bool:
    stands = policy.instruction
    if stands is None:
        return True
    now = (stands.account_id, stands.frequency, stands.limit.decimal)
    return now != (asked.account_id, asked.frequency, asked.amount_limit)


def _is_allowed(policy: Policy, product: Product, asked: PaymentAsked, today: date) -> bool:
    """Where the product says so, another frequency begins with a policy year."""
    if asked.frequency == policy.frequency or not product.premium.changes_on_anniversary:
        return True
    return is_anniversary(policy.issued_on, policy.next_due(today))


def _other(asked: PaymentAsked, applicant: str) -> str | None:
    return None if asked.holder_party_id == applicant else asked.holder_party_id


PAYMENT = Local(run=_payment)

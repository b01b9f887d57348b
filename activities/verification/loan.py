"""``verification.loan``: what may be lent on a policy today, as the decision tables see it."""

from datetime import date

from activities.errors import Refused
from activities.lawful import product_of
from activities.ports import Books
from activities.step import Done, Job, Local
from activities.verification.change import record_shown
from activities.verification.entitled import is_entitled
from activities.verification.policy import find_cooling_off, lender_consents
from workflows.contracts.asked import LoanAsked
from workflows.contracts.consent import ChangeRequest
from workflows.contracts.lending import LoanFacts, LoanResult
from workflows.contracts.payload import payload_hash
from workflows.domain.cooling_off import is_within
from workflows.domain.lending import limit, new_loan, offered
from workflows.domain.loan_terms import maturity
from workflows.domain.money import Money, money
from workflows.domain.party import Party, capacity_on
from workflows.domain.policy import Policy, Product
from workflows.domain.quote import NotQuotable, debts_on


async def _loan(job: Job, request: ChangeRequest, books: Books) -> Done[LoanResult]:
    policy = await books.policies.get(request.policy_no)
    asked = request.request.loan
    if policy is None or asked is None:
        raise Refused("INPUT", "The policy is not on the books, or no loan is asked for.")
    product = await product_of(books, job, policy)
    facts = LoanFacts.model_validate({
        "as_of": job.at,
        "payload_hash": payload_hash(policy.policy_no, request.item, request.request),
        "applicant_entitled": is_entitled(
            policy, request.item, request.applicant_party_id, request.applicant_role, job.today
        ),
        **await insured_facts(policy, request.applicant_party_id, job.today, books),
        **_of_policy(policy),
        "within_cooling_off": await _is_within(job, policy, product, books),
        **await _figures(policy, product, asked, job, books),
    })  # fmt: skip
    consented = await record_shown(job, request, policy, facts.payload_hash, books)
    return Done(
        result=LoanResult(loan=facts),
        detail={
            "policyNo": policy.policy_no,
            "policyVersion": policy.version,
            "payloadHash": facts.payload_hash,
            "formula": product.loan_formula,
            "requested": str(facts.requested),
            "debts": str(facts.debts),
            "cashValue": str(facts.cash_value),
            "limit": str(facts.limit),
            "consents": consented,
        },
    )


async def insured_facts(
    policy: Policy, applicant: str, on: date, books: Books
) -> dict[str, object]:
    """What the table of consents asks about the insured."""
    held = policy.holders("INSURED", on)
    party: Party | None = await books.parties.get(held[0].party_id) if held else None
    if party is None:
        raise Refused("NO_ROLE", "Nobody is INSURED of the policy today.")
    return {
        "insured_is_applicant": party.id == applicant,
        "insured_capacity": capacity_on(party, on),
        "death_cover": any(cover.status == "ACTIVE" for cover in policy.coverages),
        "pledged": not lender_consents(policy, on),
    }


def _of_policy(policy: Policy) -> dict[str, object]:
    return {
        "state": policy.state,
        "flags": policy.flags,
        "agent_id": policy.agent_id,
        "annual_premium": policy.annual_premium.decimal,
        "version": policy.version,
    }


async def _is_within(job: Job, policy: Policy, product: Product, books: Books) -> bool:
    """Nothing is lent on a contract that may still be taken back."""
    period = await find_cooling_off(job, policy, product, books)
    return period is not None and is_within(period, job.at)


async def _figures(
    policy: Policy, product: Product, asked: LoanAsked, job: Job, books: Books
) -> dict[str, object]:
    wanted = money(asked.amount, policy.currency)
    value = await books.policies.cash_value(policy.policy_no, job.today)
    worth = value or Money(0, policy.currency)
    try:
        debts, most = debts_on(policy, job.today), limit(policy, product, worth, job.today)
    except NotQuotable as error:
        raise Refused(error.code, "The book cannot tell the debts of that day.") from None
    term = maturity(new_loan("preview", product, wanted, job.today), job.today)
    return {
        "loanable": product.loanable,
        "requested": wanted.decimal,
        "cash_value": worth.decimal,
        "debts": debts.decimal,
        "limit": most.decimal,
        "offer": offered(most).decimal,
        "min_loan": product.min_loan.decimal,
        "rate": product.loan_rate,
        "matures_on": term.on,
        "maturity_interest": term.interest.decimal,
        "maturity_due": term.due.decimal,
    }


LOAN = Local(run=_loan)

"""``verification.benefit``: what falls due while the insured lives, and to whom."""

from datetime import date

from activities.errors import Refused
from activities.guardians import guardians_of
from activities.lawful import product_of
from activities.ports import Books
from activities.step import Done, Job, Local
from activities.verification.loan import insured_facts
from workflows.contracts.asked import BenefitAsked
from workflows.contracts.benefit import BenefitFacts, BenefitResult
from workflows.contracts.consent import ChangeRequest
from workflows.contracts.payload import payload_hash
from workflows.domain.benefits import BASIS_OF, accumulated, due, owner
from workflows.domain.money import total
from workflows.domain.policy import Policy
from workflows.domain.servicing_item import DocumentWanted

_PROVED_BY = DocumentWanted(type="SURVIVAL_PROOF", validity_days=90)
_PURPOSE = DocumentWanted(type="PURPOSE_STATEMENT", validity_days=30)
_FOR_THE_LIVING = frozenset({"SURVIVAL", "ANNUITY"})


async def _benefit(job: Job, request: ChangeRequest, books: Books) -> Done[BenefitResult]:
    policy, asked = await books.policies.get(request.policy_no), request.request.benefit
    if policy is None or asked is None:
        raise Refused("INPUT", "The policy is not on the books, or no benefit is asked for.")
    insured = await insured_facts(policy, request.applicant_party_id, job.today, books)
    payee = await _payee(job, policy, asked, request, books)
    papers = _papers(asked, insured, payee)
    facts = BenefitFacts.model_validate({
        "as_of": job.at,
        "payload_hash": payload_hash(policy.policy_no, request.item, request.request),
        "kind": asked.kind,
        "basis": BASIS_OF[asked.kind],
        "state": policy.state,
        "flags": policy.flags,
        **insured,
        **payee,
        **await _figures(job, policy, asked, books),
        "documents": [each.as_required for each in papers],
        "annual_premium": policy.annual_premium.decimal,
        "agent_id": policy.agent_id,
        "version": policy.version,
    })  # fmt: skip
    return Done(
        result=BenefitResult(benefit=facts),
        detail={
            "policyNo": policy.policy_no,
            "policyVersion": policy.version,
            "kind": facts.kind,
            "dueOn": facts.due_on,
            "amount": str(facts.amount),
            "insuredLived": facts.insured_lived,
        },
    )


async def _payee(
    job: Job, policy: Policy, asked: BenefitAsked, request: ChangeRequest, books: Books
) -> dict[str, object]:
    whose = owner(policy, asked.kind, job.today)
    guardians = () if whose is None else await guardians_of(job, policy, whose, books)
    account_id = request.request.payee_account_id or policy.option("PAYOUT_ACCOUNT")
    account = await books.parties.account(account_id) if account_id else None
    entitled = (*guardians,) if guardians else (whose,)
    return {
        "applicant_entitled": request.applicant_party_id in entitled,
        "for_minor": bool(guardians),
        "payee_account_id": account_id,
        "account_entitled": account is None or account.party_id in (whose, *guardians),
        "to_guardian": bool(guardians) and (account is None or account.party_id in guardians),
    }


async def _figures(
    job: Job, policy: Policy, asked: BenefitAsked, books: Books
) -> dict[str, object]:
    found = due(policy, asked.kind, job.today)
    product = await product_of(books, job, policy)
    rate = product.accumulation_rate
    amount = total((accumulated(each, rate, job.today) for each in found), policy.currency)
    first = found[0].due_on if found else None
    return {
        "due": bool(found),
        "due_on": first,
        "amount": amount.decimal,
        "insured_lived": first is None or await _lived(policy, first, job, books),
    }


async def _lived(policy: Policy, on: date, job: Job, books: Books) -> bool:
    held = policy.holders("INSURED", job.today)
    party = await books.parties.get(held[0].party_id) if held else None
    died = policy.claim_event_on if party is None else party.deceased_on or policy.claim_event_on
    return died is None or died >= on


def _papers(
    asked: BenefitAsked, insured: dict[str, object], payee: dict[str, object]
) -> list[DocumentWanted]:
    """Who stands before us needs no proof of life; a guardian says what a minor's money is for.

    Asked of the guardian also while no account is named: there is one notice, and it may be theirs.
    """
    here = insured["insured_is_applicant"] and not asked.listed
    proved = asked.kind not in _FOR_THE_LIVING or here
    papers = [] if proved else [_PROVED_BY]
    return [*papers, _PURPOSE] if payee.pop("to_guardian") else papers


BENEFIT = Local(run=_benefit)

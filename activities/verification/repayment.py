"""``verification.repayment``: which loan is repaid, what it stands at, and from which account."""

from activities.errors import Refused
from activities.ports import Books
from activities.step import Done, Job, Local
from activities.verification.entitled import is_entitled
from activities.verification.loan import insured_facts
from workflows.contracts.asked import RepaymentAsked
from workflows.contracts.consent import ChangeRequest
from workflows.contracts.lending import RepaymentFacts, RepaymentResult
from workflows.contracts.payload import payload_hash
from workflows.domain.interest import debt_on
from workflows.domain.money import money, zero
from workflows.domain.policy import Loan, Policy


async def _repayment(job: Job, request: ChangeRequest, books: Books) -> Done[RepaymentResult]:
    policy = await books.policies.get(request.policy_no)
    asked = request.request.repayment
    if policy is None or asked is None:
        raise Refused("INPUT", "The policy is not on the books, or no repayment is asked for.")
    loan = _meant(policy, asked)
    insured = await insured_facts(policy, request.applicant_party_id, job.today, books)
    facts = RepaymentFacts.model_validate({
        "payload_hash": payload_hash(policy.policy_no, request.item, request.request),
        "state": policy.state,
        "flags": policy.flags,
        "applicant_entitled": is_entitled(
            policy, request.item, request.applicant_party_id, request.applicant_role, job.today
        ),
        "insured_is_applicant": insured["insured_is_applicant"],
        "loan_id": "" if loan is None else loan.id,
        "means": asked.means,
        **await _payer(policy, asked, request.applicant_party_id, job, books),
        **_figures(policy, loan, asked, job),
        "agent_id": policy.agent_id,
        "annual_premium": policy.annual_premium.decimal,
        "version": policy.version,
    })  # fmt: skip
    return Done(
        result=RepaymentResult(repayment=facts),
        detail={
            "policyNo": policy.policy_no,
            "policyVersion": policy.version,
            "loan": facts.loan_id,
            "requested": str(facts.requested),
            "owed": str(facts.owed),
        },
    )


def _meant(policy: Policy, asked: RepaymentAsked) -> Loan | None:
    """The loan named, or the only one: never another than was meant."""
    loans = [loan for loan in policy.open_loans if asked.loan_id in (None, loan.id)]
    return loans[0] if len(loans) == 1 else None


async def _payer(
    policy: Policy, asked: RepaymentAsked, applicant: str, job: Job, books: Books
) -> dict[str, object]:
    account = await books.parties.account(asked.account_id) if asked.account_id else None
    own = {role.party_id for role in policy.holders("PH", job.today)}
    return {
        "account_own": account is not None and account.party_id in own,
        "payer_party_id": applicant if account is None else account.party_id,
    }


def _figures(
    policy: Policy, loan: Loan | None, asked: RepaymentAsked, job: Job
) -> dict[str, object]:
    wanted, nothing = money(asked.amount, policy.currency), zero(policy.currency)
    if loan is None or loan.balance_since > job.today:
        interest = owed = nothing
    else:
        debt = debt_on(loan, job.today)
        interest, owed = debt.interest, debt.principal + debt.interest
    return {
        "requested": wanted.decimal,
        "owed": owed.decimal,
        "interest": interest.decimal,
        "collect": min(wanted, owed).decimal,
    }


REPAYMENT = Local(run=_repayment)

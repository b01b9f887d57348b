"""``execution.repay``, ``capitalise`` and ``exhaust``: the life of a policy loan on the books."""

from dataclasses import replace
from datetime import datetime, timedelta

from activities.errors import Fault, Refused
from activities.execution.owed import find_obligation
from activities.execution.quoting import find_policy
from activities.execution.writing import Written, post_of, shown, write
from activities.lawful import product_of
from activities.ports import Books
from activities.step import Done, Job, Local
from activities.timekeeping import meet
from workflows.contracts.lending import (
    Capitalised,
    CapitaliseRequest,
    CapitaliseResult,
    ExhaustRequest,
    ExhaustResult,
    Repaid,
    RepayRequest,
    RepayResult,
)
from workflows.domain.bases import quote
from workflows.domain.loan_terms import (
    LOAN_CHANGED,
    WARNED_AT,
    BelowInterest,
    Repayment,
    capitalisation,
    reaches,
    repay,
    struck,
)
from workflows.domain.message import Publication
from workflows.domain.money import zero
from workflows.domain.policy import Loan, Policy
from workflows.domain.quote import Valuation, debts_on
from workflows.domain.termination import ended
from workflows.domain.termination_postings import commit_entries

WARNING = "loan_warning"
NOTICE = timedelta(days=30)
"""Between the last warning and the end of a contract [CFG]."""


async def _repay(job: Job, request: RepayRequest, books: Books) -> Done[RepayResult]:
    policy = await find_policy(books, request.policy_no)
    collected = await find_obligation(books, job, request.collection)
    if collected.direction != "IN" or collected.state != "SETTLED":
        raise Refused("NOT_COLLECTED", f"The collection is {collected.state}, not settled.")
    try:
        used = repay(_loan(policy, request.loan_id), collected.amount, job.today)
    except BelowInterest:
        raise Refused("BELOW_INTEREST", "The amount does not pay the interest.") from None
    after = _with(policy, used.loan)
    after = replace(after, suspense_premium=after.suspense_premium + used.excess)
    written = await write(job, after, "LOAN_REPAYMENT", books)
    if used.capitalised.is_positive:
        await post_of(job, policy, "capitalise", capitalisation(used.loan, used.capitalised), books)
    await post_of(job, policy, "repay", tuple(used.entries()), books)
    await meet(books, job, "K-DO")
    await _tell(job, used.loan.id, books)
    return Done(
        result=RepayResult(repaid=_repaid(used), endorsement=shown(written)),
        detail=_detail(written, used.loan)
        | {"interest": str(used.interest), "principal": str(used.principal)},
    )


async def _tell(job: Job, loan_id: str, books: Books) -> None:
    """Tell whoever watches the loan, in the same transaction."""
    await books.messages.publish(
        Publication(
            name=LOAN_CHANGED,
            key=loan_id,
            message_id=job.id("MS"),
            variables={},
            at=job.at,
            time_to_live=timedelta(0),
            publisher=job.case_id,
        )
    )


def _repaid(used: Repayment) -> Repaid:
    return Repaid(
        amount=(used.interest + used.principal + used.excess).decimal,
        interest=used.interest.decimal,
        principal=used.principal.decimal,
        excess=used.excess.decimal,
        left=used.loan.balance.decimal,
        settled=used.loan.settled_on is not None,
    )


async def _capitalise(job: Job, request: CapitaliseRequest, books: Books) -> Done[CapitaliseResult]:
    """Strike the balance at the term's end; a balance struck since leaves nothing to do."""
    policy = await find_policy(books, request.policy_no)
    loan, added = struck(_loan(policy, request.loan_id), request.on)
    result = CapitaliseResult(
        capitalised=Capitalised(interest=added.decimal, balance=loan.balance.decimal)
    )
    if not added.is_positive:
        return Done(result=result, detail={"policyNo": policy.policy_no, "loan": loan.id})
    written = await write(job, _with(policy, loan), "LOAN_CAPITALISED", books, endorse=False)
    await post_of(job, policy, "capitalise", capitalisation(loan, added), books, on=request.on)
    return Done(result=result, detail=_detail(written, loan) | {"interest": str(added)})


async def _exhaust(job: Job, request: ExhaustRequest, books: Books) -> Done[ExhaustResult]:
    """Lapse or end the contract; never by surprise: every warning went out before."""
    policy = await find_policy(books, request.policy_no)
    product = await product_of(books, job, policy)
    value = await books.policies.cash_value(policy.policy_no, request.on)
    worth = value or zero(policy.currency)
    if not reaches(debts_on(policy, request.on), worth, 100):
        raise Refused("NOT_EXHAUSTED", "Debts are below the cash value.")
    sent = [
        each
        for each in await books.communications.of_case(job.case_id)
        if each.template.startswith(f"{WARNING}@") and each.sent_at is not None
    ]
    last = max((each.sent_at for each in sent if each.sent_at), default=job.at)
    if len(sent) < len(WARNED_AT) or last > job.at - NOTICE:
        raise Fault("NOT_WARNED", "A contract does not end by surprise: a warning is missing.")
    if product.on_exhaustion == "LAPSE":
        after = replace(policy, state="LAPSED", lapsed_on=request.on)
        written = await write(job, after, "LOAN_EXHAUSTED", books)
    else:
        at = datetime.combine(request.on, job.at.timetz())
        valued = quote(
            Valuation(policy=policy, product=product, cash_value=worth, basis="SURRENDER", as_of=at)
        )
        after = ended(policy, "DEBTS_EXCEEDED_VALUE", request.on)
        written = await write(job, after, "LOAN_EXHAUSTED", books)
        for purpose, entries in commit_entries(valued):
            await post_of(job, policy, purpose, entries, books, on=request.on)
    return Done(
        result=ExhaustResult(ended=product.on_exhaustion, endorsement=shown(written)),
        detail={
            "policyNo": policy.policy_no,
            "policyVersion": written.version.no,
            "ended": product.on_exhaustion,
            "warnings": [each.id for each in sent],
        },
    )


def _loan(policy: Policy, loan_id: str) -> Loan:
    for loan in policy.open_loans:
        if loan.id == loan_id:
            return loan
    raise Refused("NO_LOAN", "The policy has no such open loan.")


def _with(policy: Policy, loan: Loan) -> Policy:
    """The policy with a loan as it stands now; the flag goes with the last open one."""
    loans = tuple(loan if each.id == loan.id else each for each in policy.loans)
    still = any(each.kind == loan.kind and each.settled_on is None for each in loans)
    flags = policy.flags if still else tuple(f for f in policy.flags if f != loan.kind)
    return replace(policy, loans=loans, flags=flags)


def _detail(written: Written, loan: Loan) -> dict[str, object]:
    version = written.version
    return {
        "policyNo": version.policy_no,
        "policyVersion": version.no,
        "before": version.before_hash,
        "after": version.after_hash,
        "loan": loan.id,
        "balance": str(loan.balance),
    }


REPAY = Local(run=_repay, failpoints="commit")
CAPITALISE = Local(run=_capitalise)
EXHAUST = Local(run=_exhaust)

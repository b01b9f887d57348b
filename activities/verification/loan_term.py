"""``verification.loan_term``: what a loan waits for next: a reminder, a warning, its term's end."""

from datetime import date, datetime, time, timedelta

from activities.errors import Refused
from activities.lawful import product_of
from activities.ports import Books
from activities.step import Done, Job, Local
from workflows.contracts.lending import TermFacts, TermRequest, TermResult
from workflows.domain.loan_terms import LOOKS_EVERY, maturity, next_step
from workflows.domain.money import Money, zero
from workflows.domain.policy import Policy
from workflows.domain.quote import debts_on

_AT = time(9)
"""When people are written to, and terms end on the books."""


async def _loan_term(job: Job, request: TermRequest, books: Books) -> Done[TermResult]:
    policy = await books.policies.get(request.policy_no)
    if policy is None:
        raise Refused("UNKNOWN_POLICY", "The policy is not on the books.")
    product = await product_of(books, job, policy)
    loan = next((each for each in policy.open_loans if each.id == request.loan_id), None)
    if loan is None or policy.state not in {"IN_FORCE", "REDUCED_PAID_UP"}:
        return Done(
            result=TermResult(term=_closed(policy, product.on_exhaustion)),
            detail={"policyNo": policy.policy_no, "loan": request.loan_id, "open": False},
        )
    after = max(request.after or job.today, *(each.balance_since for each in policy.open_loans))
    values = await _values(policy, after, books)
    step = next_step(policy, loan, lambda day: values[day], after, request.warned)
    term = maturity(loan, after)
    facts = TermFacts(
        open=True,
        step=step.kind,
        on=step.on,
        at=datetime.combine(step.on, _AT, tzinfo=job.zone),
        percent=step.percent,
        balance=loan.balance.decimal,
        matures_on=term.on,
        maturity_interest=term.interest.decimal,
        maturity_due=term.due.decimal,
        debts=debts_on(policy, step.on).decimal,
        cash_value=values[step.on].decimal,
        on_exhaustion=product.on_exhaustion,
    )
    return Done(
        result=TermResult(term=facts),
        detail={
            "policyNo": policy.policy_no,
            "loan": loan.id,
            "step": step.kind,
            "on": step.on,
            "percent": step.percent,
        },
    )


def _closed(policy: Policy, on_exhaustion: str) -> TermFacts:
    nothing = zero(policy.currency).decimal
    return TermFacts.model_validate({
        "open": False, "step": "NONE", "on": None, "at": None, "percent": 0,
        "matures_on": None, "on_exhaustion": on_exhaustion,
        **dict.fromkeys(
            ("balance", "maturity_interest", "maturity_due", "debts", "cash_value"), nothing
        ),
    })  # fmt: skip


async def _values(policy: Policy, after: date, books: Books) -> dict[date, Money]:
    """The cash value of every day until the book is read again."""
    nothing = zero(policy.currency)
    days = [after + timedelta(days=day) for day in range(LOOKS_EVERY.days + 1)]
    return {day: await books.policies.cash_value(policy.policy_no, day) or nothing for day in days}


LOAN_TERM = Local(run=_loan_term)

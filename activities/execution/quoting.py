"""``execution.quote``: what would be paid, to the cent, on a basis the system decided."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from activities.errors import Fault, Refused
from activities.lawful import product_of
from activities.ports import Books
from activities.step import Done, Job, Local
from workflows.contracts import execution as contract
from workflows.contracts.execution import ChangeRequest, QuoteRequest, QuoteResult
from workflows.domain.bases import BASES, quote
from workflows.domain.lending import limit
from workflows.domain.money import money, zero
from workflows.domain.policy import Policy
from workflows.domain.quote import Basis, NotQuotable, Quote, Valuation
from workflows.domain.termination import EX_GRATIA


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to value."""

    policy_no: str
    basis: Basis
    as_of: datetime
    new_sum_assured: Decimal | None
    amount: Decimal | None = None
    """What is to be lent, or is demanded in all."""


async def _quote(job: Job, request: QuoteRequest, books: Books) -> Done[QuoteResult]:
    question = Question(
        policy_no=request.policy_no,
        basis=request.basis,
        as_of=request.as_of,
        new_sum_assured=request.request.new_sum_assured,
        amount=_asked(request.request),
    )
    _, valued = await value(books, job, question)
    shown = show(valued)
    await books.cases.note_quote(job.case_id, shown.model_dump(mode="json", by_alias=True))
    return Done(
        result=QuoteResult(quote=shown),
        detail={
            "policyNo": request.policy_no,
            "policyVersion": valued.policy_version,
            "basis": valued.basis,
            "net": str(valued.net),
            "hash": valued.hash,
        },
    )


def _asked(request: ChangeRequest) -> Decimal | None:
    asked = request.loan or request.ex_gratia
    return None if asked is None else asked.amount


async def value(books: Books, job: Job, question: Question) -> tuple[Policy, Quote]:
    """Value a policy as it stands, as of the day of the question in the deployment's zone."""
    policy = await find_policy(books, question.policy_no)
    as_of = question.as_of.astimezone(job.zone)
    cash_value = await books.policies.cash_value(policy.policy_no, as_of.date())
    if cash_value is None and BASES[question.basis].valued:
        raise Refused("NO_CASH_VALUE", "The policy has no cash value on the day asked for.")
    reduced = question.new_sum_assured if question.basis == "PARTIAL" else None
    valuation = Valuation(
        policy=policy,
        product=await product_of(books, job, policy),
        cash_value=cash_value or zero(policy.currency),
        basis=question.basis,
        as_of=as_of,
        new_sum_assured=None if reduced is None else money(reduced, policy.currency),
        amount=None if question.amount is None else money(question.amount, policy.currency),
    )
    try:
        return policy, quote(valuation)
    except NotQuotable as error:
        raise Refused(error.code, "The request cannot be valued.") from None


async def confirm(
    books: Books, job: Job, policy_no: str, shown: contract.Quote
) -> tuple[Policy, Quote]:
    """Value the policy again: only the very quote that was shown and approved may go on."""
    question = Question(
        policy_no=policy_no,
        basis=shown.basis,
        as_of=shown.as_of,
        new_sum_assured=shown.new_sum_assured,
        amount=shown.net if shown.basis == EX_GRATIA else shown.gross,
    )
    policy, valued = await value(books, job, question)
    if valued.hash != shown.hash or show(valued) != shown:
        raise stale("The policy is not what the quote was made from.")
    await _check_limit(books, job, policy, valued)
    return policy, valued


async def _check_limit(books: Books, job: Job, policy: Policy, valued: Quote) -> None:
    """A loan that was within the limit of the day of its quote must be within today's too."""
    if valued.basis != "LOAN":
        return
    product = await product_of(books, job, policy)
    worth = await books.policies.cash_value(policy.policy_no, job.today)
    if worth is None or valued.net > limit(policy, product, worth, job.today):
        raise stale("Interest since the quote leaves less to lend.")


def stale(message: str) -> Fault:
    """Tell the model that the book moved on."""
    return Fault("STALE", message)


async def find_policy(books: Books, policy_no: str) -> Policy:
    """Find a policy."""
    policy = await books.policies.get(policy_no)
    if policy is None:
        raise Refused("UNKNOWN_POLICY", "The policy is not on the books.")
    return policy


def show(valued: Quote) -> contract.Quote:
    """Show a quote to the model."""
    reduced = valued.new_sum_assured
    return contract.Quote(
        basis=valued.basis,
        as_of=valued.as_of,
        lines=tuple(
            contract.QuoteLine(
                code=line.code, label=line.label, amount=line.amount.decimal, sign=line.sign
            )
            for line in valued.lines
        ),
        gross=valued.gross.decimal,
        deductions=valued.deductions.decimal,
        net=valued.net.decimal,
        premiums_paid=valued.premiums_paid.decimal,
        loss_ratio=valued.loss_ratio,
        new_sum_assured=None if reduced is None else reduced.decimal,
        policy_version=valued.policy_version,
        hash=valued.hash,
    )


QUOTE = Local(run=_quote)

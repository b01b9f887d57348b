"""``execution.pay``, ``collect`` and ``query_payment``: money moved at most once per attempt.

The intent is written before the bank is called, under a key made of case, obligation and attempt.
Whoever finds an intent without an outcome asks the bank by that key before sending anything; the
bank knows the key, so even then nothing is paid twice.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from activities.errors import Refused
from activities.execution.owed import BANK, find_attempt, find_obligation, post, shown
from activities.execution.quoting import find_policy
from activities.guardians import guardians_of
from activities.ports import Books
from activities.step import Done, Job, Outside, Systems
from workflows.contracts.collecting import CollectRequest, CollectResult
from workflows.contracts.execution import (
    Payment,
    PaymentState,
    PayRequest,
    PayResult,
    QueryPaymentRequest,
)
from workflows.domain.ledger import credit, debit
from workflows.domain.money import money
from workflows.domain.party import BankAccount
from workflows.domain.payment import Obligation, PaymentAttempt, PaymentOrder, PaymentReport
from workflows.domain.systems import OutcomeUnknown

SUSPENSE = "2203"
_OPEN = frozenset({"INTENT", "UNKNOWN"})
_OVER = frozenset({"RETURNED", "REFUSED"})
_SAFE_PART = 0.8
"""Of the time a bank remembers keys: past it, silence no longer means that nothing was paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPlan:
    """An attempt whose intent is on the books."""

    obligation: Obligation
    attempt: PaymentAttempt
    order: PaymentOrder
    ask_first: bool
    age: timedelta = timedelta()
    """How long ago the order may have been sent for the first time."""


async def _prepare(job: Job, request: PayRequest, books: Books) -> PaymentPlan:
    obligation = await find_obligation(books, job, request.obligation.id)
    attempts = await books.obligations.attempts(obligation.id)
    last = attempts[-1] if attempts else None
    _refuse_second_payment(obligation, last)
    account = await _payable_account(job, books, obligation, request.payee.account_id)
    if last is not None and last.state in _OPEN:
        if last.account_id != account.id:
            raise Refused("PAYMENT_UNRESOLVED", "An attempt to another account has no outcome yet.")
        asked = _plan(obligation, last, account, ask_first=True)
        return replace(asked, age=job.at - last.at + job.waited)
    attempt = _next_attempt(job, obligation, account, 1 if last is None else last.no + 1)
    await books.obligations.start_attempt(attempt)
    return _plan(obligation, attempt, account, ask_first=False)


def _refuse_second_payment(obligation: Obligation, last: PaymentAttempt | None) -> None:
    if obligation.state != "DUE":
        raise Refused("NOT_DUE", f"The obligation is {obligation.state}, not due.")
    if last is not None and last.state not in _OPEN | _OVER:
        raise Refused("PAYMENT_UNDER_WAY", f"Attempt {last.no} is {last.state}.")


async def _payable_account(
    job: Job, books: Books, obligation: Obligation, account_id: str
) -> BankAccount:
    """Find the account: checked at the bank, and of the person entitled, or nothing is paid."""
    account = await books.parties.account(account_id)
    if account is None or account.party_id not in await _receivers(job, books, obligation):
        raise Refused("NOT_ENTITLED", "The account is not one of the person entitled.")
    if account.match == "EXACT" or await _judged_by_a_person(books, obligation, account):
        return account
    raise Refused("PAYEE_NOT_VERIFIED", "The account's holder was not confirmed.")


async def _receivers(job: Job, books: Books, obligation: Obligation) -> tuple[str, ...]:
    """Find to whom it may go: who is owed it, and the guardian of a minor (民法典 art. 35)."""
    owed = obligation.party_id
    policy = await find_policy(books, obligation.policy_no)
    return (owed, *await guardians_of(job, policy, owed, books))


async def _judged_by_a_person(books: Books, obligation: Obligation, account: BankAccount) -> bool:
    """Tell whether somebody approved in the case after the bank could not match the name."""
    checked_at = account.checked_at
    if account.match != "MANUAL" or checked_at is None:
        return False
    return any(
        deed.act == "complete" and deed.outcome == "approve" and deed.at >= checked_at
        for deed in await books.human_tasks.deeds(obligation.case_id)
    )


def _next_attempt(
    job: Job, obligation: Obligation, account: BankAccount, no: int
) -> PaymentAttempt:
    key = f"{obligation.case_id}:{obligation.id}:{no}"
    return PaymentAttempt(
        obligation_id=obligation.id,
        no=no,
        idempotency_key=key,
        reference=key,
        account_id=account.id,
        amount=obligation.amount,
        state="INTENT",
        at=job.at,
    )


def _plan(
    obligation: Obligation, attempt: PaymentAttempt, account: BankAccount, *, ask_first: bool
) -> PaymentPlan:
    order = PaymentOrder(
        idempotency_key=attempt.idempotency_key,
        reference=attempt.reference,
        bank=account.bank,
        account_no=account.account_no,
        holder_name=account.holder_name,
        amount=attempt.amount,
    )
    return PaymentPlan(obligation=obligation, attempt=attempt, order=order, ask_first=ask_first)


async def _pay(plan: PaymentPlan, systems: Systems) -> PaymentReport:
    payments, order = systems.payments, plan.order
    if plan.ask_first:
        known = await payments.query(order.idempotency_key)
        if known is not None:
            return known
        if plan.age >= payments.keys_kept * _SAFE_PART:
            message = "The bank may have forgotten the order: a person asks, nothing is sent."
            raise Refused("PAYMENT_KEY_EXPIRED", message)
    send = payments.disburse if plan.obligation.direction == "OUT" else payments.collect
    try:
        return await send(order)
    except OutcomeUnknown:
        known = await payments.query(order.idempotency_key)
        if known is None:
            # It may still be under way: the next attempt asks again before it sends.
            raise
        return known


async def _unknown(plan: PaymentPlan, books: Books) -> None:
    """Write the silence down, unless another worker heard the answer meanwhile."""
    attempt = await find_attempt(books, plan.obligation, plan.attempt.reference)
    if attempt.state == "INTENT":
        await books.obligations.record_attempt(attempt.obligation_id, attempt.no, "UNKNOWN")


async def _conclude(
    job: Job, plan: PaymentPlan, report: PaymentReport, books: Books
) -> Done[PayResult]:
    obligation, attempt = plan.obligation, plan.attempt
    taken = await _record(plan, report, books)
    journal = None
    if taken:
        # A payment that came back at once left the bank first: ``execution.returned`` undoes it.
        entries = (debit(obligation.ledger_account, attempt.amount), credit(BANK, attempt.amount))
        text = f"Payment {attempt.no} of {obligation.id}"
        journal = await post(books, job, obligation, (f"pay:{attempt.no}", text, entries))
    payment = _shown(attempt, report)
    return Done(
        result=PayResult(payment=payment),
        detail={
            "obligation": obligation.id,
            "attempt": attempt.no,
            "amount": str(attempt.amount),
            "state": payment.state,
            "bankRef": report.bank_ref,
            "journal": journal,
        },
    )


async def _record(plan: PaymentPlan, report: PaymentReport, books: Books) -> bool:
    """Write down what the bank said; tells whether it took the order."""
    obligation, attempt, taken = plan.obligation, plan.attempt, report.state != "REFUSED"
    await books.obligations.record_attempt(
        obligation.id,
        attempt.no,
        "SENT" if taken else "REFUSED",
        bank_ref=report.bank_ref or None,
        return_code=report.return_code,
    )
    if taken:
        await books.obligations.move(obligation.id, "SENT", attempt.account_id)
    return taken


async def _prepare_collection(job: Job, request: CollectRequest, books: Books) -> PaymentPlan:
    obligation = await _to_collect(job, request, books)
    attempts = await books.obligations.attempts(obligation.id)
    last = attempts[-1] if attempts else None
    _refuse_second_payment(obligation, last)
    account = await books.parties.account(request.account_id)
    if account is None:
        raise Refused("UNKNOWN_ACCOUNT", "The account to collect from is not on the books.")
    if last is not None and last.state in _OPEN:
        asked = _plan(obligation, last, account, ask_first=True)
        return replace(asked, age=job.at - last.at + job.waited)
    attempt = _next_attempt(job, obligation, account, 1 if last is None else last.no + 1)
    await books.obligations.start_attempt(attempt)
    return _plan(obligation, attempt, account, ask_first=False)


async def _to_collect(job: Job, request: CollectRequest, books: Books) -> Obligation:
    """Find what is to be collected: opened at the first try, tried again under the same id."""
    known = await books.obligations.get(request.collection or job.id("OB"))
    if known is not None and known.case_id == job.case_id:
        return known
    if known is not None or request.collection:
        raise Refused("UNKNOWN_OBLIGATION", "The case collects no such amount.")
    policy = await books.policies.get(request.policy_no)
    if policy is None:
        raise Refused("UNKNOWN_POLICY", "The policy is not on the books.")
    obligation = Obligation(
        id=job.id("OB"),
        case_id=job.case_id,
        policy_no=policy.policy_no,
        party_id=request.payer_party_id,
        direction="IN",
        amount=money(request.amount, policy.currency),
        state="DUE",
        opened_at=job.at,
        payee_account_id=request.account_id,
        ledger_account=SUSPENSE,
    )
    await books.obligations.open(obligation)
    return obligation


async def _conclude_collection(
    job: Job, plan: PaymentPlan, report: PaymentReport, books: Books
) -> Done[CollectResult]:
    """Nothing is posted yet: money that is not there is nobody's."""
    del job
    await _record(plan, report, books)
    obligation = await books.obligations.get(plan.obligation.id) or plan.obligation
    payment = _shown(plan.attempt, report)
    return Done(
        result=CollectResult(payment=payment, collection=shown(obligation)),
        detail={
            "obligation": obligation.id,
            "attempt": plan.attempt.no,
            "amount": str(plan.attempt.amount),
            "state": payment.state,
            "bankRef": report.bank_ref,
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryPlan:
    """An attempt to ask about."""

    attempt: PaymentAttempt


async def _prepare_query(job: Job, request: QueryPaymentRequest, books: Books) -> QueryPlan:
    obligation = await find_obligation(books, job, request.obligation.id)
    return QueryPlan(attempt=await find_attempt(books, obligation, request.payment.reference))


async def _query(plan: QueryPlan, systems: Systems) -> PaymentReport:
    report = await systems.payments.query(plan.attempt.idempotency_key)
    if report is None:
        raise Refused("BANK_LOST", "The bank does not know a payment that it took before.")
    return report


async def _conclude_query(
    job: Job, plan: QueryPlan, report: PaymentReport, books: Books
) -> Done[PayResult]:
    del job, books
    payment = _shown(plan.attempt, report)
    return Done(
        result=PayResult(payment=payment),
        detail={"payment": payment.reference, "state": payment.state},
    )


def _shown(attempt: PaymentAttempt, report: PaymentReport) -> Payment:
    state: PaymentState = "RETURNED" if report.state == "REFUSED" else report.state
    return Payment(
        attempt=attempt.no,
        reference=attempt.reference,
        state=state,
        return_code=report.return_code,
        bank_ref=report.bank_ref or None,
    )


PAY = Outside(
    prepare=_prepare,
    call=_pay,
    conclude=_conclude,
    unknown=_unknown,
    failpoints="pay",
    systems=("bank",),
)
COLLECT = Outside(
    prepare=_prepare_collection,
    call=_pay,
    conclude=_conclude_collection,
    unknown=_unknown,
    failpoints="pay",
    systems=("bank",),
)
QUERY_PAYMENT = Outside(
    prepare=_prepare_query, call=_query, conclude=_conclude_query, systems=("bank",)
)

"""``execution.settle`` and ``execution.returned``: how a payment ended."""

from activities.debiting import tell_returned
from activities.execution.lateness import find_lateness
from activities.execution.owed import BANK, find_attempt, find_obligation, post, shown
from activities.ports import Books
from activities.step import Done, Job, Local
from activities.timekeeping import meet
from workflows.contracts.execution import (
    Late,
    ObligationResult,
    ReturnedRequest,
    SettleRequest,
    SettleResult,
)
from workflows.domain.ledger import credit, debit
from workflows.domain.payment import Obligation, PaymentAttempt

MET_BY_PAYMENT = ("K-DO", "K-SUR")


async def _settle(job: Job, request: SettleRequest, books: Books) -> Done[SettleResult]:
    obligation = await find_obligation(books, job, request.obligation.id)
    attempt = await find_attempt(books, obligation, request.payment.reference)
    if attempt.state == "SENT":
        await books.obligations.record_attempt(obligation.id, attempt.no, "SETTLED")
        obligation = await books.obligations.move(obligation.id, "SETTLED")
        if obligation.direction == "OUT":
            await meet(books, job, *MET_BY_PAYMENT)
        else:
            held = obligation.ledger_account
            entries = (debit(BANK, attempt.amount), credit(held, attempt.amount))
            text = f"Collection {attempt.no} of {obligation.id}"
            await post(books, job, obligation, (f"collect:{attempt.no}", text, entries))
            await tell_returned(job, obligation, attempt, books)
    told, late = _told(obligation, attempt), await _lateness(books, job, obligation)
    detail = {} if late is None else {"limit": late.rule, "daysLate": late.days}
    return Done(
        result=SettleResult(obligation=told.result.obligation, late=late),
        detail={**told.detail, **detail},
    )


async def _lateness(books: Books, job: Job, obligation: Obligation) -> Late | None:
    if obligation.direction == "IN":
        return None
    found = await find_lateness(books, job, obligation)
    if found is None:
        return None
    return Late(
        rule=found.rule_id,
        due_on=found.due_on,
        days=found.days,
        rate=found.rate,
        amount=found.interest.decimal,
    )


async def _returned(job: Job, request: ReturnedRequest, books: Books) -> Done[ObligationResult]:
    obligation = await find_obligation(books, job, request.obligation.id)
    attempt = await find_attempt(books, obligation, request.payment.reference)
    if attempt.state in {"SENT", "SETTLED"}:
        await books.obligations.record_attempt(
            obligation.id, attempt.no, "RETURNED", return_code=request.payment.return_code
        )
        await _post_return(books, job, obligation, attempt)
        obligation = await books.obligations.move(obligation.id, "DUE")
    if (obligation.direction, obligation.state) == ("IN", "DUE"):
        await tell_returned(job, obligation, attempt, books)
        if request.given_up:
            obligation = await books.obligations.move(obligation.id, "CANCELLED")
    return _told(obligation, attempt)


async def _post_return(
    books: Books, job: Job, obligation: Obligation, attempt: PaymentAttempt
) -> None:
    """What had left comes back; what was never collected was never posted."""
    own = obligation.ledger_account
    if obligation.direction == "OUT":
        entries = (debit(BANK, attempt.amount), credit(own, attempt.amount))
    elif attempt.state == "SETTLED":
        entries = (debit(own, attempt.amount), credit(BANK, attempt.amount))
    else:
        return
    text = f"Return of payment {attempt.no} of {obligation.id}"
    await post(books, job, obligation, (f"return:{attempt.no}", text, entries))


def _told(obligation: Obligation, attempt: PaymentAttempt) -> Done[ObligationResult]:
    return Done(
        result=ObligationResult(obligation=shown(obligation)),
        detail={
            "obligation": obligation.id,
            "attempt": attempt.no,
            "amount": str(attempt.amount),
            "state": obligation.state,
        },
    )


SETTLE = Local(run=_settle)
RETURNED = Local(run=_returned)

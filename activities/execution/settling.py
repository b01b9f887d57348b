"""``execution.settle`` and ``execution.returned``: how a payment ended."""

from activities.execution.owed import BANK, PAYABLE, find_attempt, find_obligation, post, shown
from activities.ports import Books
from activities.step import Done, Job, Local
from activities.timekeeping import meet
from workflows.contracts.execution import ObligationResult, ReturnedRequest, SettleRequest
from workflows.domain.ledger import credit, debit
from workflows.domain.payment import Obligation, PaymentAttempt

MET_BY_PAYMENT = ("K-DO", "K-SUR")


async def _settle(job: Job, request: SettleRequest, books: Books) -> Done[ObligationResult]:
    obligation = await find_obligation(books, job, request.obligation.id)
    attempt = await find_attempt(books, obligation, request.payment.reference)
    if attempt.state == "SENT":
        await books.obligations.record_attempt(obligation.id, attempt.no, "SETTLED")
        obligation = await books.obligations.move(obligation.id, "SETTLED")
        await meet(books, job, *MET_BY_PAYMENT)
    return _told(obligation, attempt)


async def _returned(job: Job, request: ReturnedRequest, books: Books) -> Done[ObligationResult]:
    obligation = await find_obligation(books, job, request.obligation.id)
    attempt = await find_attempt(books, obligation, request.payment.reference)
    if attempt.state in {"SENT", "SETTLED"}:
        await books.obligations.record_attempt(
            obligation.id, attempt.no, "RETURNED", return_code=request.payment.return_code
        )
        entries = (debit(BANK, attempt.amount), credit(PAYABLE, attempt.amount))
        text = f"Return of payment {attempt.no} of {obligation.id}"
        await post(books, job, obligation, (f"return:{attempt.no}", text, entries))
        obligation = await books.obligations.move(obligation.id, "DUE")
    return _told(obligation, attempt)


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

"""A premium on the books: owed, received, paid, and what follows when it stays unpaid.

Each is one transaction over the policy as it stands at that moment; nothing is reserved ahead, so a
premium stands in nobody's way. What is no longer so raises STALE, and the model looks again.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from activities.errors import Fault, Refused
from activities.execution.owed import find_obligation
from activities.execution.quoting import find_policy
from activities.execution.writing import post_of, write
from activities.forfeiture import net_value, paid_up_at
from activities.lawful import calendar_of, product_of
from activities.ports import Books
from activities.step import Done, Job, Local
from workflows.contracts.renewal import (
    ApplyRequest,
    ApplyResult,
    DueRequest,
    FallDueResult,
    Lapse,
    LapseResult,
    LendResult,
    PaidUp,
    PaidUpResult,
    PremiumLoan,
    PremiumPaid,
    Received,
    ReceiveRequest,
    ReceiveResult,
)
from workflows.domain.clocks import Clock, deadline
from workflows.domain.ids import derive
from workflows.domain.ledger import Journal
from workflows.domain.money import Money, money
from workflows.domain.policy import Policy, Product
from workflows.domain.reinstatement import window_ends
from workflows.domain.renewal import (
    CASH_LIMIT,
    PremiumUse,
    covered_days,
    fallen_due,
    following_due,
    is_open,
    lapsed,
    lend_premium,
    new_premium_loan,
    owed_on,
    paid_up,
    pay,
    receipt,
    set_off,
    short_of,
    waive,
)

LAPSE_NOTICE = "K-LAP"
_DAY = timedelta(days=1)


async def _fall_due(job: Job, request: DueRequest, books: Books) -> Done[FallDueResult]:
    policy = await find_policy(books, request.policy_no)
    detail: dict[str, object] = {"policyNo": policy.policy_no, "dueOn": request.due_on}
    if is_open(policy, request.due_on) and not policy.unpaid_premium.is_positive:
        due = fallen_due(policy, request.due_on)
        detail |= (await write(job, due, "PREMIUM_DUE", books, endorse=False)).detail
        policy = due
    owed = owed_on(policy, request.due_on)
    return Done(result=FallDueResult(owed=owed.decimal), detail={**detail, "owed": str(owed)})


async def _receive(job: Job, request: ReceiveRequest, books: Books) -> Done[ReceiveResult]:
    """Book money under the reference of who took it: the same reference is the same money."""
    policy = await find_policy(books, request.policy_no)
    amount = money(request.amount, policy.currency)
    receipt_id = derive("JN", "receipt", policy.policy_no, request.reference)
    if request.means == "AGENT_CASH" and amount > CASH_LIMIT:
        return _received("REFUSED", amount, policy)
    if await books.ledger.get(receipt_id) is not None:
        return _received("DUPLICATE", amount, policy)
    after = replace(policy, suspense_premium=policy.suspense_premium + amount)
    await write(job, after, "PREMIUM_RECEIVED", books, endorse=False)
    await books.ledger.post(
        Journal(
            id=receipt_id,
            value_date=job.today,
            text=f"Receipt for {policy.policy_no}",
            policy_no=policy.policy_no,
            case_id=job.case_id,
            entries=receipt(amount),
        )
    )
    return _received("BOOKED", amount, after)


def _received(result: str, amount: Money, policy: Policy) -> Done[ReceiveResult]:
    told = {"result": result, "amount": amount.decimal, "suspense": policy.suspense_premium.decimal}
    return Done(
        result=ReceiveResult(received=Received.model_validate(told)),
        detail={"policyNo": policy.policy_no, "result": result, "amount": str(amount)},
    )


async def _apply(job: Job, request: ApplyRequest, books: Books) -> Done[ApplyResult]:
    policy = await find_policy(books, request.policy_no)
    collected = await collected_by(books, job, request.collection, policy)
    held = policy.suspense_premium + collected
    if not is_open(policy, request.due_on):
        kept = replace(policy, suspense_premium=held)
        if collected.is_positive:
            await write(job, kept, "PREMIUM_RECEIVED", books, endorse=False)
        return _applied(kept, money(0, policy.currency), applied=False)
    if request.waived:
        use = waive(policy, request.due_on)
    elif held < owed_on(policy, request.due_on):
        raise Refused("SHORT_PREMIUM", "Less has been received than falls due.")
    else:
        use = pay(policy, request.due_on, held)
    await _write_use(job, use, "RENEWAL_PREMIUM", books)
    return _applied(use.policy, use.amount, applied=True)


async def collected_by(books: Books, job: Job, collection: str, policy: Policy) -> Money:
    """Find what a collection of the case brought; nothing where there was none."""
    if not collection:
        return money(0, policy.currency)
    obligation = await find_obligation(books, job, collection)
    if obligation.direction != "IN" or obligation.state != "SETTLED":
        raise Refused("NOT_COLLECTED", f"The collection is {obligation.state}, not settled.")
    return obligation.amount


async def _write_use(job: Job, use: PremiumUse, cause: str, books: Books) -> str:
    endorse = cause != "RENEWAL_PREMIUM"
    written = await write(job, use.policy, cause, books, endorse=endorse)
    await post_of(job, use.policy, "premium", use.entries, books)
    return written.endorsement.no


def _applied(policy: Policy, amount: Money, *, applied: bool) -> Done[ApplyResult]:
    paid = PremiumPaid(
        applied=applied,
        amount=amount.decimal,
        paid_to=policy.paid_to,
        suspense=policy.suspense_premium.decimal,
    )
    detail = {"policyNo": policy.policy_no, "applied": applied, "amount": str(amount)}
    return Done(result=ApplyResult(paid=paid), detail=detail)


async def _lend(job: Job, request: DueRequest, books: Books) -> Done[LendResult]:
    """Lend the premium, or what the value allows where the product lends parts."""
    policy, product = await _still_open(job, request, books)
    value = await net_value(job, request.due_on, policy, books)
    missing = short_of(policy, request.due_on)
    if not value.is_positive or (value < missing and not product.renewal.partial_loan):
        raise Fault("STALE", "The value no longer carries the premium.")
    lent = min(value, missing)
    loan = new_premium_loan(job.id("LN"), product, lent, job.today)
    use = lend_premium(policy, request.due_on, loan)
    endorsement = await _write_use(job, use, "PREMIUM_LOAN", books)
    whole = lent == missing
    until = _covered_until(policy, request, lent, whole=whole)
    told = PremiumLoan(
        loan_id=loan.id,
        amount=lent.decimal,
        rate=loan.rate,
        whole=whole,
        covered_until=until,
        covered_until_at=datetime.combine(until, time(), tzinfo=job.zone),
        endorsement=endorsement,
    )
    detail = {"policyNo": policy.policy_no, "loan": loan.id, "amount": str(lent), "whole": whole}
    return Done(result=LendResult(premium_loan=told), detail=detail)


def _covered_until(policy: Policy, request: DueRequest, lent: Money, *, whole: bool) -> date:
    due = request.due_on
    if whole:
        return following_due(policy, due)
    return due + timedelta(days=covered_days(policy, due, lent))


async def _make_paid_up(job: Job, request: DueRequest, books: Books) -> Done[PaidUpResult]:
    policy, product = await _still_open(job, request, books)
    kept = await paid_up_at(job, request.due_on, policy, product, books)
    if kept < product.renewal.min_paid_up or not kept.is_positive:
        raise Fault("STALE", "The value no longer buys the least sum.")
    written = await write(job, paid_up(policy, kept, job.today), "REDUCED_PAID_UP", books)
    entries = tuple(set_off(policy, job.today))
    if entries:
        await post_of(job, policy, "set off", entries, books)
    told = PaidUp(sum_assured=kept.decimal, endorsement=written.endorsement.no)
    return Done(result=PaidUpResult(paid_up=told), detail=written.detail | {"sum": str(kept)})


async def _lapse(job: Job, request: DueRequest, books: Books) -> Done[LapseResult]:
    """Suspend the contract, and start the clock of the notice that is owed."""
    policy, product = await _still_open(job, request, books)
    written = await write(job, lapsed(policy, job.today), "LAPSED", books)
    law = await books.packs.of_case(job.case_id)
    notice = law.clock(LAPSE_NOTICE)
    limit = deadline(notice, job.at, await calendar_of(books, job), job.zone)
    await books.clocks.start(Clock(case_id=job.case_id, deadline=limit))
    last = window_ends(job.today, product.renewal)
    told = Lapse(
        lapsed_on=job.today,
        owed=owed_on(policy, request.due_on).decimal,
        notice_due=limit.due_strict,
        notice_due_on=limit.due_on,
        notice_warn=limit.warn_at,
        window_ends_on=last,
        window_over_at=datetime.combine(last + _DAY, time(), tzinfo=job.zone),
        endorsement=written.endorsement.no,
    )
    detail = written.detail | {"lapsedOn": job.today, "noticeDue": limit.due_on}
    return Done(result=LapseResult(lapse=told), detail=detail)


async def _still_open(job: Job, request: DueRequest, books: Books) -> tuple[Policy, Product]:
    policy = await find_policy(books, request.policy_no)
    if not is_open(policy, request.due_on) or "CLAIM_OPEN" in policy.flags:
        raise Fault("STALE", "The premium is paid, or the contract is not what it was.")
    if not short_of(policy, request.due_on).is_positive:
        raise Fault("STALE", "The premium has been received meanwhile.")
    return policy, await product_of(books, job, policy)


FALL_DUE = Local(run=_fall_due)
RECEIVE_PREMIUM = Local(run=_receive)
APPLY_PREMIUM = Local(run=_apply, failpoints="commit")
LEND_PREMIUM = Local(run=_lend, failpoints="commit")
MAKE_PAID_UP = Local(run=_make_paid_up, failpoints="commit")
LAPSE = Local(run=_lapse, failpoints="commit")

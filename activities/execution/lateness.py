"""``execution.compensate``: what was paid after its limit of law earns interest for the delay."""

from activities.errors import Refused
from activities.execution.owed import find_obligation, post, shown
from activities.ports import Books
from activities.step import Done, Job, Local
from workflows.contracts.lateness import CompensateRequest, CompensateResult
from workflows.domain.lateness import LATE_RATE, PAYING_LIMITS, Lateness, lateness
from workflows.domain.ledger import credit, debit
from workflows.domain.payment import Obligation

COMPENSATION, EXPENSE = "2245", "6712"
"""Where it is owed until it is paid, and what it is."""


async def find_lateness(books: Books, job: Job, obligation: Obligation) -> Lateness | None:
    """How late an obligation was paid by the strictest limit of law; None: it was not."""
    if obligation.ledger_account == COMPENSATION:
        return None
    law = await books.packs.of_case(job.case_id)
    rate = law.figure_or(LATE_RATE, Lateness.NO_RATE)
    late = [
        lateness(obligation.amount, rate, clock.deadline, clock.closed_at.astimezone(job.zone))
        for clock in await books.clocks.of_case(job.case_id)
        if clock.deadline.rule_id in PAYING_LIMITS and clock.closed_at is not None
        if clock.state == "BREACHED"
    ]
    return max((one for one in late if one is not None), key=lambda one: one.days, default=None)


async def _compensate(job: Job, request: CompensateRequest, books: Books) -> Done[CompensateResult]:
    """Owe the interest: counted again from the books, whatever the model was told."""
    paid = await find_obligation(books, job, request.obligation.id)
    late = await find_lateness(books, job, paid) if paid.state == "SETTLED" else None
    if late is None:
        raise Refused("NOT_LATE", "The obligation was not paid after its limit.")
    owed = Obligation(
        id=job.id("OB"),
        case_id=job.case_id,
        policy_no=paid.policy_no,
        party_id=paid.party_id,
        direction="OUT",
        amount=late.interest,
        state="DUE",
        opened_at=job.at,
        payee_account_id=paid.payee_account_id,
        ledger_account=COMPENSATION,
    )
    await books.obligations.open(owed)
    entries = (debit(EXPENSE, late.interest), credit(COMPENSATION, late.interest))
    text = f"Interest for {late.days} days on {paid.id}"
    journal = await post(books, job, owed, ("compensate", text, entries))
    return Done(
        result=CompensateResult(compensation=shown(owed)),
        detail={
            "obligation": paid.id,
            "compensation": owed.id,
            "limit": late.rule_id,
            "days": late.days,
            "amount": str(late.interest),
            "journal": journal,
        },
    )


COMPENSATE = Local(run=_compensate)

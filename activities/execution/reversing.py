"""``execution.reverse`` 保全回退: the before image restored, the journals turned round."""

from activities.errors import Fault
from activities.execution.owed import find_obligation, journal_id
from activities.ports import Books
from activities.step import Done, Job, Local
from workflows.contracts.execution import Reversal, ReverseRequest, ReverseResult
from workflows.domain.ledger import Journal, reversal_of
from workflows.domain.payment import Obligation
from workflows.domain.policy import NotReversible, PolicyVersion

_PURPOSES = ("offset", "commit", "capitalise")
"""What a commit posted, latest first."""
_OPEN_ATTEMPTS = frozenset({"INTENT", "UNKNOWN", "SENT"})


async def reverse(job: Job, request: ReverseRequest, books: Books) -> Done[ReverseResult]:
    """Restore what was before the case's change, unless money left or a later change stands."""
    obligation = await find_obligation(books, job, request.obligation.id)
    await no_money_left(books, obligation)
    made = await books.policies.version_of_case(request.policy_no, job.case_id)
    if made is None:
        raise Fault("NOT_REVERSIBLE", "The case made no change that still stands.")
    restored = await _restore(books, job, made)
    journals = await turned_round(books, job, obligation)
    for journal in journals:
        await books.ledger.post(journal)
    turned = [journal.id for journal in journals]
    if obligation.amount.is_positive:
        await books.obligations.move(obligation.id, "CANCELLED")
    for endorsement in await books.endorsements.of_case(job.case_id):
        if endorsement.voided_at is None:
            await books.endorsements.void(endorsement.no, at=job.at, by=job.case_id)
    await books.commissions.void(job.case_id, job.at)
    first = turned[0] if turned else None
    return Done(
        result=ReverseResult(reversal=Reversal(journal_id=first, policy_version=restored.no)),
        detail={
            "policyNo": request.policy_no,
            "reversed": made.no,
            "policyVersion": restored.no,
            "obligation": obligation.id,
            "journals": turned,
        },
    )


async def no_money_left(books: Books, obligation: Obligation) -> None:
    """Money that left is not undone by a journal: it is claimed back."""
    attempts = await books.obligations.attempts(obligation.id)
    under_way = any(attempt.state in _OPEN_ATTEMPTS for attempt in attempts)
    if under_way or (obligation.amount.is_positive and obligation.state != "DUE"):
        raise Fault("NOT_REVERSIBLE", "The money has left, or may have.")


async def _restore(books: Books, job: Job, made: PolicyVersion) -> PolicyVersion:
    try:
        return await books.policies.reverse(made.policy_no, made.no, case_id=job.case_id, at=job.at)
    except NotReversible:
        raise Fault("NOT_REVERSIBLE", "A later change stands on this one.") from None


async def turned_round(books: Books, job: Job, obligation: Obligation) -> tuple[Journal, ...]:
    """The journals that undo what the commit of an obligation posted, latest first."""
    posted = [await books.ledger.get(journal_id(obligation.id, each)) for each in _PURPOSES]
    return tuple(
        reversal_of(
            posting,
            id=journal_id(obligation.id, f"{purpose}:reversal"),
            value_date=job.today,
            case_id=job.case_id,
        )
        for purpose, posting in zip(_PURPOSES, posted, strict=True)
        if posting is not None
    )


REVERSE = Local(run=reverse)

"""``execution.reinstate``: a lapsed contract in force again from the day it is paid."""

from dataclasses import replace
from datetime import timedelta

from activities.errors import Fault
from activities.execution.quoting import find_policy
from activities.execution.renewal import collected_by
from activities.execution.writing import post_of, shown, write
from activities.lawful import product_of
from activities.ports import Books
from activities.step import Done, Job, Local
from activities.timekeeping import meet
from workflows.contracts.reinstatement import (
    Reinstated,
    ReinstatementRequest,
    ReinstateResult,
)
from workflows.domain.message import Publication
from workflows.domain.money import money
from workflows.domain.policy import Policy
from workflows.domain.reinstatement import (
    Arrears,
    arrears_on,
    reinstated,
    reinstatement_entries,
)
from workflows.domain.renewal import REINSTATED


async def _reinstate(
    job: Job, request: ReinstatementRequest, books: Books
) -> Done[ReinstateResult]:
    policy = await find_policy(books, request.policy_no)
    product = await product_of(books, job, policy)
    collected = await collected_by(books, job, request.collection, policy)
    arrears = arrears_on(policy, product.renewal, request.as_of)
    held = policy.suspense_premium + collected
    if policy.state != "LAPSED" or "CLAIM_OPEN" in policy.flags or held < arrears.amount:
        raise Fault("STALE", "The contract is no longer what the offer was made for.")
    after = _with_terms(reinstated(policy, arrears, held, job.today), request)
    written = await write(job, after, "REINSTATEMENT", books)
    entries = reinstatement_entries(arrears)
    if entries:
        await post_of(job, policy, "reinstatement", entries, books)
    await meet(books, job, "K-DO")
    await _tell(job, policy, books)
    return Done(
        result=ReinstateResult(reinstated=_told(job, after, arrears), endorsement=shown(written)),
        detail=written.detail
        | {"premium": str(arrears.premium), "interest": str(arrears.interest)}
        | {"terms": request.terms, "suicideClauseFrom": job.today},
    )


def _with_terms(policy: Policy, request: ReinstatementRequest) -> Policy:
    """Add the extra premium that the underwriter asked for, on the main cover."""
    extra = money(request.extra_premium, policy.currency)
    if request.terms != "EXTRA" or not extra.is_positive:
        return policy
    covers = tuple(
        replace(each, premium=each.premium + extra) if each.kind == "MAIN" else each
        for each in policy.coverages
    )
    return replace(policy, annual_premium=policy.annual_premium + extra, coverages=covers)


def _told(job: Job, policy: Policy, arrears: Arrears) -> Reinstated:
    return Reinstated(
        premium=arrears.premium.decimal,
        interest=arrears.interest.decimal,
        amount=arrears.amount.decimal,
        in_force_from=job.today,
        paid_to=policy.paid_to,
    )


async def _tell(job: Job, policy: Policy, books: Books) -> None:
    """Tell whoever watches the lapsed contract, in the same transaction."""
    await books.messages.publish(
        Publication(
            name=REINSTATED,
            key=policy.policy_no,
            message_id=job.id("MS"),
            variables={},
            at=job.at,
            time_to_live=timedelta(0),
            publisher=job.case_id,
        )
    )


REINSTATE = Local(run=_reinstate, failpoints="commit")

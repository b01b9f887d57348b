"""``verification.policy``: the policy as the decision tables see it."""

from datetime import date

from activities.errors import Refused
from activities.lawful import calendar_of, product_of
from activities.ports import Books
from activities.step import Done, Job, Local
from workflows.contracts.verification import PolicyFacts, PolicyRequest, PolicyResult
from workflows.domain.cooling_off import CoolingOffPeriod, cooling_off_period, is_within
from workflows.domain.interest import add_months
from workflows.domain.jurisdiction import REINSTATEMENT, Law
from workflows.domain.money import Money
from workflows.domain.policy import Policy, Product
from workflows.domain.quote import NotQuotable, debts_on


async def _policy(job: Job, request: PolicyRequest, books: Books) -> Done[PolicyResult]:
    policy = await books.policies.get(request.policy_no)
    if policy is None:
        raise Refused("UNKNOWN_POLICY", "The policy is not on the books.")
    law = await books.packs.of_case(job.case_id)
    product = await product_of(books, job, policy)
    arrived = request.notice_arrived_at.astimezone(job.zone)
    debts = debts_at(policy, arrived.date())
    period = await find_cooling_off(job, policy, product, books)
    facts = PolicyFacts(
        policy_no=policy.policy_no,
        state=policy.state,
        termination_reason=policy.termination_reason,
        flags=policy.flags,
        product=policy.product_code,
        cooling_off_ends_at=period.ends_at if period else None,
        cooling_off_last_day=period.last_day if period else None,
        within_cooling_off=period is not None and is_within(period, arrived),
        ends_on_claim=product.cooling_off.ends_on_claim,
        claim_made=policy.claim_made,
        claim_event_on=policy.claim_event_on,
        sum_assured=policy.sum_assured.decimal,
        min_sum_assured=product.min_sum_assured.decimal,
        annual_premium=policy.annual_premium.decimal,
        premiums_paid=policy.premiums_paid.decimal,
        policy_age_days=(arrived.date() - policy.issued_on).days,
        debts=debts.decimal,
        lender_consent=lender_consents(policy, arrived.date()),
        ended_on=policy.ended_on,
        lapsed_on=policy.lapsed_on,
        lapsed_within_2_years=lapsed_lately(policy, arrived.date(), law),
        agent_id=policy.agent_id,
        version=policy.version,
    )
    return Done(
        result=PolicyResult(policy=facts),
        detail={"policyNo": policy.policy_no, "policyVersion": policy.version},
    )


async def find_cooling_off(
    job: Job, policy: Policy, product: Product, books: Books
) -> CoolingOffPeriod | None:
    """Find the time in which the contract may be taken back; None: it does not run yet."""
    if policy.receipt_signed_on is None:
        return None
    calendar = await calendar_of(books, job)
    return cooling_off_period(product.cooling_off, policy.receipt_signed_on, calendar, job.zone)


def debts_at(policy: Policy, on: date) -> Money:
    """Find what is owed on a day; refused when the book no longer knows it."""
    try:
        return debts_on(policy, on)
    except NotQuotable as error:
        raise Refused(error.code, "The book cannot tell the debts of that day.") from None


def lender_consents(policy: Policy, on: date) -> bool:
    """Tell whether nothing is pledged, or the pledgee has consented for this day."""
    until = policy.lender_consent_until
    return "PLEDGED" not in policy.flags or (until is not None and on <= until)


def lapsed_lately(policy: Policy, on: date, law: Law) -> bool:
    """Tell whether a lapsed policy can still be reinstated; those that never lapsed count."""
    if policy.state != "LAPSED" or policy.lapsed_on is None:
        return True
    return on < add_months(policy.lapsed_on, int(law.figure(REINSTATEMENT)))


POLICY = Local(run=_policy)

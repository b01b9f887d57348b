"""``verification.reinstatement`` and ``accept``: what it takes to bring a contract back."""

from datetime import date, datetime, time, timedelta

from activities.errors import Refused
from activities.lawful import product_of
from activities.ports import Books
from activities.step import Done, Job, Local
from activities.timekeeping import meet, stop
from activities.verification.change import record_shown
from activities.verification.entitled import is_entitled
from activities.verification.loan import insured_facts
from workflows.contracts.asked import ReinstatementAsked
from workflows.contracts.consent import ChangeRequest
from workflows.contracts.payload import payload_hash
from workflows.contracts.reinstatement import (
    AcceptRequest,
    AcceptResult,
    ReinstatementFacts,
    ReinstatementResult,
)
from workflows.domain.money import zero
from workflows.domain.policy import Policy, Product
from workflows.domain.quote import NotQuotable, debts_on
from workflows.domain.reinstatement import arrears_on, daily_interest, window_ends

_DAY = timedelta(days=1)


async def _reinstatement(
    job: Job, request: ChangeRequest, books: Books
) -> Done[ReinstatementResult]:
    policy = await books.policies.get(request.policy_no)
    asked = request.request.reinstatement
    if policy is None or asked is None:
        raise Refused("INPUT", "The policy is not on the books, or no reinstatement is asked for.")
    product = await product_of(books, job, policy)
    arrived = request.notice_arrived_at.astimezone(job.zone).date()
    facts = ReinstatementFacts.model_validate({
        "as_of": job.today,
        "payload_hash": payload_hash(policy.policy_no, request.item, request.request),
        "state": policy.state,
        "flags": policy.flags,
        "applicant_entitled": is_entitled(
            policy, request.item, request.applicant_party_id, request.applicant_role, job.today
        ),
        **await insured_facts(policy, request.applicant_party_id, job.today, books),
        **_window(policy, product, asked, arrived),
        "debts_covered": await _are_covered(job, policy, books),
        **_figures(job, policy, product),
        **await _payer(policy, asked, request.applicant_party_id, job, books),
        "agent_id": policy.agent_id,
        "annual_premium": policy.annual_premium.decimal,
        "version": policy.version,
    })  # fmt: skip
    consented = await record_shown(job, request, policy, facts.payload_hash, books)
    return Done(
        result=ReinstatementResult(reinstatement=facts),
        detail={
            "policyNo": policy.policy_no,
            "policyVersion": policy.version,
            "payloadHash": facts.payload_hash,
            "lapsedOn": facts.lapsed_on,
            "windowEndsOn": facts.window_ends_on,
            "due": str(facts.due),
            "asOf": facts.as_of,
            "consents": consented,
        },
    )


def _window(
    policy: Policy, product: Product, asked: ReinstatementAsked, arrived: date
) -> dict[str, object]:
    lapsed, rule = policy.lapsed_on, product.renewal
    if lapsed is None:
        nothing: dict[str, object] = dict.fromkeys(("lapsed_on", "window_ends_on"))
        return {**nothing, "within_window": True, "simplified": False}
    last = window_ends(lapsed, rule)
    clean = asked.health_declared and not asked.adverse
    return {
        "lapsed_on": lapsed,
        "window_ends_on": last,
        "within_window": arrived <= last,
        "simplified": clean and arrived <= lapsed + timedelta(days=rule.simplified_days),
    }


async def _are_covered(job: Job, policy: Policy, books: Books) -> bool:
    """Whether the contract could stand: what is owed under it is less than it is worth."""
    value = await books.policies.cash_value(policy.policy_no, job.today)
    try:
        debts = debts_on(policy, job.today)
    except NotQuotable as error:
        raise Refused(error.code, "The book cannot tell the debts of that day.") from None
    return not debts.is_positive or debts < (value or zero(policy.currency))


def _figures(job: Job, policy: Policy, product: Product) -> dict[str, object]:
    arrears = arrears_on(policy, product.renewal, job.today)
    until = job.today + timedelta(days=product.renewal.offer_days)
    missing = max(arrears.amount - policy.suspense_premium, zero(policy.currency))
    return {
        "premiums": len(arrears.each),
        "premium": arrears.premium.decimal,
        "interest": arrears.interest.decimal,
        "due": arrears.amount.decimal,
        "daily_interest": daily_interest(arrears, product.renewal).decimal,
        "collect": missing.decimal,
        "offer_until_on": until,
        "offer_over_at": datetime.combine(until + _DAY, time(), tzinfo=job.zone),
    }


async def _payer(
    policy: Policy, asked: ReinstatementAsked, applicant: str, job: Job, books: Books
) -> dict[str, object]:
    account = await books.parties.account(asked.account_id) if asked.account_id else None
    own = {role.party_id for role in policy.holders("PH", job.today)}
    return {
        "account_id": "" if account is None else account.id,
        "account_own": account is not None and account.party_id in own,
        "payer_party_id": applicant if account is None else account.party_id,
    }


async def _accept(job: Job, request: AcceptRequest, books: Books) -> Done[AcceptResult]:
    """Accept a complete request: what is decided on it, and paid, comes later."""
    await meet(books, job, "K-ACC")
    await stop(books, job, "K-ONE")
    return Done(result=AcceptResult(accepted_at=job.at), detail={"policyNo": request.policy_no})


REINSTATEMENT = Local(run=_reinstatement)
ACCEPT = Local(run=_accept)

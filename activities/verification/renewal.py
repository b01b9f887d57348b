"""``verification.open_renewal`` and ``renewal``: how a premium stands, read from the book.

A renewal takes no place in the policy's lock set: other items run beside it all the time. It looks
for who goes first when it is about to do something, and writes each change in one transaction.
"""

from datetime import date, datetime, time, timedelta

from activities.errors import Refused
from activities.forfeiture import net_value, paid_up_at
from activities.lawful import calendar_of, product_of
from activities.ports import Books
from activities.step import Done, Job, Local
from activities.verification.intake import request_fingerprint
from workflows.contracts.renewal import (
    OpenRenewalResult,
    RenewalFacts,
    RenewalRequest,
    RenewalResult,
)
from workflows.contracts.verification import IntakeRequest
from workflows.domain.in_flight import rule_of
from workflows.domain.policy import Policy, Product
from workflows.domain.premium import PaymentInstruction
from workflows.domain.renewal import (
    grace_ends,
    is_open,
    next_debit,
    next_reminder,
    premium_of,
    short_of,
)

_OFFICE_OPENS = time(9)
"""When people are written to and accounts debited."""
_DAY = timedelta(days=1)
_ITEM = "RENEWAL_PREMIUM"


async def _open(job: Job, request: IntakeRequest, books: Books) -> Done[OpenRenewalResult]:
    mark = request_fingerprint(request)
    duplicate_of = await books.cases.duplicate_of(mark, job.case_id)
    await books.cases.stamp(job.case_id, mark, duplicate_of)
    policy = await books.policies.get(request.policy_no)
    asked = request.request.renewal
    if policy is None:
        outcome = "POLICY_NOT_FOUND"
    elif duplicate_of is not None:
        outcome = "DUPLICATE"
    elif asked is None or not is_open(policy, asked.due_on):
        outcome = "NOT_DUE"
    else:
        outcome = "TAKEN_UP"
    result = OpenRenewalResult.model_validate(
        {"outcome": outcome, "duplicate_of": duplicate_of, "fingerprint": mark}
    )
    return Done(result=result, detail={"policyNo": request.policy_no, "outcome": outcome})


async def _renewal(job: Job, request: RenewalRequest, books: Books) -> Done[RenewalResult]:
    policy = await books.policies.get(request.policy_no)
    if policy is None:
        raise Refused("UNKNOWN_POLICY", "The policy is not on the books.")
    product, due = await product_of(books, job, policy), request.due_on
    facts = RenewalFacts.model_validate({
        "due_on": due,
        "due_at": _at(job, due),
        "open": is_open(policy, due),
        "state": policy.state,
        "claim_open": "CLAIM_OPEN" in policy.flags,
        "blocked_by": await _first(policy, books),
        "premium": premium_of(policy, due).decimal,
        "short": short_of(policy, due).decimal,
        "suspense": policy.suspense_premium.decimal,
        "waived": "WAIVED" in policy.flags,
        "reminders_wanted": policy.reminders_wanted,
        **await _reminded(job, request, policy, product, books),
        **await _debited(job, request, policy, product, books),
        **await _forfeited(job, due, policy, product, books),
    })  # fmt: skip
    return Done(
        result=RenewalResult(renewal=facts),
        detail={
            "policyNo": policy.policy_no,
            "policyVersion": policy.version,
            "dueOn": due,
            "open": facts.open,
            "short": str(facts.short),
            "blockedBy": facts.blocked_by,
            "netValue": str(facts.net_value),
        },
    )


def _at(job: Job, day: date) -> datetime:
    return datetime.combine(day, _OFFICE_OPENS, tzinfo=job.zone)


async def _first(policy: Policy, books: Books) -> str:
    """Find a case that may end or reduce the contract: it goes first."""
    holders = await books.locks.holders(policy.policy_no)
    return next((each.case_id for each in holders if rule_of(each.item, _ITEM) != "OK"), "")


async def _reminded(
    job: Job, request: RenewalRequest, policy: Policy, product: Product, books: Books
) -> dict[str, object]:
    day = None
    if policy.reminders_wanted:
        after = request.after or job.today - _DAY
        calendar = await calendar_of(books, job)
        day = next_reminder(request.due_on, product.renewal, calendar, after)
    return {"remind_on": day, "remind_at": None if day is None else _at(job, day)}


async def _debited(
    job: Job, request: RenewalRequest, policy: Policy, product: Product, books: Books
) -> dict[str, object]:
    """From which account, and when the next time: never more than its holder allowed."""
    due = request.due_on
    held = next((each for each in policy.instructions if each.until is None), None)
    allowed = held is not None and held.premium <= held.limit and await _stands(policy, held, books)
    payers = policy.holders("PAYER", job.today) or policy.holders("PH", job.today)
    day = next_debit(due, product.renewal, request.tried) if allowed else None
    return {
        "payer_party_id": held.party_id if held else payers[0].party_id if payers else "",
        "account_id": held.account_id if held and allowed else "",
        "debit_at": None if day is None else _at(job, day),
    }


async def _stands(policy: Policy, held: PaymentInstruction, books: Books) -> bool:
    """Tell whether the authority for an account was never ended, as by a new policyholder."""
    given = await books.debit_authorities.of_policy(policy.policy_no)
    own = [each for each in given if each.account_id == held.account_id]
    return any(each.revoked_on is None for each in own) if given else True


async def _forfeited(
    job: Job, due: date, policy: Policy, product: Product, books: Books
) -> dict[str, object]:
    last, value = grace_ends(due, product.renewal), await net_value(job, due, policy, books)
    return {
        "grace_ends_on": last,
        "grace_over_at": datetime.combine(last + _DAY, time(), tzinfo=job.zone),
        "option": policy.nonforfeiture,
        "net_value": value.decimal,
        "partial_loan": product.renewal.partial_loan,
        "paid_up_sum": (await paid_up_at(job, due, policy, product, books)).decimal,
        "min_paid_up": product.renewal.min_paid_up.decimal,
    }


OPEN_RENEWAL = Local(run=_open)
RENEWAL = Local(run=_renewal)

"""An increase of the sum assured 加保: what it costs, and why a contract may not have it.

The premium of the days until the next due date is paid first, out of what stands in suspense for
the policy; from the due date on the higher premium falls due.
"""

from dataclasses import dataclass, replace
from datetime import date

from workflows.domain.interest import YEAR
from workflows.domain.ledger import Entry, credit, debit
from workflows.domain.minors import MinorCover
from workflows.domain.money import Money, zero
from workflows.domain.policy import Policy, Product
from workflows.domain.premium import modal_premium

_SUSPENSE, _PREMIUM_INCOME = "2203", "6001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Increase:
    """A higher sum assured of the main cover, and its price on the day."""

    sum_assured: Money
    yearly: Money
    """What it adds to the yearly premium."""
    due_now: Money
    """The part of it for the days until the next due date, ACT/365."""
    modal: Money | None = None
    """What falls due each time from then on, where an instruction says how it is paid."""
    is_priced: bool
    """Whether the product has a rate for the age."""
    minor: MinorCover | None = None


def increase_to(
    policy: Policy, product: Product, sum_assured: Money, *, age: int, on: date
) -> Increase:
    """Price a higher sum by the product's yearly rate at the insured's age."""
    rate = product.increase.rate(age)
    more = sum_assured - policy.sum_assured
    if rate is None or not more.is_positive:
        nothing = zero(policy.currency)
        return Increase(
            sum_assured=sum_assured, yearly=nothing, due_now=nothing, is_priced=rate is not None
        )
    yearly = more.times(rate)
    days = max((policy.paid_to - on).days, 0) if policy.paid_to else 0
    annual = policy.annual_premium + yearly
    return Increase(
        sum_assured=sum_assured,
        yearly=yearly,
        due_now=yearly.share(days, YEAR),
        modal=modal_premium(annual, product.premium, policy.frequency),
        is_priced=True,
    )


def increased(policy: Policy, asked: Increase) -> Policy:
    """Raise the main cover and the premium; what is due now is taken out of suspense."""
    annual = policy.annual_premium + asked.yearly
    covers = tuple(
        replace(each, sum_assured=asked.sum_assured, premium=each.premium + asked.yearly)
        if each.kind == "MAIN"
        else each
        for each in policy.coverages
    )
    instructions = tuple(
        each if each.until else replace(each, premium=asked.modal or each.premium)
        for each in policy.instructions
    )
    return replace(
        policy,
        annual_premium=annual,
        coverages=covers,
        instructions=instructions,
        suspense_premium=policy.suspense_premium - asked.due_now,
        premiums_paid=policy.premiums_paid + asked.due_now,
    )


def entries(asked: Increase) -> tuple[Entry, ...]:
    """What is posted: the premium until the next due date, out of suspense."""
    if not asked.due_now.is_positive:
        return ()
    return (debit(_SUSPENSE, asked.due_now), credit(_PREMIUM_INCOME, asked.due_now))


def problem(policy: Policy, asked: Increase, on: date) -> str:
    """Why it may not be; empty: it may. The cap of a minor comes before the price."""
    overdue = policy.paid_to is None or policy.paid_to < on or policy.unpaid_premium.is_positive
    reasons = (
        ("NOT_AN_INCREASE", asked.sum_assured <= policy.sum_assured),
        (asked.minor.problem, True) if asked.minor else ("", False),
        ("NOT_INCREASABLE", not asked.is_priced or not policy.annual_premium.is_positive),
        ("PREMIUM_OVERDUE", overdue),
        ("DEBIT_LIMIT_TOO_LOW", _is_above_limit(policy, asked)),
        ("PREMIUM_NOT_PAID_IN", asked.due_now > policy.suspense_premium),
    )
    return next((reason for reason, found in reasons if found and reason), "")


def _is_above_limit(policy: Policy, asked: Increase) -> bool:
    """The account holder's authority covers no more than its limit: 4号令 art. 13."""
    instruction = policy.instruction
    return instruction is not None and asked.modal is not None and asked.modal > instruction.limit

"""Reinstatement 复效: the window of the law, arrears with interest, the contract afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from workflows.domain.interest import add_months, simple_interest
from workflows.domain.ledger import Entry, credit, debit
from workflows.domain.loan_terms import INTEREST_INCOME, SUSPENSE
from workflows.domain.money import Money, total, zero
from workflows.domain.policy import Policy
from workflows.domain.premium import RenewalRule
from workflows.domain.renewal import PREMIUM_INCOME, following_due, premium_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrear:
    """A premium that fell due and was not paid, and the interest on it."""

    due_on: date
    premium: Money
    interest: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrears:
    """Everything to be paid for a contract to come into force again on a day."""

    each: tuple[Arrear, ...]
    premium: Money
    interest: Money

    @property
    def amount(self) -> Money:
        """Premiums and interest."""
        return self.premium + self.interest


def window_ends(lapsed_on: date, rule: RenewalRule) -> date:
    """The last day to ask for it (保险法 art. 37); a rest day does not move it."""
    return add_months(lapsed_on, rule.window_months)


def arrears_on(policy: Policy, rule: RenewalRule, on: date) -> Arrears:
    """``Σ [premium + premium × rate × days / 365]``, each from its due date to the day."""
    owed = tuple(_owed(policy, rule, on))
    return Arrears(
        each=owed,
        premium=total((one.premium for one in owed), policy.currency),
        interest=total((one.interest for one in owed), policy.currency),
    )


def _owed(policy: Policy, rule: RenewalRule, on: date) -> Iterator[Arrear]:
    due = policy.paid_to
    while due is not None and due <= on:
        first = due == policy.paid_to and policy.unpaid_premium.is_positive
        premium = policy.unpaid_premium if first else premium_of(policy, due)
        interest = simple_interest(premium, rule.arrears_rate, (on - due).days)
        yield Arrear(due_on=due, premium=premium, interest=interest)
        due = following_due(policy, due)


def daily_interest(arrears: Arrears, rule: RenewalRule) -> Money:
    """What each further day costs, about."""
    return simple_interest(arrears.premium, rule.arrears_rate, 1)


def reinstated(policy: Policy, arrears: Arrears, received: Money, on: date) -> Policy:
    """The contract in force again from a day; the suicide clause counts anew (保险法 art. 44)."""
    if received < arrears.amount:
        raise ValueError(f"Expected {arrears.amount}, but got {received}")
    last = arrears.each[-1].due_on if arrears.each else policy.paid_to
    return replace(
        policy,
        state="IN_FORCE",
        lapsed_on=None,
        paid_to=None if last is None else following_due(policy, last),
        premiums_paid=policy.premiums_paid + arrears.premium,
        unpaid_premium=zero(policy.currency),
        suspense_premium=received - arrears.amount,
        suicide_clause_from=on,
    )


def reinstatement_entries(arrears: Arrears) -> tuple[Entry, ...]:
    """What is taken out of suspense, and for what."""
    if not arrears.amount.is_positive:
        return ()
    lines = [debit(SUSPENSE, arrears.amount), credit(PREMIUM_INCOME, arrears.premium)]
    if arrears.interest.is_positive:
        lines.append(credit(INTEREST_INCOME, arrears.interest))
    return tuple(lines)

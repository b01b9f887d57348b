"""A renewal premium 续期保费: when it falls due, how it is used, what follows when it is not."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Literal

from workflows.domain.calendar import WorkingCalendar
from workflows.domain.interest import add_months, debt_on
from workflows.domain.ledger import Entry, credit, debit
from workflows.domain.lending import flagged
from workflows.domain.loan_terms import ACCOUNTS, INTEREST_INCOME, SUSPENSE
from workflows.domain.money import Money, money, total, zero
from workflows.domain.policy import Coverage, Loan, Policy, PolicyFlag, Product
from workflows.domain.premium import MONTHS, RenewalRule

BANK, PREMIUM_INCOME, SURRENDER_EXPENSE, CLAIMS_EXPENSE = "1001", "6001", "6401", "6402"
PREMIUM_DUE = "premium.due"
"""The message that begins the case of a premium; its key: policy and due date."""
REINSTATED = "policy.reinstated"
"""The message to who watches a lapsed contract; its key: the policy."""
CASH_LIMIT = money(1_000)
"""The most cash that an agent may take (2008 97号)."""
_STANDING = frozenset({"IN_FORCE"})
_DAY = timedelta(days=1)
PaidBy = Literal["SUSPENSE", "WAIVER", "LOAN"]


class ShortPremium(Exception):
    """Less has been received than falls due."""


def premium_of(policy: Policy, due: date) -> Money:
    """What falls due on a day: by the payment instruction of that day, else the yearly premium."""
    for each in policy.instructions:
        if each.since <= due and (each.until is None or due < each.until):
            return each.premium
    return policy.annual_premium


def owed_on(policy: Policy, due: date) -> Money:
    """What is still owed of the premium of a due date."""
    return policy.unpaid_premium if policy.unpaid_premium.is_positive else premium_of(policy, due)


def is_open(policy: Policy, due: date) -> bool:
    """Whether the premium of a due date is the next one, and still to be paid."""
    return policy.state in _STANDING and policy.paid_to == due


def following_due(policy: Policy, due: date) -> date:
    """The due date after one; a contract of the 31st falls due on the last day of short months."""
    step = MONTHS[policy.frequency]
    since = (due.year - policy.issued_on.year) * 12 + due.month - policy.issued_on.month
    if since >= 0 and add_months(policy.issued_on, since) == due:
        return add_months(policy.issued_on, since + step)
    return add_months(due, step)


def grace_ends(due: date, rule: RenewalRule) -> date:
    """The last day of grace: it counts to 24:00 (保险法 art. 36)."""
    return due + timedelta(days=rule.grace_days)


def next_reminder(
    due: date, rule: RenewalRule, calendar: WorkingCalendar, after: date | None
) -> date | None:
    """The next day to remind on: one that is a rest day moves to the working day before it."""
    days = sorted(calendar.roll_back(due - timedelta(days=each)).on for each in rule.reminded)
    return next((day for day in days if after is None or day > after), None)


def next_debit(due: date, rule: RenewalRule, tried: int) -> date | None:
    """The day of the next try, when so many have been made; None: no more."""
    left = rule.debited[tried:]
    return due + timedelta(days=left[0]) if left else None


def covered_days(policy: Policy, due: date, lent: Money) -> int:
    """For how many days of the period a part of the premium pays."""
    days, whole = (following_due(policy, due) - due).days, premium_of(policy, due)
    return days * lent.minor // whole.minor


def paid_up_sum(net: Money, rate: Decimal | None) -> Money:
    """What cover a value buys at once, in whole units of the currency (减额交清)."""
    if rate is None or not net.is_positive:
        return zero(net.currency)
    return money((net.decimal / rate).quantize(Decimal(1), rounding=ROUND_FLOOR), net.currency)


def fallen_due(policy: Policy, due: date) -> Policy:
    """The policy on the due date: the premium is owed."""
    return replace(policy, unpaid_premium=premium_of(policy, due))


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiumUse:
    """A premium paid: the policy afterwards, and from which account it came."""

    policy: Policy
    amount: Money
    entries: tuple[Entry, ...]


def pay(policy: Policy, due: date, received: Money) -> PremiumUse:
    """Pay a premium from what was received; what is more stays in suspense."""
    owed = owed_on(policy, due)
    if received < owed:
        raise ShortPremium(f"Expected {owed}, but got {received}")
    after = replace(_paid(policy, due, owed), suspense_premium=received - owed)
    entries = (debit(SUSPENSE, owed), credit(PREMIUM_INCOME, owed))
    return PremiumUse(policy=after, amount=owed, entries=entries)


def waive(policy: Policy, due: date) -> PremiumUse:
    """Pay a premium that the insurer bears 豁免: a benefit, so an expense."""
    owed = owed_on(policy, due)
    entries = (debit(CLAIMS_EXPENSE, owed), credit(PREMIUM_INCOME, owed))
    return PremiumUse(policy=_paid(policy, due, owed), amount=owed, entries=entries)


def _paid(policy: Policy, due: date, amount: Money) -> Policy:
    return replace(
        policy,
        premiums_paid=policy.premiums_paid + amount,
        unpaid_premium=zero(policy.currency),
        paid_to=following_due(policy, due),
    )


def short_of(policy: Policy, due: date) -> Money:
    """What is missing of a premium beside what stands in suspense."""
    return max(owed_on(policy, due) - policy.suspense_premium, zero(policy.currency))


def lend_premium(policy: Policy, due: date, loan: Loan) -> PremiumUse:
    """Lend a premium, or what the value allows of it 自动垫交; suspense is used first."""
    missing, held = short_of(policy, due), policy.suspense_premium
    lent = loan.principal
    whole = lent == missing
    amount = lent + min(held, owed_on(policy, due)) if whole else lent
    after = replace(policy, loans=(*policy.loans, loan), flags=flagged(policy.flags, "APL"))
    used = amount - lent
    if whole:
        after = replace(_paid(after, due, amount), suspense_premium=held - used)
    else:
        left = owed_on(policy, due) - lent
        paid = policy.premiums_paid + lent
        after = replace(after, unpaid_premium=left, premiums_paid=paid)
    sources = [debit(ACCOUNTS["APL"], lent)]
    if used.is_positive:
        sources.append(debit(SUSPENSE, used))
    entries = (*sources, credit(PREMIUM_INCOME, amount))
    return PremiumUse(policy=after, amount=amount, entries=entries)


def new_premium_loan(loan_id: str, product: Product, amount: Money, on: date) -> Loan:
    """A premium loan of a day."""
    return Loan(
        id=loan_id,
        kind="APL",
        principal=amount,
        rate=product.loan_rate,
        started_on=on,
        balance=amount,
        balance_since=on,
    )


def lapsed(policy: Policy, on: date) -> Policy:
    """The contract suspended 效力中止: what is owed stays known."""
    return replace(policy, state="LAPSED", lapsed_on=on)


def paid_up(policy: Policy, kept: Money, on: date) -> Policy:
    """The contract goes on without premiums at a lower sum: riders end, debts are set off."""
    nothing = zero(policy.currency)
    debts: frozenset[PolicyFlag] = frozenset({"LOAN", "APL"})

    def cover(each: Coverage) -> Coverage:
        if each.kind == "RIDER":
            return replace(each, status="ENDED")
        return replace(each, sum_assured=kept, premium=nothing)

    return replace(
        policy,
        state="REDUCED_PAID_UP",
        annual_premium=nothing,
        unpaid_premium=nothing,
        other_debts=nothing,
        flags=tuple(flag for flag in policy.flags if flag not in debts),
        coverages=tuple(cover(each) for each in policy.coverages),
        loans=tuple(
            loan if loan.settled_on else replace(loan, settled_on=on) for loan in policy.loans
        ),
    )


def set_off(policy: Policy, on: date) -> Iterator[Entry]:
    """What a value pays of the debts under the policy on a day; nothing without debts."""
    owed = [(loan, debt_on(loan, on)) for loan in policy.open_loans]
    interest = total(
        (debt.principal + debt.interest - loan.balance for loan, debt in owed), policy.currency
    )
    principal = total((loan.balance for loan, _ in owed), policy.currency)
    everything = principal + interest + policy.other_debts
    if not everything.is_positive:
        return
    yield debit(SURRENDER_EXPENSE, everything)
    yield from (credit(ACCOUNTS[loan.kind], loan.balance) for loan, _ in owed)
    if interest.is_positive:
        yield credit(INTEREST_INCOME, interest)
    if policy.other_debts.is_positive:
        yield credit("1122", policy.other_debts)


def receipt(amount: Money) -> tuple[Entry, ...]:
    """Money that came for premiums, nobody knows yet for which."""
    return (debit(BANK, amount), credit(SUSPENSE, amount))

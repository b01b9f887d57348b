"""Benefits 生存金/年金/满期金/红利: due while the insured lives, to whom, and what they post."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from types import MappingProxyType

from workflows.domain.interest import add_months
from workflows.domain.ledger import Entry
from workflows.domain.money import Money
from workflows.domain.policy import Benefit, BenefitKind, Loan, Policy, RoleKind
from workflows.domain.quote import Basis, NotQuotable, Quote, QuoteLine, Valuation, plus
from workflows.domain.termination import debt_lines, ended
from workflows.domain.termination_postings import commit_entries

PAYABLE = "2221"
BENEFIT_DUE = "benefit.due"
"""The message that begins the case of a benefit that fell due; its key: policy and kind."""
SURVIVORS: tuple[RoleKind, ...] = ("BENEF_SURVIVAL", "INSURED")
HOLDER: tuple[RoleKind, ...] = ("PH",)
KINDS: Mapping[Basis, BenefitKind] = MappingProxyType(
    {
        "BENEFIT_SURVIVAL": "SURVIVAL",
        "BENEFIT_ANNUITY": "ANNUITY",
        "BENEFIT_MATURITY": "MATURITY",
        "BENEFIT_DIVIDEND": "DIVIDEND",
    }
)
BASIS_OF: Mapping[BenefitKind, Basis] = MappingProxyType(
    {kind: basis for basis, kind in KINDS.items()}
)
ENTITLED: Mapping[BenefitKind, tuple[RoleKind, ...]] = MappingProxyType({
    "SURVIVAL": SURVIVORS, "ANNUITY": SURVIVORS, "MATURITY": SURVIVORS, "DIVIDEND": HOLDER,
})  # fmt: skip
"""Whose it is by contract, the first of these roles that somebody holds; dividends the holder's."""
_LABELS: Mapping[BenefitKind, str] = MappingProxyType(
    {
        "SURVIVAL": "Survival benefit 生存保险金",
        "ANNUITY": "Annuity 年金",
        "MATURITY": "Maturity benefit 满期保险金",
        "DIVIDEND": "Dividends declared 已派发红利",
    }
)
entries = partial(commit_entries, payable=PAYABLE)


def due(policy: Policy, kind: BenefitKind, on: date) -> tuple[Benefit, ...]:
    """Benefits of a kind that fell due by a day and nobody has drawn, the oldest first."""
    open_ = (each for each in policy.benefits if each.kind == kind and each.paid_on is None)
    return tuple(sorted((b for b in open_ if b.due_on <= on), key=lambda b: (b.due_on, b.id)))


def told_on(benefit: Benefit, since: date, until: date) -> date | None:
    """The day in a span on which a benefit is told: when it falls due, then once every year."""
    for year in range(until.year, since.year - 1, -1):
        months = 12 * (year - benefit.due_on.year)
        day = add_months(benefit.due_on, months)
        if months >= 0 and since <= day <= until:
            return day
    return None


def accumulated(benefit: Benefit, rate: Decimal, on: date) -> Money:
    """What nobody drew, with compound interest for each full year: D x (1 + i)^n."""
    since = benefit.due_on
    years = on.year - since.year - ((on.month, on.day) < (since.month, since.day))
    return benefit.amount.times((1 + rate) ** years)


def owner(policy: Policy, kind: BenefitKind, on: date) -> str | None:
    """Whose benefit it is."""
    held = (policy.holders(role, on) for role in ENTITLED[kind])
    return next((roles[0].party_id for roles in held if roles), None)


def lines(valuation: Valuation) -> Iterator[QuoteLine]:
    """What is due: the benefits of the kind, interest on what was left, at maturity the rest."""
    policy, kind, on = valuation.policy, KINDS[valuation.basis], valuation.as_of.date()
    found = due(policy, kind, on)
    if not found:
        raise NotQuotable("NOTHING_DUE", f"Expected a benefit {kind} that is due, but found none")
    rate = valuation.product.accumulation_rate
    for each in found:
        yield plus(f"{kind}_BENEFIT", _LABELS[kind], each.amount)
        interest = accumulated(each, rate, on) - each.amount
        yield plus(f"{kind}_INTEREST", "Interest on what was left 累积生息", interest)
    if kind == "MATURITY":
        yield plus("DIVIDENDS", "Accumulated dividends 累积红利", policy.accumulated_dividends)
        yield plus("TERMINAL_DIVIDEND", "Terminal dividend 终了红利", policy.terminal_dividend)
        yield plus("UNDRAWN_BENEFITS", "Undrawn benefits 未领生存金", policy.undrawn_benefits)
        yield from debt_lines(valuation)


def drawn(policy: Policy, accepted: Quote, loan: Loan) -> Policy:
    """What was due is drawn; a contract whose maturity benefit is drawn has ended."""
    del loan
    kind, on = KINDS[accepted.basis], accepted.as_of.date()
    taken = {each.id for each in due(policy, kind, on)}
    benefits = tuple(
        replace(each, paid_on=on) if each.id in taken else each for each in policy.benefits
    )
    after = replace(policy, benefits=benefits)
    return replace(ended(after, "MATURITY", on), state="MATURED") if kind == "MATURITY" else after


def postings(accepted: Quote) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """Expense and dividends against what is owed to whoever is entitled."""
    return entries(accepted)

"""What each basis of a quote means: its lines, the policy afterwards, what a commit posts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from workflows.domain import benefits
from workflows.domain.ledger import Entry
from workflows.domain.lending import TO_DISBURSE, lent, loan_entries, loan_lines
from workflows.domain.money import Money, total, zero
from workflows.domain.policy import Loan, Policy, RoleKind
from workflows.domain.quote import (
    Basis,
    NotQuotable,
    Quote,
    QuoteLine,
    Valuation,
    expect_struck,
)
from workflows.domain.termination import (
    EX_GRATIA,
    capitalised,
    cooling_off_lines,
    ex_gratia_lines,
    partial_lines,
    policy_after,
    surrender_lines,
)
from workflows.domain.termination_postings import PAYABLE, commit_entries

Postings = tuple[tuple[str, tuple[Entry, ...]], ...]
_RATIO_DIGITS = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisRule:
    """One row: from what is asked to what stands on the books."""

    item: str
    """The servicing item whose change it is."""
    lines: Callable[[Valuation], Iterator[QuoteLine]]
    after: Callable[[Policy, Quote, Loan], Policy]
    """The policy after a commit; the loan is the one that a commit may make."""
    postings: Callable[[Quote], Postings] = commit_entries
    payable: str = PAYABLE
    """The account of what is owed until it is paid."""
    entitled: tuple[RoleKind, ...] = ("PH",)
    """Who is owed it: the first of these roles that somebody holds."""
    valued: bool = True
    """Whether the cash value is looked at."""
    loses: bool = True
    """Whether what is given less than the premiums paid is a loss."""
    ends: bool = False
    """Whether the contract ends: what it is worth less is a loss, and debts are set off."""


def _terminated(policy: Policy, accepted: Quote, loan: Loan) -> Policy:
    del loan
    return policy_after(policy, accepted)


BASES: Mapping[Basis, BasisRule] = MappingProxyType({
    "COOLING_OFF": BasisRule(
        item="TERMINATE", lines=cooling_off_lines, after=_terminated, ends=True, valued=False
    ),
    "SURRENDER": BasisRule(item="TERMINATE", lines=surrender_lines, after=_terminated, ends=True),
    "PARTIAL": BasisRule(item="PARTIAL", lines=partial_lines, after=_terminated),
    EX_GRATIA: BasisRule(
        item="EX_GRATIA_SURRENDER", lines=ex_gratia_lines, after=_terminated, ends=True
    ),
    "LOAN": BasisRule(
        item="POLICY_LOAN",
        lines=loan_lines,
        after=lent,
        postings=loan_entries,
        payable=TO_DISBURSE,
        loses=False,
    ),
    **{
        basis: BasisRule(
            item="BENEFIT_PAYMENT",
            lines=benefits.lines,
            after=benefits.drawn,
            postings=benefits.postings,
            payable=benefits.PAYABLE,
            entitled=benefits.ENTITLED[kind],
            valued=False,
            loses=False,
            ends=kind == "MATURITY",
        )
        for basis, kind in benefits.KINDS.items()
    },
})  # fmt: skip


def quote(valuation: Valuation) -> Quote:
    """Value a request on its basis."""
    policy, rule = valuation.policy, BASES[valuation.basis]
    if valuation.as_of.date() < policy.issued_on:
        raise NotQuotable("BEFORE_ISSUE", "Expected a day from the issue of the policy on")
    expect_struck(policy, valuation.as_of.date())
    lines = tuple(line for line in rule.lines(valuation) if line.amount.is_positive)
    gross = total((line.amount for line in lines if line.sign == "+"), policy.currency)
    deductions = total((line.amount for line in lines if line.sign == "-"), policy.currency)
    return Quote(
        basis=valuation.basis,
        as_of=valuation.as_of,
        lines=lines,
        gross=gross,
        deductions=deductions,
        net=max(gross - deductions, zero(policy.currency)),
        premiums_paid=policy.premiums_paid,
        loss_ratio=_loss(gross, policy.premiums_paid) if rule.loses else Decimal(0),
        policy_no=policy.policy_no,
        policy_version=policy.version,
        capitalised=tuple(capitalised(valuation)) if rule.ends else (),
        new_sum_assured=valuation.new_sum_assured,
    )


def _loss(gross: Money, paid: Money) -> Decimal:
    if not paid.is_positive:
        return Decimal(0)
    return (1 - gross.decimal / paid.decimal).quantize(_RATIO_DIGITS, rounding=ROUND_HALF_UP)

"""Ending or reducing a contract 解除合同/减保: the quote, the postings, the policy afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from workflows.domain.canonical import content_hash
from workflows.domain.interest import LoanDebt, debt_on
from workflows.domain.money import Money, total, zero
from workflows.domain.policy import Coverage, Policy, PolicyFlag, Product, TerminationReason

Basis = Literal["COOLING_OFF", "SURRENDER", "PARTIAL"]
_RATIO_DIGITS = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLine:
    """One line of a quote: added or taken off."""

    code: str
    label: str
    amount: Money
    sign: Literal["+", "-"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Valuation:
    """What a quote is made from."""

    policy: Policy
    product: Product
    cash_value: Money
    """On the day of ``as_of``; not looked at in cooling-off."""
    basis: Basis
    as_of: datetime
    """When the notice arrived, in the deployment's zone: its day is the valuation day."""
    new_sum_assured: Money | None = None
    """PARTIAL only: of the main cover."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What would be paid, line by line."""

    basis: Basis
    as_of: datetime
    lines: tuple[QuoteLine, ...]
    gross: Money
    deductions: Money
    net: Money
    """Never below zero: what debts exceed is written off."""
    premiums_paid: Money
    loss_ratio: Decimal
    """1 - gross / premiums paid: debts repaid are no loss."""
    policy_no: str
    policy_version: int
    capitalised: tuple[tuple[str, Money], ...] = ()
    """Interest of ended loan terms that the ledger does not show yet, by loan account."""
    new_sum_assured: Money | None = None

    @property
    def hash(self) -> str:
        """What an approval and a reservation are bound to."""
        return content_hash(self)


class NotQuotable(Exception):
    """The request cannot be valued; ``code`` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def quote(valuation: Valuation) -> Quote:
    """Value a request on its basis."""
    if valuation.as_of.date() < valuation.policy.issued_on:
        raise NotQuotable("BEFORE_ISSUE", "Expected a day from the issue of the policy on")
    _expect_struck(valuation.policy, valuation.as_of.date())
    lines = tuple(line for line in _LINES[valuation.basis](valuation) if line.amount.is_positive)
    currency = valuation.policy.currency
    gross = total((line.amount for line in lines if line.sign == "+"), currency)
    deductions = total((line.amount for line in lines if line.sign == "-"), currency)
    return Quote(
        basis=valuation.basis,
        as_of=valuation.as_of,
        lines=lines,
        gross=gross,
        deductions=deductions,
        net=max(gross - deductions, zero(currency)),
        premiums_paid=valuation.policy.premiums_paid,
        loss_ratio=_loss_ratio(gross, valuation.policy.premiums_paid),
        policy_no=valuation.policy.policy_no,
        policy_version=valuation.policy.version,
        capitalised=tuple(_capitalised(valuation)),
        new_sum_assured=valuation.new_sum_assured,
    )


def debts_on(policy: Policy, on: date) -> Money:
    """Everything the policyholder owes under the policy on a day: loans, premium loans, others.

    NotQuotable when a balance was struck after that day.
    """
    _expect_struck(policy, on)
    debts = [debt_on(loan, on) for loan in policy.open_loans]
    return total(
        (*(debt.principal + debt.interest for debt in debts), policy.other_debts),
        policy.currency,
    )


def _expect_struck(policy: Policy, on: date) -> None:
    """The book knows what a loan stands at from its last balance on, and no earlier."""
    later = [loan.id for loan in policy.open_loans if loan.balance_since > on]
    if later:
        raise NotQuotable("BEFORE_BALANCE", f"Expected a day from the balance of {later} on")


# --- lines ------------------------------------------------------------------------------------


def _plus(code: str, label: str, amount: Money) -> QuoteLine:
    return QuoteLine(code=code, label=label, amount=amount, sign="+")


def _minus(code: str, label: str, amount: Money) -> QuoteLine:
    return QuoteLine(code=code, label=label, amount=amount, sign="-")


def _cooling_off_lines(valuation: Valuation) -> Iterator[QuoteLine]:
    policy = valuation.policy
    refund = policy.premiums_paid + policy.suspense_premium
    yield _plus("PREMIUM_REFUND", "Premiums refunded 退还保费", policy.premiums_paid)
    yield _plus("SUSPENSE_PREMIUM", "Premium in suspense 暂收保费", policy.suspense_premium)
    fee = min(valuation.product.cooling_off.policy_fee, refund)
    yield _minus("POLICY_FEE", "Policy fee 工本费", fee)
    yield from _debt_lines(valuation)


def _surrender_lines(valuation: Valuation) -> Iterator[QuoteLine]:
    policy = valuation.policy
    yield _plus("CASH_VALUE", "Cash value 现金价值", valuation.cash_value)
    yield _plus("DIVIDENDS", "Accumulated dividends 累积红利", policy.accumulated_dividends)
    yield _plus("TERMINAL_DIVIDEND", "Terminal dividend 终了红利", policy.terminal_dividend)
    yield _plus("UNEARNED_PREMIUM", "Unearned premium 未满期保费", policy.unearned_premium)
    yield _plus("SUSPENSE_PREMIUM", "Premium in suspense 暂收保费", policy.suspense_premium)
    yield _plus("UNDRAWN_BENEFITS", "Undrawn survival benefits 未领生存金", policy.undrawn_benefits)
    yield from _debt_lines(valuation)


def _partial_lines(valuation: Valuation) -> Iterator[QuoteLine]:
    kept, old = _reduction(valuation)
    amount = valuation.cash_value.share(old.minor - kept.minor, old.minor)
    yield _plus("CASH_VALUE", "Cash value of the part given up 减保部分现金价值", amount)


def _debt_lines(valuation: Valuation) -> Iterator[QuoteLine]:
    policy, currency = valuation.policy, valuation.policy.currency
    for kind, principal, interest in (
        ("LOAN", "Policy loan 保单贷款本金", "Loan interest 贷款利息"),
        ("APL", "Automatic premium loan 垫交保费", "Interest on it 垫交利息"),
    ):
        debts = _debts(valuation, kind)
        yield _minus(f"{kind}_PRINCIPAL", principal, total((d.principal for d in debts), currency))
        yield _minus(f"{kind}_INTEREST", interest, total((d.interest for d in debts), currency))
    if valuation.product.deduct_unpaid_premium:
        yield _minus("UNPAID_PREMIUM", "Unpaid premium 欠交保费", policy.unpaid_premium)
    yield _minus("OTHER_DEBTS", "Other debts 其他欠款", policy.other_debts)


def _debts(valuation: Valuation, kind: str) -> list[LoanDebt]:
    on = valuation.as_of.date()
    return [debt_on(loan, on) for loan in valuation.policy.open_loans if loan.kind == kind]


def _reduction(valuation: Valuation) -> tuple[Money, Money]:
    """The sum assured kept and the one before, when the product allows the reduction."""
    policy, product, kept = valuation.policy, valuation.product, valuation.new_sum_assured
    old = policy.sum_assured
    if kept is None or not zero(policy.currency) < kept < old:
        raise NotQuotable("SUM_ASSURED", f"Expected a sum assured below {old}, but got {kept}")
    if kept < product.min_sum_assured:
        raise NotQuotable("MIN_SUM_ASSURED", f"Expected at least {product.min_sum_assured}")
    if _reduced_premium(policy, kept) < product.min_premium:
        raise NotQuotable("MIN_PREMIUM", f"Expected a premium of {product.min_premium} or more")
    if debts_on(policy, valuation.as_of.date()).is_positive:
        raise NotQuotable("DEBTS", "Expected every debt of the policy to be cleared first")
    return kept, old


def _reduced_premium(policy: Policy, kept: Money) -> Money:
    old = policy.sum_assured
    return total(
        (
            cover.premium.share(kept.minor, old.minor) if cover.kind == "MAIN" else cover.premium
            for cover in policy.coverages
        ),
        policy.currency,
    )


def _loss_ratio(gross: Money, paid: Money) -> Decimal:
    if not paid.is_positive:
        return Decimal(0)
    return (1 - gross.decimal / paid.decimal).quantize(_RATIO_DIGITS, rounding=ROUND_HALF_UP)


def _capitalised(valuation: Valuation) -> Iterator[tuple[str, Money]]:
    if valuation.basis == "PARTIAL":
        return
    for loan in valuation.policy.open_loans:
        added = debt_on(loan, valuation.as_of.date()).capitalised
        if added.is_positive:
            yield ("1221" if loan.kind == "LOAN" else "1222"), added


_LINES = {
    "COOLING_OFF": _cooling_off_lines,
    "SURRENDER": _surrender_lines,
    "PARTIAL": _partial_lines,
}


# --- the policy afterwards --------------------------------------------------------------------


_REASONS: dict[Basis, TerminationReason] = {
    "COOLING_OFF": "COOLING_OFF",
    "SURRENDER": "SURRENDER",
}


def policy_after(policy: Policy, accepted: Quote) -> Policy:
    """The image after a commit, still bearing the version it was made from."""
    if accepted.new_sum_assured is not None:
        return _reduced(policy, accepted.new_sum_assured)
    return _ended(policy, _REASONS[accepted.basis], accepted.as_of.date())


def _ended(policy: Policy, reason: TerminationReason, on: date) -> Policy:
    nothing = zero(policy.currency)
    debts: frozenset[PolicyFlag] = frozenset({"LOAN", "APL"})
    return replace(
        policy,
        state="TERMINATED",
        termination_reason=reason,
        ended_on=on,
        flags=tuple(flag for flag in policy.flags if flag not in debts),
        accumulated_dividends=nothing,
        terminal_dividend=nothing,
        unearned_premium=nothing,
        suspense_premium=nothing,
        undrawn_benefits=nothing,
        unpaid_premium=nothing,
        other_debts=nothing,
        coverages=tuple(replace(cover, status="ENDED") for cover in policy.coverages),
        loans=tuple(
            loan if loan.settled_on else replace(loan, settled_on=on) for loan in policy.loans
        ),
    )


def _reduced(policy: Policy, kept: Money) -> Policy:
    old = policy.sum_assured

    def part(cover: Coverage) -> Coverage:
        if cover.kind == "RIDER":
            return cover
        return replace(
            cover,
            sum_assured=cover.sum_assured.share(kept.minor, old.minor),
            premium=cover.premium.share(kept.minor, old.minor),
        )

    return replace(
        policy,
        annual_premium=_reduced_premium(policy, kept),
        coverages=tuple(part(cover) for cover in policy.coverages),
    )

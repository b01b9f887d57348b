"""Ending or reducing a contract 解除合同/减保: the lines of its quote, the policy afterwards."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from workflows.domain.interest import LoanDebt, debt_on
from workflows.domain.money import Money, total, zero
from workflows.domain.policy import Coverage, Policy, PolicyFlag, TerminationReason
from workflows.domain.quote import (
    Basis,
    NotQuotable,
    Quote,
    QuoteLine,
    Valuation,
    debts_on,
    minus,
    plus,
)

EX_GRATIA: Final = "EX_GRATIA"
"""The line, and the basis, of what is paid above the contract."""


def cooling_off_lines(valuation: Valuation) -> Iterator[QuoteLine]:
    """Premiums back, less the fee and debts."""
    policy = valuation.policy
    refund = policy.premiums_paid + policy.suspense_premium
    yield plus("PREMIUM_REFUND", "Premiums refunded 退还保费", policy.premiums_paid)
    yield plus("SUSPENSE_PREMIUM", "Premium in suspense 暂收保费", policy.suspense_premium)
    fee = min(valuation.product.cooling_off.policy_fee, refund)
    yield minus("POLICY_FEE", "Policy fee 工本费", fee)
    yield from debt_lines(valuation)


def surrender_lines(valuation: Valuation) -> Iterator[QuoteLine]:
    """The value of the contract, less debts."""
    policy = valuation.policy
    yield plus("CASH_VALUE", "Cash value 现金价值", valuation.cash_value)
    yield plus("DIVIDENDS", "Accumulated dividends 累积红利", policy.accumulated_dividends)
    yield plus("TERMINAL_DIVIDEND", "Terminal dividend 终了红利", policy.terminal_dividend)
    yield plus("UNEARNED_PREMIUM", "Unearned premium 未满期保费", policy.unearned_premium)
    yield plus("SUSPENSE_PREMIUM", "Premium in suspense 暂收保费", policy.suspense_premium)
    yield plus("UNDRAWN_BENEFITS", "Undrawn survival benefits 未领生存金", policy.undrawn_benefits)
    yield from debt_lines(valuation)


def partial_lines(valuation: Valuation) -> Iterator[QuoteLine]:
    """The part of the cash value that is given up."""
    kept, old = _reduction(valuation)
    amount = valuation.cash_value.share(old.minor - kept.minor, old.minor)
    yield plus("CASH_VALUE", "Cash value of the part given up 减保部分现金价值", amount)


def ex_gratia_lines(valuation: Valuation) -> Iterator[QuoteLine]:
    """What the contract gives, and above it what is missing to the amount demanded."""
    lines, currency = tuple(surrender_lines(valuation)), valuation.policy.currency
    given = total((line.amount for line in lines if line.sign == "+"), currency)
    kept = total((line.amount for line in lines if line.sign == "-"), currency)
    yield from lines
    demanded = valuation.amount or zero(currency)
    yield plus(EX_GRATIA, "Ex-gratia payment 通融给付", demanded - (given - kept))


def debt_lines(valuation: Valuation) -> Iterator[QuoteLine]:
    """What is kept for debts of the policy."""
    policy, currency = valuation.policy, valuation.policy.currency
    for kind, principal, interest in (
        ("LOAN", "Policy loan 保单贷款本金", "Loan interest 贷款利息"),
        ("APL", "Automatic premium loan 垫交保费", "Interest on it 垫交利息"),
    ):
        debts = _debts(valuation, kind)
        yield minus(f"{kind}_PRINCIPAL", principal, total((d.principal for d in debts), currency))
        yield minus(f"{kind}_INTEREST", interest, total((d.interest for d in debts), currency))
    if valuation.product.deduct_unpaid_premium:
        yield minus("UNPAID_PREMIUM", "Unpaid premium 欠交保费", policy.unpaid_premium)
    yield minus("OTHER_DEBTS", "Other debts 其他欠款", policy.other_debts)


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


def capitalised(valuation: Valuation) -> Iterator[tuple[str, Money]]:
    """Interest of ended terms that the book does not show yet, by loan account."""
    for loan in valuation.policy.open_loans:
        added = debt_on(loan, valuation.as_of.date()).capitalised
        if added.is_positive:
            yield ("1221" if loan.kind == "LOAN" else "1222"), added


_REASONS: dict[Basis, TerminationReason] = {
    "COOLING_OFF": "COOLING_OFF",
    "SURRENDER": "SURRENDER",
    EX_GRATIA: "NEGOTIATED",
}


def policy_after(policy: Policy, accepted: Quote) -> Policy:
    """The image after a commit, still bearing the version it was made from."""
    if accepted.new_sum_assured is not None:
        return _reduced(policy, accepted.new_sum_assured)
    return ended(policy, _REASONS[accepted.basis], accepted.as_of.date())


def ended(policy: Policy, reason: TerminationReason, on: date) -> Policy:
    """The contract ended on a day: covers over, debts set off, nothing left to draw."""
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

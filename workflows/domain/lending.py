"""A policy loan 保单贷款: the most that may be lent, the loan made, what it posts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from workflows.domain.ledger import Entry, credit, debit
from workflows.domain.money import Money, zero
from workflows.domain.policy import Loan, Policy, PolicyFlag, Product
from workflows.domain.quote import (
    NotQuotable,
    Quote,
    QuoteLine,
    Valuation,
    debts_on,
    plus,
)

_OFFER_STEP = 100_00
"""An offer is rounded down to hundreds (of a currency with two decimals)."""
LOANS, TO_DISBURSE = "1221", "2241"


def limit(policy: Policy, product: Product, cash_value: Money, on: date) -> Money:
    """The most that may be lent on a day (保监发〔2016〕76号 item 4), as the product words it."""
    debts, ratio = debts_on(policy, on), product.loan_ratio
    match product.loan_formula:
        case "RATIO_THEN_NET":
            most = cash_value.times(ratio) - debts
        case "NET_THEN_RATIO":
            most = (cash_value - policy.unpaid_premium - debts).times(ratio)
    return max(most, zero(policy.currency))


def offered(most: Money) -> Money:
    """What is offered where more was asked for: the limit, rounded down."""
    return Money(most.minor // _OFFER_STEP * _OFFER_STEP, most.currency)


def loan_lines(valuation: Valuation) -> Iterator[QuoteLine]:
    """What is lent; never above the limit of the day."""
    amount = valuation.amount
    if amount is None or not amount.is_positive:
        raise NotQuotable("LOAN_AMOUNT", f"Expected an amount to lend, but got {amount}")
    most = limit(valuation.policy, valuation.product, valuation.cash_value, valuation.as_of.date())
    if amount > most:
        raise NotQuotable("LOAN_LIMIT_EXCEEDED", f"Expected at most {most}, but got {amount}")
    yield plus("LOAN", "Policy loan 保单贷款", amount)


def lent(policy: Policy, accepted: Quote, loan: Loan) -> Policy:
    """The policy with the loan that a quote promised."""
    if loan.principal != accepted.net:
        raise ValueError(f"Expected a loan of {accepted.net}, but got {loan.principal}")
    return replace(policy, loans=(*policy.loans, loan), flags=flagged(policy.flags, "LOAN"))


def new_loan(loan_id: str, product: Product, amount: Money, on: date) -> Loan:
    """Lend on a day, at the rate of the product."""
    return Loan(
        id=loan_id,
        kind="LOAN",
        principal=amount,
        rate=product.loan_rate,
        started_on=on,
        balance=amount,
        balance_since=on,
        term_months=product.loan_term_months,
    )


def flagged(flags: tuple[PolicyFlag, ...], flag: PolicyFlag) -> tuple[PolicyFlag, ...]:
    """The flags with this one among them."""
    return flags if flag in flags else (*flags, flag)


def loan_entries(accepted: Quote) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """The claim on the borrower against what is to be disbursed."""
    amount = accepted.net
    return (("commit", (debit(LOANS, amount), credit(TO_DISBURSE, amount))),)

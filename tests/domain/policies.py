"""Policies, products and loans for tests of the core, with what a test names changed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from workflows.domain.money import NOTHING, money
from workflows.domain.policy import CoolingOffRule, Coverage, Loan, Policy, Product


def a_product(**changes: Any) -> Product:
    product = Product(
        code="EN",
        version=1,
        name="Endowment",
        currency="CNY",
        cooling_off=CoolingOffRule(policy_fee=money(10)),
        min_sum_assured=money(50_000),
        min_premium=money(1_000),
        loan_ratio=Decimal("0.8"),
        loan_term_months=6,
    )
    return replace(product, **changes)


def a_policy(**changes: Any) -> Policy:
    policy = Policy(
        policy_no="P1",
        version=1,
        state="IN_FORCE",
        product_code="EN",
        product_version=1,
        currency="CNY",
        issued_on=date(2018, 3, 10),
        annual_premium=money(12_000),
        premiums_paid=money(12_000),
        accumulated_dividends=NOTHING,
        terminal_dividend=NOTHING,
        unearned_premium=NOTHING,
        suspense_premium=NOTHING,
        undrawn_benefits=NOTHING,
        unpaid_premium=NOTHING,
        other_debts=NOTHING,
        channel="DIRECT",
        servicing_unit="SH-01",
        coverages=(
            Coverage(
                id="C1",
                code="EN",
                kind="MAIN",
                sum_assured=money(500_000),
                premium=money(12_000),
                term_years=99,
            ),
        ),
    )
    return replace(policy, **changes)


def a_loan(principal: str, rate: str, started_on: date, **changes: Any) -> Loan:
    loan = Loan(
        id="L1",
        kind="LOAN",
        principal=money(principal),
        rate=Decimal(rate),
        started_on=started_on,
        balance=money(principal),
        balance_since=started_on,
    )
    return replace(loan, **changes)

"""Policies put on the sample book: with their roles, cash values and opening postings."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from infra.db.sample_book.content import Content
from workflows.domain.ids import derive
from workflows.domain.interest import debt_on, terms
from workflows.domain.ledger import Entry, Journal, credit, debit
from workflows.domain.money import NOTHING, Money
from workflows.domain.policy import Coverage, Loan, Policy, PolicyFlag, Product, Role

BOOK_DAY = date(2026, 9, 30)
"""Loans are capitalised on the book up to here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What is particular to a policy of the sample book."""

    policy_no: str
    product: Product
    holder: str
    insured: str
    beneficiary: str
    issued_on: date
    sum_assured: Money
    annual_premium: Money
    premiums_paid: Money
    dividends: Money = NOTHING
    receipt_signed_on: date | None = None
    paid_to: date | None = None
    agent_id: str | None = None


def policy_of(contract: Contract) -> Policy:
    """A policy in force."""
    return Policy(
        policy_no=contract.policy_no,
        version=1,
        state="IN_FORCE",
        product_code=contract.product.code,
        product_version=contract.product.version,
        currency=contract.product.currency,
        issued_on=contract.issued_on,
        annual_premium=contract.annual_premium,
        premiums_paid=contract.premiums_paid,
        accumulated_dividends=contract.dividends,
        terminal_dividend=NOTHING,
        unearned_premium=NOTHING,
        suspense_premium=NOTHING,
        undrawn_benefits=NOTHING,
        unpaid_premium=NOTHING,
        other_debts=NOTHING,
        channel="AGENT" if contract.agent_id else "DIRECT",
        servicing_unit="SH-01",
        receipt_signed_on=contract.receipt_signed_on or contract.issued_on,
        paid_to=contract.paid_to,
        agent_id=contract.agent_id,
        coverages=(
            Coverage(
                id=f"CV-{contract.policy_no}-1",
                code=contract.product.code,
                kind="MAIN",
                sum_assured=contract.sum_assured,
                premium=contract.annual_premium,
                term_years=99,
            ),
        ),
        roles=tuple(_roles(contract)),
    )


def lend(policy: Policy, loan: Loan) -> Policy:
    """The policy with a loan, capitalised up to the day of the book."""
    debt = debt_on(loan, BOOK_DAY)
    struck = loan.balance_since if not debt.capitalised.is_positive else _last_term(loan)
    on_book = replace(loan, balance=debt.principal, balance_since=struck)
    flag: PolicyFlag = "LOAN" if loan.kind == "LOAN" else "APL"
    return replace(policy, loans=(*policy.loans, on_book), flags=(*policy.flags, flag))


def put(content: Content, policy: Policy, cash_values: tuple[tuple[date, Money], ...]) -> None:
    """Put a policy on the book, with its cash values and the postings that brought it there."""
    content.policies.append(policy)
    content.cash_values += [(policy.policy_no, since, amount) for since, amount in cash_values]
    content.postings += [
        Journal(
            id=derive("JN", "opening", policy.policy_no, text),
            value_date=value_date,
            text=text,
            policy_no=policy.policy_no,
            case_id=None,
            entries=entries,
        )
        for text, value_date, entries in _openings(policy)
    ]


def _roles(contract: Contract) -> Iterator[Role]:
    since, own = contract.issued_on, contract.insured == contract.holder
    yield Role(party_id=contract.holder, kind="PH", since=since)
    yield Role(party_id=contract.holder, kind="PAYER", since=since)
    yield Role(
        party_id=contract.insured,
        kind="INSURED",
        since=since,
        relation="SELF" if own else "SPOUSE",
    )
    yield Role(
        party_id=contract.beneficiary,
        kind="BENEF_DEATH",
        since=since,
        relation="SELF" if contract.beneficiary == contract.insured else "SPOUSE",
    )


def _last_term(loan: Loan) -> date:
    """The newest end of a term up to the day of the book."""
    later = replace(loan, balance=loan.principal, balance_since=loan.started_on)
    return max(term for term in terms(later, BOOK_DAY))


def _openings(policy: Policy) -> Iterator[tuple[str, date, tuple[Entry, ...]]]:
    if policy.premiums_paid.is_positive:
        amount = policy.premiums_paid
        yield "Premiums", policy.issued_on, (debit("1001", amount), credit("6001", amount))
    if policy.suspense_premium.is_positive:
        amount = policy.suspense_premium
        yield "Suspense", BOOK_DAY, (debit("1001", amount), credit("2203", amount))
    if policy.accumulated_dividends.is_positive:
        amount = policy.accumulated_dividends
        yield "Dividends", BOOK_DAY, (debit("6521", amount), credit("2211", amount))
    for benefit in policy.benefits:
        if benefit.kind == "DIVIDEND":
            declared = (debit("6521", benefit.amount), credit("2211", benefit.amount))
            yield f"Dividend {benefit.id}", benefit.due_on, declared
    for loan in policy.loans:
        account = "1221" if loan.kind == "LOAN" else "1222"
        lent, added = loan.principal, loan.balance - loan.principal
        source = "1001" if loan.kind == "LOAN" else "6001"
        yield f"Loan {loan.id}", loan.started_on, (debit(account, lent), credit(source, lent))
        if added.is_positive:
            entries = (debit(account, added), credit("6011", added))
            yield f"Capitalised {loan.id}", loan.balance_since, entries

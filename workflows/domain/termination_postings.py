"""What a commit posts: first the obligation, then the debts set off against it."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from workflows.domain.ledger import Entry, credit, debit
from workflows.domain.money import Money, total
from workflows.domain.quote import Quote

PAYABLE = "2202"
INTEREST_INCOME = "6011"
WRITE_OFFS = "6701"

GIVEN: Mapping[str, str] = MappingProxyType({
    "PREMIUM_REFUND": "6001",
    "CASH_VALUE": "6401",
    "EX_GRATIA": "6711",
    "DIVIDENDS": "2211",
    "TERMINAL_DIVIDEND": "6521",
    "UNEARNED_PREMIUM": "6001",
    "SUSPENSE_PREMIUM": "2203",
    "UNDRAWN_BENEFITS": "2221",
    **{f"{kind}_{part}": "6402" for kind in ("SURVIVAL", "ANNUITY", "MATURITY")
       for part in ("BENEFIT", "INTEREST")},
    "DIVIDEND_BENEFIT": "2211",
    "DIVIDEND_INTEREST": "6521",
})  # fmt: skip
"""Debited for what the customer is given, by line."""

KEPT: Mapping[str, str] = MappingProxyType({
    "LOAN_PRINCIPAL": "1221",
    "LOAN_INTEREST": INTEREST_INCOME,
    "APL_PRINCIPAL": "1222",
    "APL_INTEREST": INTEREST_INCOME,
    "UNPAID_PREMIUM": "6001",
    "OTHER_DEBTS": "1122",
})  # fmt: skip
"""Credited for what is kept from it, by line."""

FEES: Mapping[str, str] = MappingProxyType({"POLICY_FEE": "6051"})
"""Kept at once: never part of what is owed."""


def commit_entries(
    accepted: Quote, payable: str = PAYABLE
) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """The journals of a commit in order: purpose and entries."""
    journals = (
        ("capitalise", tuple(_capitalisation(accepted))),
        ("commit", tuple(_obligation(accepted, payable))),
        ("offset", tuple(_set_off(accepted, payable))),
    )
    return tuple((purpose, entries) for purpose, entries in journals if entries)


def _capitalisation(accepted: Quote) -> Iterator[Entry]:
    for account, amount in accepted.capitalised:
        yield debit(account, amount)
        yield credit(INTEREST_INCOME, amount)


def _obligation(accepted: Quote, payable: str) -> Iterator[Entry]:
    if not accepted.gross.is_positive:
        return
    for line in accepted.lines:
        if line.sign == "+":
            yield debit(GIVEN[line.code], line.amount)
    owed = _owed(accepted)
    if owed.is_positive:
        yield credit(payable, owed)
    for line in accepted.lines:
        if line.code in FEES:
            yield credit(FEES[line.code], line.amount)


def _set_off(accepted: Quote, payable: str) -> Iterator[Entry]:
    kept = [line for line in accepted.lines if line.code in KEPT]
    debts, owed = total((line.amount for line in kept), accepted.net.currency), _owed(accepted)
    if not debts.is_positive:
        return
    if owed.is_positive:
        yield debit(payable, min(debts, owed))
    if debts > owed:
        yield debit(WRITE_OFFS, debts - owed)
    for line in kept:
        yield credit(KEPT[line.code], line.amount)


def _owed(accepted: Quote) -> Money:
    """What is owed before debts: all that is given, less fees."""
    fees = total(
        (line.amount for line in accepted.lines if line.code in FEES), accepted.net.currency
    )
    return accepted.gross - fees

"""A journal balances or cannot be made."""

from datetime import date

import pytest

from workflows.domain.ledger import Entry, Journal, credit, debit, reversal_of
from workflows.domain.money import money


def a_journal(*entries: Entry) -> Journal:
    return Journal(
        id="J1",
        value_date=date(2026, 10, 12),
        text="Payment",
        policy_no="P1",
        case_id="C1",
        entries=entries,
    )


def test_a_journal_that_does_not_balance_is_refused() -> None:
    with pytest.raises(ValueError, match="debits to equal credits"):
        a_journal(debit("2202", money(2)), credit("1001", money(1)))


@pytest.mark.parametrize("amount", [0, -1])
def test_an_entry_that_is_not_positive_is_refused(amount: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        a_journal(debit("2202", money(amount)), credit("1001", money(amount)))


def test_an_unknown_account_is_refused() -> None:
    with pytest.raises(ValueError, match="account of the ledger"):
        a_journal(debit("9999", money(1)), credit("1001", money(1)))


def test_a_journal_of_two_currencies_is_refused() -> None:
    with pytest.raises(ValueError, match="CNY"):
        a_journal(debit("2202", money(1)), credit("1001", money(1, "USD")))


def test_a_reversal_exchanges_the_sides() -> None:
    paid = a_journal(debit("2202", money(5)), credit("1001", money(5)))

    undone = reversal_of(paid, id="J2", value_date=date(2026, 10, 13), case_id="C1")

    assert [(entry.side, entry.account) for entry in undone.entries] == [
        ("CR", "2202"),
        ("DR", "1001"),
    ]
    assert undone.reversal_of == "J1"

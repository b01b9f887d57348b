"""Our nouns as the messages of the core system's contract: the same order, the same bytes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

from infra.systems import core_wire as wire
from workflows.domain.core_system import (
    Cancellation,
    Commitment,
    CoreOrder,
    Hold,
    Reversal,
)
from workflows.domain.ledger import Journal
from workflows.domain.money import Money
from workflows.domain.policy import Benefit, Coverage, Loan, Policy


def message_of(order: CoreOrder) -> wire.Order:
    """Write an order as the contract's message."""
    head: dict[str, Any] = {"case_id": order.case_id, "policy_no": order.policy_no}
    match order.wish:
        case Hold() as hold:
            return _reserve(head, hold)
        case Commitment() as commitment:
            return _commit(head, commitment)
        case Cancellation(reservation_id=held):
            return wire.CancelOrder(**head, reservation_id=held)
        case Reversal() as reversal:
            return wire.ReverseOrder(
                **head,
                commit_key=reversal.commit_key,
                effective_at=reversal.effective_at,
                journals=tuple(_journal(journal) for journal in reversal.journals),
            )


def _reserve(head: dict[str, Any], hold: Hold) -> wire.ReserveOrder:
    return wire.ReserveOrder(
        **head,
        reservation_id=hold.reservation.id,
        item=hold.item,
        basis=hold.basis,
        as_of=hold.as_of,
        net=_amount(hold.net),
        quote_hash=hold.reservation.quote_hash,
        expires_at=hold.reservation.expires_at,
    )


def _commit(head: dict[str, Any], meant: Commitment) -> wire.CommitOrder:
    return wire.CommitOrder(
        **head,
        reservation_id=meant.reservation_id,
        item=meant.item,
        basis=meant.valued.basis,
        effective_at=meant.effective_at,
        changes=wire.Changes(**dict(changes(meant.before, meant.after(meant.before)))),
        journals=tuple(_journal(journal) for journal in meant.journals),
        payable=wire.Payable(id=meant.obligation.id, amount=_amount(meant.obligation.amount)),
    )


def changes(before: Policy, after: Policy) -> Iterator[tuple[str, Any]]:
    """The fields that differ, as the contract writes them."""
    for name in (field.name for field in fields(Policy)):
        value = getattr(after, name)
        if value != getattr(before, name):
            yield name, _told(value)


def _told(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(_told(each) for each in value)
    write = _WRITTEN.get(type(value))
    return value if write is None else write(value)


def _amount(amount: Money) -> wire.Amount:
    return wire.Amount(amount_minor=amount.minor, currency=amount.currency)


def _journal(journal: Journal) -> wire.Journal:
    return wire.Journal(
        id=journal.id,
        value_date=journal.value_date,
        text=journal.text,
        entries=tuple(
            wire.Entry(account=entry.account, side=entry.side, amount=_amount(entry.amount))
            for entry in journal.entries
        ),
    )


def _cover(cover: Coverage) -> wire.Cover:
    return wire.Cover(
        id=cover.id,
        sum_assured=_amount(cover.sum_assured),
        premium=_amount(cover.premium),
        status=cover.status,
    )


def _loan(loan: Loan) -> wire.LoanSeen:
    return wire.LoanSeen(
        id=loan.id,
        kind=loan.kind,
        principal=_amount(loan.principal),
        rate=loan.rate,
        started_on=loan.started_on,
        balance=_amount(loan.balance),
        balance_since=loan.balance_since,
        term_months=loan.term_months,
        settled_on=loan.settled_on,
    )


def _benefit(benefit: Benefit) -> wire.BenefitDrawn:
    return wire.BenefitDrawn(
        id=benefit.id,
        amount=_amount(benefit.amount),
        due_on=benefit.due_on,
        paid_on=benefit.paid_on,
    )


_WRITTEN: Final[Mapping[type, Callable[[Any], object]]] = {
    Money: _amount,
    Coverage: _cover,
    Loan: _loan,
    Benefit: _benefit,
}

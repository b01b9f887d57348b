"""Reconciliation with the insurer's core system: our orders, its effects, and our ledger.

Every order is held against what stands under its key there; every reservation must have ended;
every policy must stand where our last order left it. Source: domain.md 9.4, "case outcome vs.
core version; reservations older than expiry".
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from workflows.domain.core_system import (
    Cancellation,
    Commitment,
    CoreOrder,
    Hold,
    Reversal,
)
from workflows.domain.ledger import Journal
from workflows.domain.money import Money
from workflows.domain.reconciliation import Break, BreakKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreEffect:
    """What stands under a key at the core system."""

    state: Literal["DONE", "PENDING", "FAILED"]
    policy_no: str
    policy_version: int
    """After it."""
    moved: Money | None
    """The debits of its journals; None: it booked nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreFact:
    """An order of ours beside what the core system and our ledger know of it."""

    order: CoreOrder
    effect: CoreEffect | None
    """None: the core system never took the order."""
    posted: Money | None
    """The debits of its journals in our ledger; None: there are none."""

    @property
    def is_done_there(self) -> bool:
        """Whether the core system did it."""
        return self.effect is not None and self.effect.state == "DONE"

    @property
    def is_done_here(self) -> bool:
        """Whether we know that it did."""
        return self.order.state == "DONE"


def debits(journals: Iterable[Journal]) -> Money | None:
    """What journals move, counted once; None: nothing."""
    amounts = [
        entry.amount for journal in journals for entry in journal.entries if entry.side == "DR"
    ]
    return sum(amounts[1:], amounts[0]) if amounts else None


def reconcile_core(
    facts: Iterable[CoreFact], versions: Mapping[str, int], *, until: datetime, now: datetime
) -> tuple[Break, ...]:
    """Compare orders up to an instant; ``versions``: where the core system's policies stand."""
    known = tuple(fact for fact in facts if fact.order.at <= until)
    found = [one for fact in known if (one := _compared(fact)) is not None]
    found += [*_left_over(known, now), *_moved_on(known, versions)]
    return tuple(sorted(found, key=lambda one: (one.about, one.kind)))


def _compared(fact: CoreFact) -> Break | None:
    kind = _difference(fact)
    return None if kind is None else _break(kind, fact, f"{fact.order.key}:{fact.order.operation}")


def _difference(fact: CoreFact) -> BreakKind | None:
    """Name how the two sides differ, the gravest first."""
    if fact.is_done_there != fact.is_done_here:
        return "CORE_UNTOLD" if fact.is_done_there else "CORE_MISSING"
    if not fact.is_done_there or fact.effect is None:
        return None
    wanted = _wanted(fact.order)
    if fact.effect.moved != wanted:
        return "CORE_AMOUNT_DIFFERS"
    if wanted is not None and fact.posted is None:
        return "CORE_NOT_POSTED"
    return None if fact.posted == wanted else "CORE_AMOUNT_DIFFERS"


def _wanted(order: CoreOrder) -> Money | None:
    match order.wish:
        case Commitment(journals=journals) | Reversal(journals=journals):
            return debits(journals)
        case Hold() | Cancellation():
            return None


def _left_over(facts: tuple[CoreFact, ...], now: datetime) -> Iterator[Break]:
    """Reservations past their time that neither a commit nor a cancellation ended there."""
    ended = {
        fact.order.wish.reservation_id
        for fact in facts
        if fact.is_done_there and isinstance(fact.order.wish, Commitment | Cancellation)
    }
    replaced: dict[str, str] = {}
    for fact in facts:
        if fact.is_done_there and isinstance(fact.order.wish, Hold):
            replaced[fact.order.case_id] = fact.order.wish.reservation.id
    for fact in facts:
        wish = fact.order.wish
        if not (fact.is_done_there and isinstance(wish, Hold)):
            continue
        held = wish.reservation
        is_last = replaced[fact.order.case_id] == held.id
        if is_last and held.id not in ended and held.expires_at <= now:
            yield _break("CORE_HELD", fact, held.id)


def _moved_on(facts: tuple[CoreFact, ...], versions: Mapping[str, int]) -> Iterator[Break]:
    """Policies that somebody else changed at the core system after our last order."""
    last: dict[str, CoreFact] = {}
    for fact in facts:
        if fact.is_done_there:
            last[fact.order.policy_no] = fact
    for policy_no, fact in last.items():
        told = 0 if fact.effect is None else fact.effect.policy_version
        if versions.get(policy_no, told) > told:
            yield _break("CORE_CHANGED", fact, policy_no)


def _break(kind: BreakKind, fact: CoreFact, about: str) -> Break:
    return Break(
        kind=kind,
        about=about,
        case_id=fact.order.case_id,
        at=fact.order.at,
        at_bank=None if fact.effect is None else fact.effect.moved,
        by_case=_wanted(fact.order),
        in_ledger=fact.posted,
    )

"""What an insurer's own core system is asked: reserve, commit, cancel, reverse, once per key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from workflows.domain.bases import BASES
from workflows.domain.ledger import Journal
from workflows.domain.money import Money
from workflows.domain.payment import Obligation
from workflows.domain.policy import Loan, Policy, Reservation
from workflows.domain.quote import Basis, Quote

CoreOperation = Literal["reserve", "commit", "cancel", "reverse"]
CoreState = Literal["INTENT", "UNKNOWN", "DONE", "REFUSED"]

CORE_STEPS: Mapping[CoreState, frozenset[CoreState]] = MappingProxyType({
    "INTENT": frozenset({"UNKNOWN", "DONE", "REFUSED"}),
    "UNKNOWN": frozenset({"DONE", "REFUSED"}),
    "DONE": frozenset(),
    "REFUSED": frozenset(),
})  # fmt: skip
"""Which state of an order may follow which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Hold the policy as it stands for a quote; nothing is booked."""

    reservation: Reservation
    item: str
    basis: Basis
    as_of: datetime
    net: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """Change the policy and post what the change posts: both, or neither."""

    reservation_id: str
    effective_at: datetime
    before: Policy
    valued: Quote
    loan: Loan
    """What is lent, where the basis lends."""
    obligation: Obligation
    """What is owed by it."""
    journals: tuple[Journal, ...]

    @property
    def item(self) -> str:
        """The servicing item whose change it is."""
        return BASES[self.valued.basis].item

    def after(self, policy: Policy) -> Policy:
        """What a policy is once the change is made."""
        return BASES[self.valued.basis].after(policy, self.valued, self.loan)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """Let go of a reservation, whether it ever arrived or not."""

    reservation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """Restore what was before a commit, and turn its journals round."""

    commit_key: str
    effective_at: datetime
    journals: tuple[Journal, ...]


CoreWish = Hold | Commitment | Cancellation | Reversal

_OPERATIONS: Mapping[type, CoreOperation] = MappingProxyType({
    Hold: "reserve", Commitment: "commit", Cancellation: "cancel", Reversal: "reverse",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreOrder:
    """One wish under its key: sent again it is sent as it was."""

    key: str
    case_id: str
    policy_no: str
    at: datetime
    wish: CoreWish
    state: CoreState = "INTENT"
    ref: str | None = None
    """The core system's own, once it is done."""

    @property
    def operation(self) -> CoreOperation:
        """What is asked."""
        return _OPERATIONS[type(self.wish)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreReport:
    """What the core system says of an order."""

    state: Literal["DONE", "PENDING", "REFUSED"]
    ref: str = ""
    code: str = ""
    """Why it was refused."""
    message: str = ""


STALE_CODES = frozenset({"STALE", "HELD", "EXPIRED", "CANCELLED", "UNKNOWN_RESERVATION"})
"""The policy or the reservation is not what the quote was made on: it is quoted again."""
NOT_REVERSIBLE = "NOT_REVERSIBLE"


def held_at_core(orders: tuple[CoreOrder, ...]) -> str | None:
    """Return the reservation that a case may hold at the core system; ``orders`` in order."""
    held: str | None = None
    for order in orders:
        if order.state == "REFUSED":
            continue
        match order.wish:
            case Hold(reservation=reservation):
                held = reservation.id
            case Commitment(reservation_id=ended) | Cancellation(reservation_id=ended):
                held = None if ended == held and order.state == "DONE" else held
            case Reversal():
                pass
    return held


def last_commit(orders: tuple[CoreOrder, ...]) -> CoreOrder | None:
    """Return the latest commit that the core system did for a case, unless it was reversed."""
    turned = {
        order.wish.commit_key
        for order in orders
        if isinstance(order.wish, Reversal) and order.state == "DONE"
    }
    done = [
        order
        for order in orders
        if isinstance(order.wish, Commitment) and order.state == "DONE" and order.key not in turned
    ]
    return done[-1] if done else None


def unresolved(orders: tuple[CoreOrder, ...]) -> CoreOrder | None:
    """Return a commit of a case whose outcome nobody knows."""
    open_ones = (order for order in orders if order.state in {"INTENT", "UNKNOWN"})
    return next((order for order in open_ones if isinstance(order.wish, Commitment)), None)

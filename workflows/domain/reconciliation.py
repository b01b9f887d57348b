"""Reconciliation 对账: the bank's statement, the orders of cases and the ledger, side by side.

Money moves at most three times for one order: it is paid (or collected), and what was paid may come
back. Each movement must stand in three books with one amount: the bank's statement, the payment
attempts of the case, and the bank account of the ledger. Wherever they differ there is a break. A
break whose last word is younger than the end of the reconciled time is no break yet: news travels.
Source: domain.md 9.4, "obligations vs. bank statement vs. GL".
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final, Literal

from workflows.domain.ids import derive
from workflows.domain.money import Money

MovementKind = Literal["PAY", "RETURN", "COLLECT"]
BreakKind = Literal[
    "UNKNOWN_TO_US",
    "UNTOLD",
    "MISSING_AT_BANK",
    "NOT_POSTED",
    "POSTED_ALONE",
    "AMOUNT_DIFFERS",
    "PAID_TWICE",
    "CORE_UNTOLD",
    "CORE_MISSING",
    "CORE_NOT_POSTED",
    "CORE_AMOUNT_DIFFERS",
    "CORE_HELD",
    "CORE_CHANGED",
]
"""``CORE_…``: between our orders and the insurer's core system (``core_reconciliation``)."""
Place = tuple[str, MovementKind]
"""A movement: the key of its order, and which of the order's movements it is."""

_PURPOSES: Final[Mapping[MovementKind, str]] = {
    "PAY": "pay", "RETURN": "return", "COLLECT": "collect",
}  # fmt: skip
_MOVED: Final[Mapping[tuple[str, str], frozenset[MovementKind]]] = {
    ("OUT", "SENT"): frozenset({"PAY"}),
    ("OUT", "SETTLED"): frozenset({"PAY"}),
    ("OUT", "RETURNED"): frozenset({"PAY", "RETURN"}),
    ("IN", "SETTLED"): frozenset({"COLLECT"}),
}
"""What an order in a state says has been moved; in any other nothing."""
_LEAVES: Final = frozenset({("OUT", "PAY"), ("IN", "RETURN")})
"""Movements by which money leaves; by the others it comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankLine:
    """One line of the bank's statement."""

    key: str
    kind: MovementKind
    amount: Money
    booked_at: datetime

    @property
    def place(self) -> Place:
        """Which movement it is."""
        return self.key, self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A payment attempt as its case knows it."""

    key: str
    obligation_id: str
    no: int
    case_id: str
    direction: Literal["OUT", "IN"]
    amount: Money
    state: str
    at: datetime

    @property
    def kinds(self) -> tuple[MovementKind, ...]:
        """What it can move at most."""
        return ("PAY", "RETURN") if self.direction == "OUT" else ("COLLECT", "RETURN")

    def journal(self, kind: MovementKind) -> str:
        """Return the id of the journal that a movement is posted by."""
        return derive("JN", self.obligation_id, f"{_PURPOSES[kind]}:{self.no}")


@dataclass(frozen=True, slots=True, kw_only=True)
class BankPosting:
    """What a journal posted to the bank account: credits less debits, what left on balance."""

    journal_id: str
    case_id: str
    value_date: date
    left: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What is put side by side."""

    lines: tuple[BankLine, ...]
    orders: tuple[Order, ...]
    """Every order of the reconciled time, and every one that a line names."""
    postings: tuple[BankPosting, ...]
    """What these orders' cases posted to the bank account, and all the reconciled time did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Where the books differ."""

    kind: BreakKind
    about: str
    """The movement (``<key>:<kind>``), the obligation, or the journal."""
    case_id: str | None
    at: datetime
    """When there was the last word on it."""
    at_bank: Money | None
    """On the other side: at the bank, or at the core system."""
    by_case: Money | None
    in_ledger: Money | None

    @property
    def id(self) -> str:
        """The same break of two days has the same id."""
        return derive("BR", self.kind, self.about)


def reconcile(books: Books, *, since: datetime, until: datetime) -> tuple[Break, ...]:
    """Compare the books from ``since`` to ``until``; breaks come in order of what they concern.

    Lines, orders and postings must be complete from ``since`` on, and lines up to the present.
    """
    orders = {order.key: order for order in books.orders}
    bank = {line.place: line for line in books.lines}
    posted = {posting.journal_id: posting for posting in books.postings}
    places = set(bank)
    for order in books.orders:
        if order.at >= since:
            kinds = _moved(order, posted) | _posted(order, posted)
            places |= {(order.key, kind) for kind in kinds}
    found = [
        one
        for place in places
        if (one := _compared(place, bank.get(place), orders.get(place[0]), posted, until))
    ]
    beside = [*_paid_twice(books.lines, orders), *_unexplained(books)]
    found += [one for one in beside if since <= one.at <= until]
    return tuple(sorted(found, key=lambda one: (one.about, one.kind)))


def _moved(order: Order, posted: Mapping[str, BankPosting]) -> frozenset[MovementKind]:
    """What has been moved, as the case knows; of collections that came back, what was posted."""
    if (order.direction, order.state) == ("IN", "RETURNED"):
        return _posted(order, posted)
    return _MOVED.get((order.direction, order.state), frozenset())


def _posted(order: Order, posted: Mapping[str, BankPosting]) -> frozenset[MovementKind]:
    return frozenset(kind for kind in order.kinds if order.journal(kind) in posted)


def _compared(
    place: Place,
    line: BankLine | None,
    order: Order | None,
    posted: Mapping[str, BankPosting],
    until: datetime,
) -> Break | None:
    """One movement in three books."""
    key, kind = place
    at = max(one for one in (line and line.booked_at, order and order.at) if one)
    if at > until:
        return None
    at_bank = line.amount if line else None
    by_case = order.amount if order and kind in _moved(order, posted) else None
    in_ledger = _amount(order, kind, posted) if order else None
    what = _difference(order is not None, at_bank, by_case, in_ledger)
    if what is None:
        return None
    return Break(
        kind=what,
        about=f"{key}:{kind}",
        case_id=order.case_id if order else None,
        at=at,
        at_bank=at_bank,
        by_case=by_case,
        in_ledger=in_ledger,
    )


def _amount(order: Order, kind: MovementKind, posted: Mapping[str, BankPosting]) -> Money | None:
    posting = posted.get(order.journal(kind))
    if posting is None:
        return None
    return posting.left if (order.direction, kind) in _LEAVES else -posting.left


def _difference(
    known: bool,
    at_bank: Money | None,
    by_case: Money | None,
    in_ledger: Money | None,
) -> BreakKind | None:
    """Name the pattern of three columns; the first that holds, the gravest first."""
    if not known:
        return "UNKNOWN_TO_US"
    if by_case is None:
        return "UNTOLD" if at_bank is not None else "POSTED_ALONE"
    if at_bank is None:
        return "MISSING_AT_BANK"
    if in_ledger is None:
        return "NOT_POSTED"
    return None if at_bank == by_case == in_ledger else "AMOUNT_DIFFERS"


def _paid_twice(lines: Iterable[BankLine], orders: Mapping[str, Order]) -> list[Break]:
    """An obligation whose payments are not all but one come back."""
    gone: dict[str, list[BankLine]] = defaultdict(list)
    back: dict[str, int] = defaultdict(int)
    for line in lines:
        order = orders.get(line.key)
        if order is not None and line.kind == "PAY":
            gone[order.obligation_id].append(line)
        elif order is not None and line.kind == "RETURN":
            back[order.obligation_id] += 1
    owners = {order.obligation_id: order for order in orders.values()}
    return [
        Break(
            kind="PAID_TWICE",
            about=obligation,
            case_id=owners[obligation].case_id,
            at=max(line.booked_at for line in paid),
            at_bank=sum((line.amount for line in paid[1:]), paid[0].amount),
            by_case=owners[obligation].amount,
            in_ledger=None,
        )
        for obligation, paid in gone.items()
        if len(paid) - back[obligation] > 1
    ]


def _unexplained(books: Books) -> list[Break]:
    """What was posted to the bank account for no movement of any order."""
    explained = {order.journal(kind) for order in books.orders for kind in order.kinds}
    return [
        Break(
            kind="POSTED_ALONE",
            about=posting.journal_id,
            case_id=posting.case_id,
            at=datetime.combine(posting.value_date, time(12), UTC),
            at_bank=None,
            by_case=None,
            in_ledger=posting.left,
        )
        for posting in books.postings
        if posting.journal_id not in explained
    ]

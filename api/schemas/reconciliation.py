"""Days reconciled with the bank and breaks between the books, as callers ask for and see them."""

from datetime import date

from api.schemas.shapes import Day, Identifier, Moment, Page, PageQuery, Reason, Seen, Sent


class ReconciliationAsked(Sent):
    """Have a day compared, again if it was before."""

    day: Day


class ReconciliationSeen(Seen):
    """A day; ``doneAt`` is null until the workers have compared it."""

    day: date
    asked_at: Moment
    asked_by: str
    done_at: Moment | None
    lines: int | None
    """Movements on the bank's statement."""
    orders: int | None
    """Orders of cases."""
    breaks: int | None


class ReconciliationPage(Page):
    """A page of days, the latest first."""

    days: list[ReconciliationSeen]


class BreakSeen(Seen):
    """Where the bank's statement, the orders of cases and the ledger differ.

    Amounts are in major units; null: that book has no such movement. ``UNKNOWN_TO_US`` the bank
    moved money under a key that no case used · ``UNTOLD`` the bank moved it and no case knows ·
    ``MISSING_AT_BANK`` a case says it moved and the bank does not · ``NOT_POSTED``,
    ``POSTED_ALONE`` the ledger lacks it, or has it alone · ``AMOUNT_DIFFERS`` · ``PAID_TWICE`` one
    debt, two payments that stayed.

    Where the insurer's core system differs, ``atBank`` is what that system booked: ``CORE_UNTOLD``
    it did an order and we do not know · ``CORE_MISSING`` we hold an order for done and it never did
    it · ``CORE_NOT_POSTED`` our ledger lacks it · ``CORE_AMOUNT_DIFFERS`` · ``CORE_HELD`` a
    reservation past its time that nothing ended · ``CORE_CHANGED`` somebody else changed the policy
    there.
    """

    break_id: str
    kind: str
    about: str
    """The movement (``<key of the order>:PAY|RETURN|COLLECT``), the obligation or the journal."""
    case_id: str | None
    first_day: date
    last_day: date
    currency: str
    at_bank: str | None
    by_case: str | None
    in_ledger: str | None
    anomaly_id: str | None
    outcome: str | None
    note: str | None
    closed_by: str | None
    closed_at: Moment | None


class ReconciledDay(Seen):
    """A day with the breaks that its comparisons showed."""

    reconciliation: ReconciliationSeen
    breaks: list[BreakSeen]


class BreakQuery(PageQuery):
    """Which breaks to list."""

    closed: bool = False
    """Those that were closed, too."""


class BreakPage(Page):
    """A page of breaks, the oldest first."""

    breaks: list[BreakSeen]


class BreakClosed(Sent):
    """How a break was dealt with."""

    outcome: Identifier
    """RETRIED, RE_ACCOUNTED, SUSPENSE or COMPENSATED."""
    reason: Reason

"""What a case has written: its trail, its ledger, and whether its chain is whole."""

from typing import Any, Literal

from api.schemas.shapes import Moment, Page, Seen


class ObligationSeen(Seen):
    """Money owed, and every attempt to pay or collect it."""

    obligation_id: str
    direction: Literal["OUT", "IN"] = "OUT"
    """OUT: the insurer owes it. IN: it is collected from the customer."""
    amount: str
    currency: str
    state: str
    attempts: list[dict[str, Any]]


class TrailEntry(Seen):
    """One thing that happened."""

    instance_id: str
    seq: int
    at: Moment
    kind: str
    element: str | None
    name: str | None
    key: int | None
    data: dict[str, Any]


class TrailPage(Page):
    """A page of a case's trail, the oldest first."""

    entries: list[TrailEntry]


class LedgerLine(Seen):
    """One line of a journal."""

    journal_id: str
    value_date: str
    account: str
    side: Literal["DR", "CR"]
    amount: str
    """Yuan with two decimals."""
    currency: str
    reversal_of: str | None = None


class LedgerSeen(Seen):
    """What a case posted, and its payables."""

    lines: list[LedgerLine]
    obligations: list[ObligationSeen]


class AuditSeen(Seen):
    """Whether a case's hash chain is whole."""

    whole: bool
    records: int
    head: str
    broken_at: int | None = None
    reason: str = ""

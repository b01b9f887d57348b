"""What a claims system is told of an insured event 出险通知, and its word that it has it."""

from dataclasses import dataclass
from datetime import date, datetime

from workflows.domain.claims import ClaimEvent
from workflows.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimNotice:
    """A first notice: of which event on which policy; ids and amounts, nothing personal."""

    claim_no: str
    """Ours; also the key: the same notice again is the same notice."""
    case_id: str
    """Where what claims decides is sent: the key of its messages."""
    policy_no: str
    event: ClaimEvent
    event_on: date
    noticed_at: datetime
    proofs: tuple[str, ...]
    missing: tuple[str, ...]
    payable: Money
    """What would be due, overdue premium and debts taken off."""
    investigate: bool
    """The risk tables ask for a look (SIU)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReceipt:
    """The claims system's own number for it."""

    reference: str

"""A complaint 投诉 about a case: its cause by code, its limit, how it was decided."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

ComplaintCause = Literal[
    "DELAY", "REFUSAL", "AMOUNT", "PAPERS", "CONDUCT", "INFORMATION", "PRIVACY", "MIS_SELLING",
    "OTHER",
]  # fmt: skip
ComplaintOutcome = Literal["UPHELD", "PARTLY_UPHELD", "NOT_UPHELD", "WITHDRAWN"]
COMPLAINT_RULE: Final = "K-CMP"
"""The limit in the pack of the case; a complaint stops no clock of its case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """Registered on the day it arrives, decided by somebody who did not work on the case."""

    id: str
    case_id: str
    cause: ComplaintCause
    channel: str
    received_at: datetime
    registered_by: str
    due_on: date
    """The strict end; no rest day moves it."""
    due_at: datetime
    outcome: ComplaintOutcome | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str = ""
    """Why it was decided so."""
    complainants: int = 1
    """How many complain together; twenty who come in person are a major complaint (投诉办法 29)."""

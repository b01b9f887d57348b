"""A complaint 投诉 about a case: its cause by code, its limits, how it was decided and reviewed.

Two limits run side by side: 15 natural days (2020), 10 working days (2010); the stricter is
promised. A complex complaint may take 30, and with the approval of a senior 30 more.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

ComplaintCause = Literal[
    "DELAY", "REFUSAL", "AMOUNT", "PAPERS", "CONDUCT", "INFORMATION", "PRIVACY", "MIS_SELLING",
    "OTHER",
]  # fmt: skip
ComplaintOutcome = Literal["UPHELD", "PARTLY_UPHELD", "NOT_UPHELD", "WITHDRAWN"]
Extension = Literal["COMPLEX", "EXTENDED"]
COMPLAINT_RULE: Final = "K-CMP"
"""The limit in the pack of the case; a complaint stops no clock of its case."""
SERVICE_RULE: Final = "K-CMW"
"""The older limit in working days, tracked beside it where the law has one."""
EXTENSION_RULES: Final[dict[Extension, str]] = {"COMPLEX": "K-CMX", "EXTENDED": "K-CME"}
MIS_SELLING_RULE: Final = "K-MIS"
"""What a call-back found is solved within it, however complex, by somebody who sells nothing."""
ASKING_RULE, REVIEW_RULE = "K-CMA", "K-CMR"
"""How long a review may be asked for, and how long it may take."""
SENIOR_LEVEL: Final = 4
"""From this level on a complaint is extended beyond the complex one."""


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
    service_due_on: date | None = None
    """The end of the limit in working days."""
    extension: Extension | None = None
    facts: str | None = None
    basis: str | None = None
    """Of the decision: what was found, and on what law or contract it rests."""
    review_until: date | None = None
    """The last day on which a review may be asked for."""
    review_asked_at: datetime | None = None
    review_due_on: date | None = None
    review_outcome: ComplaintOutcome | None = None
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    review_reason: str | None = None
    target_on: date | None = None
    """The last working day by which it is meant to be decided, within every limit that runs."""

    @property
    def promised_on(self) -> date:
        """What the customer was promised: the stricter limit, unless it was extended."""
        if self.extension is not None or self.service_due_on is None:
            return self.due_on
        return min(self.due_on, self.service_due_on)

    @property
    def is_under_review(self) -> bool:
        """Whether a review was asked for that nobody has decided."""
        return self.review_asked_at is not None and self.reviewed_at is None

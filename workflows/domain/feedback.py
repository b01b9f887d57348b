"""Surveys 满意度 and the recovery tasks that a bad answer owes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

RECOVERY_CSAT = 2
"""A satisfaction of this or less owes a recovery task."""
RECOVERY_WORKING_DAYS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A transactional survey: asked once per case, answered at most once."""

    id: str
    case_id: str
    party_id: str
    type: Literal["CSAT"]
    sent_at: datetime
    csat: int | None = None
    comment: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """Somebody calls the dissatisfied customer back."""

    id: str
    survey_id: str
    case_id: str
    opened_at: datetime
    due_on: date
    closed_at: datetime | None = None
    outcome: str | None = None
    """What came of it, in words."""


def needs_recovery(csat: int) -> bool:
    """Whether an answer of 1 to 5 owes a recovery task."""
    return csat <= RECOVERY_CSAT

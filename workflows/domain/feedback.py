"""Surveys 满意度: what is asked, when, of whom; and the recovery tasks that a bad answer owes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, Literal

from workflows.domain.findings import APPLICANT_DIED, COMPLAINT, Anomaly
from workflows.domain.jurisdiction import Law

RECOVERY_CSAT = 2
"""A satisfaction of this or less owes a recovery task."""
RECOVERY_NPS: Final = 6
"""So does a recommendation of this or less: who gives it is a detractor."""
RECOVERY_WORKING_DAYS = 1
PROMOTER: Final = 9
"""From this recommendation on a customer is a promoter."""
NPS_PAUSE: Final = timedelta(days=90)
"""Nobody is asked for a recommendation more often."""
QUIET_FROM, QUIET_UNTIL = "quiet.from", "quiet.until"
"""The hours between which nobody is asked: figures of the pack, of the day in its zone."""
_UNASKED: Final = frozenset({COMPLAINT, APPLICANT_DIED})
_SUSPECT: Final = frozenset({"FRAUD", "REPORTED"})


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
    effort: int | None = None
    """How easy it was, 1 (very hard) to 7 (very easy)."""
    asks_nps: bool = False
    """Whether it asks for a recommendation, too: of each customer once in ninety days."""
    nps: int | None = None
    """How likely the customer is to recommend us, 0 to 10."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a customer answered; only satisfaction has to be there."""

    csat: int
    effort: int | None = None
    nps: int | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyChoice:
    """Whether a person wants to be asked at all; who never said anything does."""

    party_id: str
    wanted: bool
    channel: str
    """How the person said so."""
    chosen_at: datetime
    recorded_by: str


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


def needs_recovery(answered: Survey) -> bool:
    """Whether an answer owes a recovery task."""
    csat, nps = answered.csat, answered.nps
    return (csat is not None and csat <= RECOVERY_CSAT) or (nps is not None and nps <= RECOVERY_NPS)


def recommends(nps: int) -> int:
    """What a recommendation adds to the net promoter score: 1, 0 or -1."""
    return int(nps >= PROMOTER) - int(nps <= RECOVERY_NPS)


def may_be_asked(found: Collection[Anomaly]) -> bool:
    """Whether a case lets its customer be asked: not after a complaint, a death or a fraud."""
    return not any(each.reason in _UNASKED or each.outcome in _SUSPECT for each in found)


def quiet_until(at: datetime, law: Law) -> datetime | None:
    """When customers may be asked again; None: they may be asked now.

    Quiet hours reach over midnight; a law without them has none.
    """
    nothing = Decimal(0)
    begins, ends = (int(law.figure_or(name, nothing)) for name in (QUIET_FROM, QUIET_UNTIL))
    if begins == ends or ends <= at.hour < begins:
        return None
    morning = datetime.combine(at.date(), time(ends), at.tzinfo)
    return morning if at.hour < ends else morning + timedelta(days=1)

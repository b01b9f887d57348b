"""What verification found; what is anomalous, and who must deal with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

from workflows.domain.authority import Operator
from workflows.domain.calendar import WorkingCalendar
from workflows.domain.canonical import JsonObject
from workflows.domain.ids import derive

VerificationType = Literal["ID", "FACE", "ACCOUNT", "DOC", "CONSENT", "ELIG", "SCREEN", "CONFLICT"]
AnomalyClass = Literal[
    "DATA", "DOC", "IDENTITY", "CONSENT", "ELIGIBILITY", "RISK", "MONEY", "SYSTEM", "CONFLICT",
    "LEGAL_HOLD", "SLA", "CUSTOMER",
]  # fmt: skip

COMPLAINT, APPLICANT_DIED = "COMPLAINT", "APPLICANT_DIED"
"""Reasons of class CUSTOMER: a complaint, named by the detail; the applicant's death."""
UNDELIVERABLE = "UNDELIVERABLE"
"""Reason of an anomaly: a contact point, named by its detail, refuses what we send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """One check 核验 and its result; never changed afterwards."""

    id: str
    case_id: str
    subject: str
    """What was checked: the id of a party, account, document or policy."""
    type: VerificationType
    provider: str
    result: str
    at: datetime
    score: str | None = None
    expires_at: datetime | None = None
    evidence: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnomalyRoute:
    """Who deals with a class of anomaly, how long it may take, how it may end."""

    queue: str
    working_days: int | None
    """None: no limit of its own; the case's clocks go on (or stop, by class)."""
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """An anomaly 异常 of a case: a record, not a log line."""

    id: str
    case_id: str
    class_: AnomalyClass
    reason: str
    route: str
    opened_at: datetime
    due_on: date | None
    detail: str = ""
    element: str | None = None
    outcome: str | None = None
    note: str = ""
    closed_at: datetime | None = None


ANOMALY_ROUTES: Mapping[AnomalyClass, AnomalyRoute] = MappingProxyType({
    "DATA": AnomalyRoute(
        queue="applicant", working_days=5, outcomes=("CORRECTED", "WITHDRAWN")
    ),
    "DOC": AnomalyRoute(
        queue="applicant", working_days=5,
        outcomes=("SUPPLEMENTED", "WITHDRAWN", "TIMED_OUT"),
    ),
    "IDENTITY": AnomalyRoute(
        queue="manual-verification", working_days=0,
        outcomes=("CONFIRMED", "RETRY_IN_PERSON", "REJECTED", "FRAUD"),
    ),
    "CONSENT": AnomalyRoute(
        queue="consent-desk", working_days=10, outcomes=("OBTAINED", "REJECTED")
    ),
    "ELIGIBILITY": AnomalyRoute(
        queue="applicant", working_days=5, outcomes=("ALTERNATIVE_ITEM", "REJECTED")
    ),
    "RISK": AnomalyRoute(
        queue="risk-desk", working_days=1,
        outcomes=("RELEASED", "REJECTED", "REPORTED"),
    ),
    "MONEY": AnomalyRoute(
        queue="finance", working_days=1,
        outcomes=("RETRIED", "RE_ACCOUNTED", "SUSPENSE", "COMPENSATED"),
    ),
    "SYSTEM": AnomalyRoute(
        queue="ops", working_days=1,
        outcomes=("REPLAYED", "QUERY_RESOLVED", "REPAIRED"),
    ),
    "CONFLICT": AnomalyRoute(
        queue="case-owner", working_days=1,
        outcomes=("REBASED", "QUEUED", "CANCELLED"),
    ),
    "LEGAL_HOLD": AnomalyRoute(
        queue="legal", working_days=None, outcomes=("RELEASED", "UPHELD")
    ),
    "SLA": AnomalyRoute(
        queue="supervisor", working_days=1,
        outcomes=("REASSIGNED", "NOTICE_SENT", "CONTINUED"),
    ),
    "CUSTOMER": AnomalyRoute(
        queue="case-owner", working_days=1,
        outcomes=("CANCELLED", "COMPLAINT_LINKED", "HEIRS"),
    ),
})  # fmt: skip

_DESKS = frozenset(("manual-verification", "risk-desk", "finance", "ops", "legal"))
"""Queues that are a group of operators of their own."""
_LEAD, _CLERK = 3, 1


def may_deal(operator: Operator, queue: str) -> bool:
    """Whether an operator deals with a queue: its desk, a lead, or anybody of a level."""
    if queue in _DESKS:
        return queue in operator.groups
    return operator.level >= (_LEAD if queue == "supervisor" else _CLERK)


_HOLDING: frozenset[AnomalyClass] = frozenset({"IDENTITY", "RISK", "LEGAL_HOLD"})
_AGAINST = frozenset({"REJECTED", "FRAUD", "UPHELD", "REPORTED"})


def held_by(anomalies: Iterable[Anomaly]) -> Anomaly | None:
    """Return what holds a case up, or ended it, by law: the reason that its limits are not kept."""
    return next(
        (
            one
            for one in anomalies
            if one.class_ in _HOLDING and (one.closed_at is None or one.outcome in _AGAINST)
        ),
        None,
    )


def anomaly_due(kind: AnomalyClass, opened_on: date, calendar: WorkingCalendar) -> date | None:
    """The day by which an anomaly of a class must be dealt with."""
    days = ANOMALY_ROUTES[kind].working_days
    return None if days is None else calendar.add_working_days(opened_on, days).on


def missed(case_id: str, rule_id: str, at: datetime, element: str | None = None) -> Anomaly:
    """A limit that was missed: one record, whoever finds it."""
    reason = f"{rule_id}_BREACH"
    return Anomaly(
        id=derive("AN", case_id, reason),
        case_id=case_id,
        class_="SLA",
        reason=reason,
        route=ANOMALY_ROUTES["SLA"].queue,
        opened_at=at,
        due_on=None,
        element=element,
    )


def may_close(kind: AnomalyClass, outcome: str) -> bool:
    """Whether an anomaly of a class may end with ``outcome``."""
    return outcome in ANOMALY_ROUTES[kind].outcomes

"""A servicing case 保全案件: its facts and the table of its statuses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal, get_args

from workflows.domain.canonical import JsonObject, content_hash

CaseStatus = Literal[
    "DRAFT", "SUBMITTED", "AWAITING_SUPPLEMENT", "ACCEPTED", "VERIFYING", "RISK_HOLD",
    "UNDERWRITING", "APPROVAL", "AWAITING_PREMIUM", "RESERVED", "EXECUTING", "PAYOUT_PENDING",
    "COMPLETED", "FOLLOW_UP", "CLOSED", "WITHDRAWN", "REJECTED", "EXPIRED", "COMPENSATING",
    "CANCELLED", "REVERSED", "SUPERSEDED",
]  # fmt: skip
CASE_STATUSES: tuple[CaseStatus, ...] = get_args(CaseStatus)

FINAL_STATUSES: frozenset[CaseStatus] = frozenset({
    "CLOSED", "WITHDRAWN", "REJECTED", "EXPIRED", "CANCELLED", "REVERSED", "SUPERSEDED",
})  # fmt: skip

_EXITS: tuple[CaseStatus, ...] = ("WITHDRAWN", "REJECTED", "EXPIRED", "SUPERSEDED", "COMPENSATING")

CASE_STEPS: Mapping[CaseStatus, frozenset[CaseStatus]] = MappingProxyType({
    "DRAFT": frozenset({"SUBMITTED", "WITHDRAWN"}),
    "SUBMITTED": frozenset({"AWAITING_SUPPLEMENT", "ACCEPTED", "VERIFYING", *_EXITS}),
    "AWAITING_SUPPLEMENT": frozenset({
        "ACCEPTED", "VERIFYING", "UNDERWRITING", "APPROVAL", *_EXITS,
    }),
    "ACCEPTED": frozenset({
        "AWAITING_SUPPLEMENT", "VERIFYING", "RISK_HOLD", "APPROVAL", "AWAITING_PREMIUM", *_EXITS,
    }),
    "VERIFYING": frozenset({
        "AWAITING_SUPPLEMENT", "ACCEPTED", "RISK_HOLD", "UNDERWRITING", "APPROVAL",
        "AWAITING_PREMIUM", *_EXITS,
    }),
    "RISK_HOLD": frozenset({"VERIFYING", "ACCEPTED", "UNDERWRITING", "APPROVAL", *_EXITS}),
    "UNDERWRITING": frozenset({"APPROVAL", "RISK_HOLD", *_EXITS}),
    "APPROVAL": frozenset({
        "VERIFYING", "RISK_HOLD", "AWAITING_PREMIUM", "RESERVED", "EXECUTING", *_EXITS,
    }),
    "AWAITING_PREMIUM": frozenset({"RESERVED", "EXECUTING", *_EXITS}),
    "RESERVED": frozenset({"VERIFYING", "APPROVAL", "EXECUTING", *_EXITS}),
    "EXECUTING": frozenset({
        "VERIFYING", "APPROVAL", "PAYOUT_PENDING", "COMPLETED", "COMPENSATING", "SUPERSEDED",
    }),
    "PAYOUT_PENDING": frozenset({"COMPLETED", "COMPENSATING", "REVERSED", "SUPERSEDED"}),
    "COMPLETED": frozenset({"FOLLOW_UP", "CLOSED", "COMPENSATING", "REVERSED"}),
    "FOLLOW_UP": frozenset({"CLOSED", "COMPENSATING"}),
    "COMPENSATING": frozenset({"CANCELLED", "REVERSED", "SUPERSEDED"}),
    **{final: frozenset[CaseStatus]() for final in FINAL_STATUSES},
})  # fmt: skip
"""Which status may follow which; lint compares a model's statuses with it."""


def ended_from_outside(status: CaseStatus) -> CaseStatus:
    """Where a case stands that did not end by its model: what was completed is closed."""
    if status in FINAL_STATUSES:
        return status
    return "CLOSED" if status in {"COMPLETED", "FOLLOW_UP"} else "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as the database knows it; the workflow is the authority for where it stands."""

    id: str
    process_id: str
    version: int
    program_hash: str
    status: CaseStatus
    policy_no: str
    item: str
    channel: str
    notice_arrived_at: datetime
    applicant_party_id: str
    applicant_role: str
    started_by: str
    accepted_at: datetime
    """When the API accepted it (business time)."""
    variables: JsonObject = field(default_factory=dict)
    """Wire-encoded start variables: enough to start the workflow again."""
    clock_offset: float = 0.0
    fingerprint: str | None = None
    duplicate_of: str | None = None
    start_element: str | None = None
    """The start event that began it; None: the door did."""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    outcome: str | None = None
    pack: str | None = None
    """The jurisdiction pack it is bound to, since it was accepted."""
    pack_hash: str | None = None
    device: str | None = None
    """The device that the request came from, by its hash."""
    incidents: int = 0
    """How many are open."""


def may_follow(status: CaseStatus, following: CaseStatus) -> bool:
    """Whether a case may go from one status to another."""
    return following == status or following in CASE_STEPS[status]


def unknown_statuses(words: Iterable[str]) -> tuple[str, ...]:
    """The words that are no status of a case: a model that sets one is refused at deploy."""
    return tuple(sorted(set(words) - set(CASE_STATUSES)))


def fingerprint(policy_no: str, item: str, payload: JsonObject) -> str:
    """What makes two requests the same request: policy, item and payload."""
    return content_hash({"policyNo": policy_no, "item": item, "payload": payload})

"""Those who work on cases, as the registry has them: authority lent, absences, certificates."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from api.schemas.emergency import EmergencyGrantSeen
from api.schemas.payment_account import Yuan
from api.schemas.shapes import (
    WHOLE,
    Day,
    Identifier,
    Instant,
    Moment,
    Reason,
    Seen,
    Sent,
)
from workflows.domain.items import Item

Level = Annotated[int, Field(ge=1, le=6), WHOLE]


class DelegationMade(Sent):
    """Own authority, lent for a time and for some items; it is not lent further."""

    items: Annotated[list[Item], Field(min_length=1, max_length=60)]
    maximum: Yuan | None = None
    """Up to how much; as far as the own limit when absent, and never beyond."""
    since: Instant | None = None
    """Now when absent."""
    until: Instant
    reason: Reason


class DelegationSeen(Seen):
    """Authority that somebody has lent."""

    delegation_id: str
    given_by: str
    given_to: str
    items: list[str]
    maximum: str | None
    since: Moment
    until: Moment
    reason: str
    revoked_at: Moment | None
    revoked_by: str | None
    revoked_reason: str | None


class AbsenceTold(Sent):
    """Somebody will be away."""

    substitute: Identifier | None = None
    """Who sees and may take the work in hand; the group alone when absent."""
    since: Instant | None = None
    """Now when absent."""
    until: Instant
    reason: Reason


class AbsenceSeen(Seen):
    """When somebody is away."""

    absence_id: str
    operator_id: str
    substitute: str | None
    since: Moment
    until: Moment
    reason: str
    told_by: str
    ended_at: Moment | None
    ended_reason: str | None


class CertificateEntered(Sent):
    """A qualification that somebody holds."""

    type: Identifier
    valid_from: Instant
    valid_to: Instant
    reason: Reason


class CertificateSeen(Seen):
    """A certificate, and whether it counts now."""

    certificate_id: str
    operator_id: str
    type: str
    valid_from: Moment
    valid_to: Moment
    revoked_at: Moment | None
    revoked_reason: str | None
    is_valid: bool


class OperatorEntry(Seen):
    """An entry of the registry."""

    operator_id: str
    unit: str
    level: int
    roles: list[str]
    groups: list[str]
    status: Literal["ACTIVE", "SUSPENDED", "LEFT"]


class RegistryActSeen(Seen):
    """What was done to an entry, by whom and why."""

    act: Literal["enter", "change", "suspend", "resume", "leave", "interests"]
    proposed_by: str | None
    """The first of two; null where one is enough."""
    by: str
    reason: str
    at: Moment


class OperatorSeen(OperatorEntry):
    """An entry of the registry, with who stands in for whom."""

    interests: list[str] | None
    """Policies and persons of conflicting interest; null to who is neither admin nor auditor, nor
    the person."""
    history: list[RegistryActSeen] | None
    """What was done to the entry, the newest first; shown to the same."""
    is_absent: bool
    certificates: list[CertificateSeen]
    delegations: list[DelegationSeen]
    """Given and received, the newest first."""
    absences: list[AbsenceSeen]
    emergency_grants: list[EmergencyGrantSeen]
    """The newest first, with what their reviews found."""


class Reasoned(Sent):
    """Why."""

    reason: Reason


class LimitSet(Sent):
    """Up to how much a level may decide for an item, from a day on."""

    item: Item
    level: Level
    maximum: Yuan | None = None
    """Without limit when absent."""
    effective_from: Day
    reason: Reason


class LimitSeen(Seen):
    """A limit and its version, which decisions name."""

    item: str
    level: int
    maximum: str | None
    version: int
    effective_from: date


class LimitsSeen(Seen):
    """The limits in force, by level."""

    limits: list[LimitSeen]

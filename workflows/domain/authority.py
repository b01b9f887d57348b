"""Authority 权限: levels, amount limits, and who may do what on which task."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from workflows.domain.money import Money

OperatorRole = Literal["back_office", "supervisor", "risk", "legal", "ops", "auditor", "admin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Proof of a qualification 资格."""

    id: str
    type: str
    valid_from: datetime
    valid_to: datetime
    revoked_at: datetime | None = None
    revoked_reason: str | None = None

    def is_valid(self, at: datetime) -> bool:
        """Whether it counts at an instant; money knows no grace."""
        revoked = self.revoked_at is not None and self.revoked_at <= at
        return self.valid_from <= at < self.valid_to and not revoked


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """A person who works on cases 人员."""

    id: str
    """The JWT subject."""
    party_id: str | None
    unit: str
    level: int
    """L0 (none) to L6."""
    roles: tuple[OperatorRole, ...]
    groups: tuple[str, ...]
    """Desks beside the levels: risk-desk, legal, finance…"""
    status: Literal["ACTIVE", "SUSPENDED", "LEFT"]
    certificates: tuple[Certificate, ...] = ()
    conflicts: tuple[str, ...] = ()
    """Policies and parties of conflicting interest: own, family, as agent."""
    agent_id: str | None = None
    """Registration number when the operator is an agent."""
    mail: str | None = None
    """Where alarms of time limits go."""

    @property
    def candidate_groups(self) -> tuple[str, ...]:
        """Every group whose tasks this operator may see: own level and below, and desks."""
        return (*(f"L{level}" for level in range(1, self.level + 1)), *self.groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityLimit:
    """Up to how much a level may decide for an item; None: without limit."""

    level: int
    item: str
    maximum: Money | None
    version: int
    effective_from: date

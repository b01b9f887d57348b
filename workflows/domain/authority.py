"""Authority 权限: levels, amount limits, and who may do what on which task."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final, Literal

from workflows.domain.money import Money

OperatorRole = Literal["back_office", "supervisor", "risk", "legal", "ops", "auditor", "admin"]
CHECKING_LEVEL: Final = 2
"""From this level on somebody checks what others made."""
GRACE_DAYS: Final = 7
"""Natural days after its end for which a certificate still counts where no money moves; CFG."""
_INSTANT: Final = timedelta(microseconds=1)


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
        return self.valid_from <= at < self.valid_to and not self._is_revoked(at)

    def in_grace_until(self, at: datetime, zone: tzinfo) -> datetime | None:
        """When the grace ends that an instant lies in; None: it lies in none.

        The days after the last one of validity count, to the end of the last of them in the zone.
        """
        last = (self.valid_to - _INSTANT).astimezone(zone).date()
        ends = datetime.combine(last + timedelta(days=GRACE_DAYS + 1), time(), tzinfo=zone)
        return ends if self.valid_to <= at < ends and not self._is_revoked(at) else None

    def _is_revoked(self, at: datetime) -> bool:
        return self.revoked_at is not None and self.revoked_at <= at


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
class RegistryAct:
    """What was done to an entry of the registry: entered, changed, or ended."""

    operator_id: str
    act: str
    by: str
    """Who did it; where it takes two, who agreed."""
    reason: str
    at: datetime
    proposed_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityLimit:
    """Up to how much a level may decide for an item; None: without limit."""

    level: int
    item: str
    maximum: Money | None
    version: int
    effective_from: date

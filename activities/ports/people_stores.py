"""What the insurer keeps of those who stand in for each other."""

from datetime import datetime
from typing import Protocol

from workflows.domain.emergency import EmergencyGrant
from workflows.domain.standing_in import Delegation


class StandIns(Protocol):
    """Delegated authority and absences."""

    async def lent_to(self, operator_id: str, at: datetime) -> tuple[Delegation, ...]:
        """What others have lent somebody at an instant."""
        ...

    async def is_absent(self, operator_id: str, at: datetime) -> bool:
        """Whether somebody is away at an instant."""
        ...

    async def substitutes_for(self, operator_id: str, at: datetime) -> tuple[str, ...]:
        """Who is away at an instant, and has this person as substitute."""
        ...


class Emergencies(Protocol):
    """Levels that somebody has for a few hours."""

    async def granted_to(self, operator_id: str, at: datetime) -> tuple[EmergencyGrant, ...]:
        """What somebody was granted and may use at an instant."""
        ...

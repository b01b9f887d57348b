"""Commission taken back 佣金追回: the event that the commission system settles with the agent."""

from dataclasses import dataclass
from datetime import datetime

from workflows.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ClawBack:
    """A contract taken back in cooling-off: its agent keeps no commission on it."""

    id: str
    case_id: str
    policy_no: str
    policy_version: int
    """The version that ended the contract: each change is clawed back once."""
    agent_id: str
    premiums: Money
    """Refunded; what commission was paid on."""
    at: datetime
    voided_at: datetime | None = None
    """The contract was restored."""

"""Agents who leave, as callers tell and see it."""

from datetime import date

from api.schemas.shapes import Day, Reason, Seen, Sent


class AgentLeft(Sent):
    """An agent has left."""

    left_on: Day
    """The day on which the formalities of leaving were done: the time limit runs from here."""
    reason: Reason | None = None


class DepartureSeen(Seen):
    """What became of the policies an agent left behind."""

    agent_id: str
    left_on: date
    notice_due_on: date
    """The last day on which holders may hear of it (销售行为管理办法 art. 36)."""
    notice_target_on: date
    """The last working day up to then: when the notices are meant to be out."""
    policies: int
    told: int
    """Whose holder was written to."""
    assigned: int
    """Served by somebody else, or ended meanwhile."""

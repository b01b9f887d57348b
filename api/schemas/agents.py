"""Agents who leave, as callers tell and see it."""

from datetime import date

from pydantic import ConfigDict

from api.schemas.shapes import Day, Reason, Seen, Sent


class AgentLeft(Sent):
    """An agent has left."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"leftOn": "2026-09-01", "reason": "Retired."}]}
    )

    left_on: Day
    """The day on which the formalities of leaving were done: the time limit runs from here."""
    reason: Reason | None = None
    """Stands in the audit trail."""
    dry_run: bool = False
    """Only say how many policies would become orphans, and by when their holders have to know."""


class DepartureSeen(Seen):
    """What became of the policies an agent left behind."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "agentId": "AG-S16",
                    "dryRun": False,
                    "leftOn": "2026-09-01",
                    "noticeDueOn": "2026-10-01",
                    "noticeTargetOn": "2026-09-30",
                    "policies": 2,
                    "told": 2,
                    "assigned": 1,
                }
            ]
        }
    )

    agent_id: str
    dry_run: bool = False
    """Nothing was written; it would be so."""
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

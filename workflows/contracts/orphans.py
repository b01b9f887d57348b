"""Execution 操作 for policies whose agent has left 孤儿单: marked, and given to another agent."""

from collections.abc import Mapping
from datetime import date, datetime

from workflows.contracts.activity import ActivityContract, Request, Result


class MarkOrphanRequest(Request):
    """Mark a policy: its agent has left."""

    policy_no: str
    agent_id: str
    left_on: date


class MarkOrphanResult(Result):
    """The version it made, and by when the holder has to know."""

    policy_version: int
    notice_due: datetime
    notice_target: datetime


class AssignAgentRequest(Request):
    """Give a policy to another agent."""

    policy_no: str
    agent_id: str
    """Who served it until now."""
    new_agent_id: str | None = None


class AssignAgentResult(Result):
    """The version it made, and the unit that serves the policy from now on."""

    policy_version: int
    servicing_unit: str


CONTRACTS: Mapping[str, ActivityContract] = {
    contract.type: contract
    for contract in (
        ActivityContract(
            type="execution.mark_orphan",
            runs="local",
            request=MarkOrphanRequest,
            result=MarkOrphanResult,
            faults=("NO_ORPHAN",),
        ),
        ActivityContract(
            type="execution.assign_agent",
            runs="local",
            request=AssignAgentRequest,
            result=AssignAgentResult,
            faults=("NO_ORPHAN", "AGENT_UNFIT"),
        ),
    )
}

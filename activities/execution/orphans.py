"""``execution.mark_orphan``, ``execution.assign_agent``: a policy whose agent has left."""

from dataclasses import replace
from typing import Final

from activities.errors import Fault
from activities.execution.quoting import find_policy
from activities.ports import Books
from activities.step import Done, Job, Local
from workflows.contracts.orphans import (
    AssignAgentRequest,
    AssignAgentResult,
    MarkOrphanRequest,
    MarkOrphanResult,
)
from workflows.domain.agents import ITEM, NOTICE_RULE, Agent, is_served, notice_limit
from workflows.domain.clocks import Clock
from workflows.domain.policy import Policy

_FLAG: Final = "ORPHAN"


async def _mark(job: Job, request: MarkOrphanRequest, books: Books) -> Done[MarkOrphanResult]:
    policy = await _policy_of(books, request.policy_no, request.agent_id)
    flags = policy.flags if _FLAG in policy.flags else (*policy.flags, _FLAG)
    version = await books.policies.commit(
        replace(policy, flags=flags),
        cause=_FLAG,
        case_id=job.case_id,
        at=job.at,
        reservation_id=None,
    )
    law = await books.packs.of_case(job.case_id)
    calendar = await books.calendars.load(law.pack.calendar)
    due = notice_limit(law.clock(NOTICE_RULE), request.left_on, calendar, job.zone)
    await books.clocks.start(Clock(case_id=job.case_id, deadline=due.limit))
    return Done(
        result=MarkOrphanResult(
            policy_version=version.no, notice_due=due.limit.due_strict, notice_target=due.target
        ),
        detail={
            "policyNo": policy.policy_no,
            "policyVersion": version.no,
            "before": version.before_hash,
            "after": version.after_hash,
            "agent": request.agent_id,
            "leftOn": request.left_on,
            "noticeDue": due.limit.due_strict,
        },
    )


async def _assign(job: Job, request: AssignAgentRequest, books: Books) -> Done[AssignAgentResult]:
    policy = await _policy_of(books, request.policy_no, request.agent_id)
    agent = await _fit(books, request)
    version = await books.policies.commit(
        replace(
            policy,
            agent_id=agent.id,
            servicing_unit=agent.unit,
            flags=tuple(flag for flag in policy.flags if flag != _FLAG),
        ),
        cause=ITEM,
        case_id=job.case_id,
        at=job.at,
        reservation_id=None,
    )
    return Done(
        result=AssignAgentResult(policy_version=version.no, servicing_unit=agent.unit),
        detail={
            "policyNo": policy.policy_no,
            "policyVersion": version.no,
            "before": version.before_hash,
            "after": version.after_hash,
            "agent": agent.id,
            "agentBefore": request.agent_id,
        },
    )


async def _policy_of(books: Books, policy_no: str, agent_id: str) -> Policy:
    """The policy, as long as it still is one that the agent left behind."""
    policy = await find_policy(books, policy_no)
    if not is_served(policy.state) or policy.agent_id != agent_id:
        raise Fault("NO_ORPHAN", "The policy has ended, or is served by somebody else.")
    return policy


async def _fit(books: Books, request: AssignAgentRequest) -> Agent:
    agent = await books.agents.get(request.new_agent_id) if request.new_agent_id else None
    if agent is None or agent.status != "ACTIVE":
        raise Fault("AGENT_UNFIT", "There is no such agent at work.")
    return agent


MARK_ORPHAN = Local(run=_mark)
ASSIGN_AGENT = Local(run=_assign)

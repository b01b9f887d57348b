"""An agent leaves: one case for every policy left behind, all in the transaction that says so."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date
from typing import Final

from api.answers import Once
from api.dependencies import Deployment
from api.intake import case_id_of, wire
from api.problems import Problem
from api.schemas.agents import AgentLeft, DepartureSeen
from infra.db.book.agents import left
from infra.db.events.definitions import Definition
from infra.db.unit_of_work import ReadingRoom, UnitOfWork
from workflows.domain.agents import ITEM, NOTICE_RULE, Agent, Departure, notice_limit
from workflows.domain.case import Case

PROCESS: Final = "orphan_policy"
_CHANNEL: Final = "INTERNAL"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaving:
    """An agent who may leave, and the policies with their holders that are left behind."""

    agent: Agent
    left_on: date
    process: Definition
    served: tuple[tuple[str, str], ...]


async def depart(
    books: UnitOfWork, agent_id: str, told: AgentLeft, composed: Deployment, asked: Once
) -> DepartureSeen:
    """Write down that the agent has left and take in a case per policy; the relay starts them."""
    leaving = await _leaving(books, agent_id, told, composed)
    left_on = leaving.left_on
    about = (agent_id, left_on)
    cases = list(_cases(leaving.served, leaving.process, about, composed, asked))
    for case in cases:
        await books.acceptance.enter(case, {"agentId": agent_id, "leftOn": left_on.isoformat()})
    change = left(
        agent_id,
        left_on,
        len(cases),
        by=asked.caller.subject,
        at=composed.now().astimezone(UTC),
        reason=told.reason,
    )
    await books.agents.leave(
        agent_id, left_on, [(case.id, case.policy_no) for case in cases], by=change
    )
    departure = await books.agents.departure(agent_id)
    assert departure is not None  # noqa: S101 - just written
    return await seen(departure, books, composed)


async def preview(
    room: ReadingRoom, agent_id: str, told: AgentLeft, composed: Deployment
) -> DepartureSeen:
    """Return what telling it would bring about."""
    leaving = await _leaving(room, agent_id, told, composed)
    departure = Departure(
        agent=replace(leaving.agent, status="LEFT", left_on=leaving.left_on),
        policies=len(leaving.served),
        told=0,
        assigned=0,
    )
    found = await seen(departure, room, composed)
    return found.model_copy(update={"dry_run": True})


async def departed(room: ReadingRoom, agent_id: str, composed: Deployment) -> DepartureSeen:
    """Return how far the policies of an agent who left have come."""
    departure = await room.agents.departure(agent_id)
    if departure is None:
        raise unknown()
    return await seen(departure, room, composed)


async def seen(
    departure: Departure, books: UnitOfWork | ReadingRoom, composed: Deployment
) -> DepartureSeen:
    """Return a departure as callers see it."""
    left_on = departure.agent.left_on
    assert left_on is not None  # noqa: S101 - nobody departs without a day
    law = await books.packs.of_deployment(left_on)
    calendar = await books.calendars.load(law.pack.calendar)
    rule = law.clock(NOTICE_RULE)
    due = notice_limit(rule, left_on, calendar, composed.zone)
    return DepartureSeen(
        agent_id=departure.agent.id,
        left_on=left_on,
        notice_due_on=due.limit.due_on,
        notice_target_on=due.target.date(),
        policies=departure.policies,
        told=departure.told,
        assigned=departure.assigned,
    )


def unknown() -> Problem:
    """Return the refusal of an agent nobody knows, or who is still at work."""
    return Problem(
        404, "unknown-agent", "There is no such agent, or no departure of such an agent."
    )


async def _leaving(
    books: UnitOfWork | ReadingRoom, agent_id: str, told: AgentLeft, composed: Deployment
) -> _Leaving:
    """Look at all that a departure needs; raises Problem where it cannot be."""
    left_on = _not_in_future(told, composed)
    agent = await books.agents.get(agent_id)
    if agent is None:
        raise unknown()
    if agent.status == "LEFT":
        raise Problem(409, "agent-has-left", f"The agent left on {agent.left_on}.")
    process = await books.definitions.latest(PROCESS)
    if process is None:
        raise Problem(422, "unknown-process", "The process for orphan policies is not deployed.")
    today = composed.now().astimezone(composed.zone).date()
    served = await books.agents.served(agent_id, today)
    return _Leaving(agent=agent, left_on=left_on, process=process, served=served)


def _not_in_future(told: AgentLeft, composed: Deployment) -> date:
    left_on = date.fromisoformat(told.left_on)
    if left_on > composed.now().astimezone(composed.zone).date():
        raise Problem(422, "departure-in-future", "leftOn lies in the future.")
    return left_on


def _cases(
    served: tuple[tuple[str, str], ...],
    found: Definition,
    about: tuple[str, date],
    composed: Deployment,
    asked: Once,
) -> Iterator[Case]:
    agent_id, left_on = about
    now = composed.now().astimezone(UTC)
    for policy_no, holder in served:
        case_id = case_id_of(f"{asked.request_id}/{policy_no}")
        plain: dict[str, object] = {
            "caseId": case_id,
            "policyNo": policy_no,
            "holderPartyId": holder,
            "agentId": agent_id,
            "leftOn": left_on.isoformat(),
        }
        yield Case(
            id=case_id,
            process_id=found.process_id,
            version=found.version,
            program_hash=found.bundle_hash,
            status="SUBMITTED",
            policy_no=policy_no,
            item=ITEM,
            channel=_CHANNEL,
            notice_arrived_at=now,
            applicant_party_id=holder,
            applicant_role="PH",
            started_by=asked.caller.subject,
            accepted_at=now,
            variables=wire(plain),
            clock_offset=composed.clock_offset,
        )

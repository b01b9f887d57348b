"""Agents of record: who serves policies, who has left, and what became of their policies."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.locking import to_change
from infra.db.connections.rows import to_noun
from infra.db.tables import cases, people, policies
from workflows.domain.agents import NOTICE_RULE, Agent, Departure, is_served
from workflows.domain.audit import Change

_agents = people.agents
_orphaned = people.orphaned_policies


class AgentTable:
    """Agents, and the cases about the policies they left behind."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def get(self, agent_id: str) -> Agent | None:
        """An agent by id."""
        query = to_change(self._connection, select(_agents).where(_agents.c.id == agent_id))
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(Agent, row)

    async def served(self, agent_id: str, on: date) -> tuple[tuple[str, str], ...]:
        """Number and holder of every policy of an agent that still needs somebody, in order."""
        roles, books = policies.policy_roles, policies.policies
        query = (
            select(books.c.policy_no, books.c.state, roles.c.party_id)
            .join(roles, roles.c.policy_no == books.c.policy_no)
            .where(
                books.c.agent_id == agent_id,
                roles.c.kind == "PH",
                roles.c.since <= on,
                roles.c.until.is_(None) | (roles.c.until > on),
            )
            .order_by(books.c.policy_no)
        )
        rows = await self._connection.execute(query)
        return tuple((row.policy_no, row.party_id) for row in rows if is_served(row.state))

    async def leave(
        self, agent_id: str, left_on: date, orphans: Iterable[tuple[str, str]], *, by: Change
    ) -> None:
        """Write down that an agent has left, and which case is about which policy."""
        await self._connection.execute(
            update(_agents).where(_agents.c.id == agent_id).values(status="LEFT", left_on=left_on)
        )
        rows = [
            {"case_id": case_id, "agent_id": agent_id, "policy_no": policy_no}
            for case_id, policy_no in orphans
        ]
        if rows:
            await self._connection.execute(insert(_orphaned), rows)
        await self._audit.append(by)

    async def departure(self, agent_id: str) -> Departure | None:
        """How far the policies of an agent who left have come; None for who has not."""
        agent = await self.get(agent_id)
        if agent is None or agent.left_on is None:
            return None
        clocks, about = cases.clocks, cases.cases
        met = (clocks.c.case_id == _orphaned.c.case_id) & (clocks.c.rule_id == NOTICE_RULE)
        query = (
            select(
                func.count(),
                func.count(clocks.c.closed_at),
                func.count(about.c.finished_at),
            )
            .select_from(_orphaned)
            .join(about, about.c.id == _orphaned.c.case_id)
            .outerjoin(clocks, met)
            .where(_orphaned.c.agent_id == agent_id)
        )
        row = (await self._connection.execute(query)).one()
        return Departure(agent=agent, policies=row[0], told=row[1], assigned=row[2])


def left(
    agent_id: str, left_on: date, policies_left: int, *, by: str, at: datetime, reason: str | None
) -> Change:
    """What the trail says of a departure."""
    return Change(
        stream=f"agent/{agent_id}",
        action="agent.left",
        actor=by,
        at=at,
        object_type="agent",
        object_id=agent_id,
        detail={
            "leftOn": left_on,
            "policies": policies_left,
            **({"reason": reason} if reason else {}),
        },
    )

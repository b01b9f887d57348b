"""Cases in flight per policy 保全在途; who waits for a policy hears when it is let go of."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.connections.rows import to_noun, to_row
from infra.db.events.messages import MessageTable
from infra.db.tables import policies
from workflows.domain.message import Publication
from workflows.domain.policy import POLICY_RELEASED, PolicyLock

_locks = policies.policy_locks
_KEPT = timedelta(days=3_650)
"""A case that parks a moment later must find the message, however long the road there."""


class LockTable:
    """The lock sets of policies."""

    def __init__(self, connection: AsyncConnection, messages: MessageTable) -> None:
        self._connection = connection
        self._messages = messages

    async def acquire(self, lock: PolicyLock) -> None:
        """Enter a case into the policy's lock set; entering twice is entering once."""
        await self._take_out(lock.policy_no, lock.case_id)
        await self._connection.execute(insert(_locks), to_row(lock))

    async def release(self, policy_no: str, case_id: str, at: datetime) -> None:
        """Take a case out of the policy's lock set, and tell the cases that came after it."""
        holders = await self.holders(policy_no)
        places = [place for place, lock in enumerate(holders) if lock.case_id == case_id]
        await self._take_out(policy_no, case_id)
        for lock in holders[places[0] + 1 :] if places else ():
            await self._messages.publish(
                Publication(
                    name=POLICY_RELEASED,
                    key=lock.case_id,
                    message_id=f"{policy_no} {case_id}",
                    variables={},
                    at=at,
                    time_to_live=_KEPT,
                    publisher=case_id,
                )
            )

    async def release_all(self, case_id: str, at: datetime) -> None:
        """A case is over, however it ended: it holds nothing any more."""
        query = select(_locks.c.policy_no).where(_locks.c.case_id == case_id)
        for policy_no in (await self._connection.execute(query)).scalars().all():
            await self.release(policy_no, case_id, at)

    async def holders(self, policy_no: str) -> tuple[PolicyLock, ...]:
        """The cases in flight, in the order their notices arrived."""
        query = (
            select(_locks)
            .where(_locks.c.policy_no == policy_no)
            .order_by(_locks.c.notice_arrived_at, _locks.c.case_id)
        )
        return tuple(to_noun(PolicyLock, row) for row in await self._connection.execute(query))

    async def _take_out(self, policy_no: str, case_id: str) -> None:
        await self._connection.execute(
            delete(_locks).where(_locks.c.policy_no == policy_no, _locks.c.case_id == case_id)
        )

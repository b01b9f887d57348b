"""Cases in flight per policy 保全在途."""

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.rows import to_noun, to_row
from infra.db.tables import policies
from workflows.domain.policy import PolicyLock

_locks = policies.policy_locks


class LockTable:
    """The lock sets of policies."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def acquire(self, lock: PolicyLock) -> None:
        """Enter a case into the policy's lock set; entering twice is entering once."""
        await self.release(lock.policy_no, lock.case_id)
        await self._connection.execute(insert(_locks), to_row(lock))

    async def release(self, policy_no: str, case_id: str) -> None:
        """Take a case out of the policy's lock set."""
        await self._connection.execute(
            delete(_locks).where(_locks.c.policy_no == policy_no, _locks.c.case_id == case_id)
        )

    async def holders(self, policy_no: str) -> tuple[PolicyLock, ...]:
        """The cases in flight, in the order their notices arrived."""
        query = (
            select(_locks)
            .where(_locks.c.policy_no == policy_no)
            .order_by(_locks.c.notice_arrived_at, _locks.c.case_id)
        )
        return tuple(to_noun(PolicyLock, row) for row in await self._connection.execute(query))

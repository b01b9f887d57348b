"""Whether anybody works: workers leave a sign of life, one row for all of a task queue."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.connections.locking import hold
from infra.db.tables.attendance import signs_of_life as _signs


class AttendanceTable:
    """Signs of life."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def show(self, queue: str, at: datetime) -> None:
        """Somebody of the queue's workers lives."""
        moved: Any = await self._connection.execute(
            update(_signs).where(_signs.c.queue == queue).values(at=at)
        )
        if moved.rowcount:
            return
        await hold(self._connection, ("sign of life", queue))  # the first of two workers
        if await self.last(queue) is None:
            await self._connection.execute(insert(_signs).values(queue=queue, at=at))

    async def last(self, queue: str) -> datetime | None:
        """When one of the queue's workers lived last; None: none ever did."""
        query = select(_signs.c.at).where(_signs.c.queue == queue)
        found: datetime | None = (await self._connection.execute(query)).scalar()
        return found

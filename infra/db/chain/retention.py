"""What is kept only for a while: answers to keys, ids of messages, what the relay failed at.

What was delivered to a case under a legal hold is kept on.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.legal_holds import is_held
from infra.db.tables import cases, trail
from infra.db.tables.broadcasts import signal_deliveries, signals

_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How much was forgotten."""

    answers: int
    messages: int
    failures: int
    signals: int

    @property
    def was_all(self) -> bool:
        """Whether nothing older was left."""
        return max(self.answers, self.messages, self.failures, self.signals) < _BATCH


class RetentionTable:
    """Forgets, a batch at a time."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def forget(self, before: datetime) -> Forgotten:
        """Forget what is older than an instant.

        A message or signal goes only with its last receiver: a case that still runs may be set
        back, and then reads its messages again.
        """
        return Forgotten(
            answers=await self._answers(before),
            messages=await self._messages(before),
            failures=await self._failures(before),
            signals=await self._signals(before),
        )

    async def _answers(self, before: datetime) -> int:
        keys = cases.idempotency_keys
        old = select(keys.c.key, keys.c.principal).where(keys.c.at < before).limit(_BATCH)
        found = (await self._connection.execute(old)).all()
        statement = delete(keys).where(tuple_(keys.c.key, keys.c.principal).in_(found))
        await self._connection.execute(statement)
        return len(found)

    async def _messages(self, before: datetime) -> int:
        messages, deliveries = trail.messages, trail.message_deliveries
        running = exists().where(
            deliveries.c.message_no == messages.c.no,
            deliveries.c.instance_id == trail.instances.c.id,
            trail.instances.c.finished_at.is_(None),
        )
        held = exists().where(
            deliveries.c.message_no == messages.c.no,
            deliveries.c.instance_id == trail.instances.c.id,
            is_held(trail.instances.c.case_id),
        )
        old = (
            select(messages.c.no)
            .where(messages.c.expires_at < before, ~running, ~held)
            .limit(_BATCH)
        )
        found = (await self._connection.execute(old)).scalars().all()
        await self._connection.execute(delete(deliveries).where(deliveries.c.message_no.in_(found)))
        await self._connection.execute(delete(messages).where(messages.c.no.in_(found)))
        return len(found)

    async def _failures(self, before: datetime) -> int:
        """What the relay still tries is due soon; what was due long ago it tries no more."""
        failed = trail.relay_failures
        old = select(failed.c.kind, failed.c.id).where(failed.c.next_at < before).limit(_BATCH)
        found = (await self._connection.execute(old)).all()
        statement = delete(failed).where(tuple_(failed.c.kind, failed.c.id).in_(found))
        await self._connection.execute(statement)
        return len(found)

    async def _signals(self, before: datetime) -> int:
        running = exists().where(
            signal_deliveries.c.signal_no == signals.c.no,
            signal_deliveries.c.instance_id == trail.instances.c.id,
            trail.instances.c.finished_at.is_(None),
        )
        held = exists().where(
            signal_deliveries.c.signal_no == signals.c.no,
            signal_deliveries.c.instance_id == trail.instances.c.id,
            is_held(trail.instances.c.case_id),
        )
        old = select(signals.c.no).where(signals.c.at < before, ~running, ~held).limit(_BATCH)
        found = (await self._connection.execute(old)).scalars().all()
        await self._connection.execute(
            delete(signal_deliveries).where(signal_deliveries.c.signal_no.in_(found))
        )
        await self._connection.execute(delete(signals).where(signals.c.no.in_(found)))
        return len(found)

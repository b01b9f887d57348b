"""The crier: tells every instance the signals that were broadcast while it listened (S25).

What is to be told stands in the database, written with the broadcast. Each instance is told one
signal after the other, in the broker's order; many instances are told at a time. Everything here is
safe to repeat, also by several criers side by side: an instance knows what it has heard by number.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from temporalio.client import Client

from infra.db.unit_of_work import Database
from workers.relay import RPC_TIMEOUT, why
from workers.rounds import repeat
from workflows.contracts.routing import DELIVER_SIGNAL
from workflows.contracts.signal import SignalDelivery

PERIOD: Final = timedelta(milliseconds=500)
AT_A_TIME: Final = 20

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crier:
    """One crier; several side by side do no harm."""

    client: Client
    database: Database
    clock_offset: timedelta = timedelta()

    async def run(self) -> None:
        """Tell until cancelled; a round that fails is followed by the next."""
        await repeat("crier", self.round, PERIOD)

    async def round(self) -> int:
        """Tell each instance what it is to hear next; returns how many were told."""
        async with self.database.reading() as room:
            unheard = await room.signals.unheard(self._now())
        return await self._tell_all(unheard)

    async def _tell_all(self, signals: Sequence[SignalDelivery]) -> int:
        places = asyncio.Semaphore(AT_A_TIME)

        async def tell(signal: SignalDelivery) -> bool:
            async with places:
                return await self._try(signal)

        return sum(await asyncio.gather(*map(tell, signals)))

    async def _try(self, signal: SignalDelivery) -> bool:
        """Tell one; what is wrong with one instance holds up nobody else."""
        try:
            await self._tell(signal)
        except Exception as error:  # noqa: BLE001 - a poison row must not hold up the others
            async with self.database.work() as books:
                failure = await books.relay_failures.note(
                    "signal", signal.instance_id, why(error), self._now()
                )
            logger.info(
                "signal %s not told to %s, attempt %s: %s",
                signal.no, signal.instance_id, failure.attempts, failure.error,
            )  # fmt: skip
            return False
        await self._had_failed(signal)
        return True

    async def _had_failed(self, signal: SignalDelivery) -> None:
        async with self.database.reading() as room:
            known = await room.relay_failures.of("signal", [signal.instance_id])
        if known:
            async with self.database.work() as books:
                await books.relay_failures.forget("signal", signal.instance_id)

    async def _tell(self, signal: SignalDelivery) -> None:
        handle = self.client.get_workflow_handle(signal.instance_id)
        await handle.execute_update(
            DELIVER_SIGNAL, signal, id=signal.update_id, rpc_timeout=RPC_TIMEOUT
        )

    def _now(self) -> datetime:
        return datetime.now(UTC) + self.clock_offset

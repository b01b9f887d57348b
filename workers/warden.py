"""The warden: cases do what operations ordered of their process, their work, or a system.

What stands still stands in the database; each case concerned is told by an order under an id of its
own, so telling it again changes nothing. One that begins meanwhile, is replayed or was missed is
told in the next round, as long as it does not do what was ordered.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from temporalio.client import Client

from infra.db.events.standstills import Straying
from infra.db.unit_of_work import Database
from workers.relay import RPC_TIMEOUT, why
from workers.rounds import repeat
from workflows.contracts.case import Receipt
from workflows.contracts.repair import RepairAct, RepairOrder, Resume, Suspend
from workflows.contracts.routing import REPAIR_CASE
from workflows.domain.ids import derive
from workflows.domain.standstill import Standstill

PERIOD: Final = timedelta(seconds=1)
AT_A_TIME: Final = 20
_ITSELF: Final = "warden"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Warden:
    """One warden; several side by side do no harm."""

    client: Client
    database: Database
    clock_offset: timedelta = timedelta()
    """Business time is ahead of the server's by this; 0 in production."""
    probed: dict[str, int] = field(default_factory=dict)
    """Of systems that stand still by themselves: the try for which a case was told to go on."""

    async def run(self) -> None:
        """Look after them until cancelled."""
        await repeat("warden", self.round, PERIOD)

    async def round(self) -> None:
        """Tell every case that does not do yet what was ordered."""
        async with self.database.reading() as room:
            known = {one.source: one for one in await room.standstills.all()}
            free, bound = await room.standstills.straying(known.keys())
        await self._probe(known.values())
        places = asyncio.Semaphore(AT_A_TIME)
        orders = [_stand(one, known) for one in free] + [_go_on(one) for one in bound]

        async def tell(instance_id: str, order: RepairOrder) -> None:
            async with places:
                await self._tell(instance_id, order)

        await asyncio.gather(*(tell(*order) for order in orders))

    async def _probe(self, known: Iterable[Standstill]) -> None:
        """Let one case go on where a system's pause is over: it finds out whether that answers."""
        now = datetime.now(UTC) + self.clock_offset
        for one in known:
            if one.probe_at is None or now < one.probe_at or self.probed.get(one.id) == one.tries:
                continue
            async with self.database.reading() as room:
                first = await room.standstills.first_held(one.source)
            if first is None:
                continue
            self.probed[one.id] = one.tries
            reason = f"try {one.tries} whether {one.target} answers"
            straying = Straying(instance_id=first, source=one.source)
            act, who = Resume(source=one.source), (_ITSELF, "system", reason)
            await self._tell(first, _order(straying, act, f"{one.id}/{one.tries}", who))

    async def _tell(self, instance_id: str, order: RepairOrder) -> None:
        """Tell one; what is wrong with one case holds up no other."""
        handle = self.client.get_workflow_handle(instance_id)
        try:
            await handle.execute_update(
                REPAIR_CASE,
                order,
                id=order.request_id,
                result_type=Receipt,
                rpc_timeout=RPC_TIMEOUT,
            )
        except Exception as error:  # noqa: BLE001 - the next round tells it again
            logger.info("%s not told to %s: %s", instance_id, order.act.act, why(error))


def _stand(one: Straying, known: Mapping[str, Standstill]) -> tuple[str, RepairOrder]:
    word = known[one.source]
    act = Suspend(source=one.source)
    return one.instance_id, _order(one, act, word.id, (word.by, word.role, word.reason))


def _go_on(one: Straying) -> tuple[str, RepairOrder]:
    """By whom stands in the audit chain of what went on."""
    reason = f"{one.source} goes on"
    who = (_ITSELF, "system", reason)
    return one.instance_id, _order(one, Resume(source=one.source), one.since, who)


def _order(one: Straying, act: RepairAct, word: str, who: tuple[str, str, str]) -> RepairOrder:
    by, role, reason = who
    return RepairOrder(
        request_id=derive("SU", word, one.instance_id, act.act, one.source),
        actor=by,
        role=role,
        reason=reason,
        act=act,
    )

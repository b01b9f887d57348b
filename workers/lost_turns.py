"""Lost turns: a case that is not where the database was told is found, and the database mended.

A case tells the database before Temporal has its turn; an update lives in Temporal's memory until
then. When both are lost with a crash, the database is ahead of the case, and a worker that was
frozen may tell of a turn that others have taken since. So cases that have come to rest are asked
where they are, once for every rest. What people did in a lost turn is offered to the case once
more; then the journal goes back to what the case knows, and with it messages become unread,
incidents open and tasks wait again.
"""

import asyncio
import logging
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from pydantic import BaseModel
from temporalio.client import (
    Client,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
)
from temporalio.service import RPCError, RPCStatusCode

from infra.db.journal.acts_told import Resting
from infra.db.unit_of_work import Database
from workflows.contracts.journal import JournalHead
from workflows.contracts.routing import CANCEL_CASE, COMPLETE_TASK, JOURNAL_HEAD

RPC_TIMEOUT: Final = timedelta(seconds=5)
SURE: Final = timedelta(seconds=15)
"""A turn that has not come to Temporal by then is lost."""
LOOK_BACK: Final = timedelta(days=7)
MOST: Final = 50
"""Asked in one round: they must not hold up what is new."""
PATIENCE: Final = timedelta(seconds=30)
"""Until a case is asked again that gave no answer, or was under way."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LostTurns:
    """Asks cases at rest where they are."""

    client: Client
    database: Database
    _agreed: set[Resting] = field(default_factory=set)
    """Rests that case and database agree on."""
    _asked: dict[Resting, float] = field(default_factory=dict)
    """When (monotonic) those were asked that have not agreed yet."""

    async def round(self, now: datetime) -> None:
        """Look once."""
        async with self.database.reading() as room:
            rests = await room.acts.resting(now - LOOK_BACK, now - SURE)
        self._agreed.intersection_update(rests)
        for gone in self._asked.keys() - set(rests):
            del self._asked[gone]
        asked = [rest for rest in rests if self._is_to_be_asked(rest)][:MOST]
        settled = await asyncio.gather(
            *(self._settle(rest) for rest in asked), return_exceptions=True
        )
        for error in settled:
            if error is not None:  # any machine may be away: asked again
                logger.info("a case at rest was not settled: %s", type(error).__name__)

    def _is_to_be_asked(self, rest: Resting) -> bool:
        last = self._asked.get(rest)
        is_due = last is None or time.monotonic() - last > PATIENCE.total_seconds()
        return is_due and rest not in self._agreed

    async def _settle(self, rest: Resting) -> None:
        self._asked[rest] = time.monotonic()
        head = await self._head(rest)
        if head is None or not head.is_acknowledged:
            return
        if head.seq == rest.seq and head.at in (rest.at, None):
            self._agreed.add(rest)
        elif head.at is not None:
            await self._take_back(rest, head, head.at)

    async def _head(self, rest: Resting) -> JournalHead | None:
        handle = self.client.get_workflow_handle(rest.instance_id)
        try:
            head: JournalHead = await handle.query(
                JOURNAL_HEAD, result_type=JournalHead, rpc_timeout=RPC_TIMEOUT
            )
        except (RPCError, WorkflowQueryFailedError, WorkflowQueryRejectedError):
            return None  # away, failing or missing: of those the watchdog tells
        return head

    async def _take_back(self, rest: Resting, head: JournalHead, since: datetime) -> None:
        """A turn is lost: what people did in it first, so that a crash here forgets nothing."""
        await self._offer_acts(rest, since)
        async with self.database.work() as books:
            is_mended = await books.journal.put_back(rest.instance_id, head, rest.place)
        if is_mended:
            logger.warning(
                "a turn was lost: %s is at entry %s, its journal was at %s",
                rest.instance_id, head.seq, rest.seq,
            )  # fmt: skip

    async def _offer_acts(self, rest: Resting, since: datetime) -> None:
        async with self.database.reading() as room:
            decisions = await room.acts.decisions(rest.instance_id, since)
            cancellations = await room.acts.cancellations(rest.instance_id, since)
        for act in decisions:
            await self._offer(rest, COMPLETE_TASK, act.request_id, act)
        for order in cancellations:
            await self._offer(rest, CANCEL_CASE, order.request_id, order)

    async def _offer(self, rest: Resting, update: str, request_id: str, what: BaseModel) -> None:
        handle = self.client.get_workflow_handle(rest.instance_id)
        try:
            await handle.execute_update(update, what, id=request_id, rpc_timeout=RPC_TIMEOUT)
        except WorkflowUpdateFailedError:
            pass  # refused: the case is past it
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:  # of a case that has ended
                raise

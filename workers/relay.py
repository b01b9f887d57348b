"""The relay: finishes what a crash left half done between database and Temporal.

It starts accepted cases whose workflow never told that it began, and offers correlated messages to
the instances that have not consumed them. Both are safe to repeat: a case id starts once, a
delivery is known by its wait and message id.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from infra.db.unit_of_work import Database
from workflows.contracts.case import CaseInput
from workflows.contracts.journal import MessageDelivery
from workflows.contracts.routing import CASE_WORKFLOW, DELIVER_MESSAGE
from workflows.domain.case import Case
from workflows.host.children import search_attributes

PERIOD: Final = timedelta(seconds=2)
GRACE: Final = timedelta(seconds=3)
"""What is younger is left to the process that is at it."""
RPC_TIMEOUT: Final = timedelta(seconds=10)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """One relay; several side by side do no harm."""

    client: Client
    database: Database
    task_queue: str
    zone: str
    clock_offset: timedelta = timedelta()

    async def run(self) -> None:
        """Relay until cancelled; a round that fails is followed by the next."""
        while True:
            try:
                await self.round()
            except Exception as error:  # noqa: BLE001 - a process's entry: any machine may be away
                logger.warning("relay: %s: %s", type(error).__name__, error)
            await asyncio.sleep(PERIOD.total_seconds())

    async def round(self) -> None:
        """Look once."""
        before = datetime.now(UTC) + self.clock_offset - GRACE
        async with self.database.reading() as room:
            cases = await room.acceptance.unstarted(before)
            messages = await room.messages.undelivered(before)
        for case in cases:
            await self._start(case)
        for message in messages:
            await self._deliver(message)

    async def _start(self, case: Case) -> None:
        given = CaseInput(
            case_id=case.id,
            process_id=case.process_id,
            version=case.version,
            program_hash=case.program_hash,
            variables=dict(case.variables),
            started_by=case.started_by,
            clock_offset=case.clock_offset,
            zone=self.zone,
        )
        try:
            await self.client.start_workflow(
                CASE_WORKFLOW,
                given,
                id=case.id,
                task_queue=self.task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                search_attributes=search_attributes(given),
                static_summary=f"{case.process_id} v{case.version} · {case.item}",
                rpc_timeout=RPC_TIMEOUT,
            )
        except WorkflowAlreadyStartedError:
            return
        logger.info("started %s, accepted at %s", case.id, case.accepted_at)

    async def _deliver(self, message: MessageDelivery) -> None:
        handle = self.client.get_workflow_handle(message.instance_id)
        try:
            await handle.execute_update(
                DELIVER_MESSAGE,
                message,
                id=message.update_id,
                rpc_timeout=RPC_TIMEOUT,
            )
        except (
            WorkflowUpdateFailedError,
            WorkflowUpdateRPCTimeoutOrCancelledError,
            RPCError,
        ) as error:
            # Not open any more, ended, or away: the journal will tell, or the next round tries.
            logger.info("message for %s not taken: %s", message.instance_id, type(error).__name__)

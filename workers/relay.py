"""The relay: finishes what a crash left half done between database and Temporal.

It starts accepted cases whose workflow never told that it began, offers correlated messages to the
instances that have not consumed them, and completes replays that were ordered. All are safe to
repeat: a case id starts once, a delivery is known by its wait and message id, a reset by its run.
What was told of turns that Temporal lost is taken back first.
A row that fails is left alone for longer and longer, by itself; it never holds up the others.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from infra.db.journal.replays import Replay
from infra.db.operations.retries import RelayKind
from infra.db.unit_of_work import Database
from infra.resets import complete
from workers.lost_turns import LostTurns
from workers.rounds import repeat
from workflows.contracts.case import CaseInput
from workflows.contracts.journal import MessageDelivery
from workflows.contracts.routing import CASE_WORKFLOW, DELIVER_MESSAGE
from workflows.domain.case import Case
from workflows.host.children import search_attributes

PERIOD: Final = timedelta(seconds=2)
GRACE: Final = timedelta(seconds=3)
"""What is younger is left to the process that is at it."""
RPC_TIMEOUT: Final = timedelta(seconds=10)
HANDED_OVER: Final = timedelta(seconds=30)
"""How long what a case took is not offered again while the case has not consumed it."""

logger = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Relay:
    """One relay; several side by side do no harm."""

    client: Client
    database: Database
    task_queue: str
    zone: str
    clock_offset: timedelta = timedelta()
    _handed: dict[str, float] = field(default_factory=dict)
    """When deliveries were handed over that are not consumed yet: a suspended case keeps them."""
    _lost: LostTurns = field(init=False)

    def __post_init__(self) -> None:
        """Look back with the same eyes."""
        self._lost = LostTurns(client=self.client, database=self.database)

    async def run(self) -> None:
        """Relay until cancelled; a round that fails is followed by the next."""
        await repeat("relay", self.round, PERIOD)

    async def round(self) -> None:
        """Look once."""
        now = self._now()
        await self._lost.round(now)
        async with self.database.reading() as room:
            cases = await room.acceptance.unstarted(now - GRACE, now)
            messages = await room.messages.undelivered(now - GRACE, now)
            replays = await room.replays.due(now - GRACE, now)
        for case in cases:
            await self._try("case", case.id, partial(self._start, case))
        for message in self._unhanded(messages):
            row_id = f"{message.message_id}/{message.instance_id}"
            await self._try("message", row_id, partial(self._deliver, message))
        for replay in replays:
            await self._try("replay", replay.id, partial(self._replay, replay))

    def _unhanded(self, messages: Sequence[MessageDelivery]) -> list[MessageDelivery]:
        """Leave out for a while what cases have and have not consumed yet."""
        now = time.monotonic()
        for name in [name for name, until in self._handed.items() if until < now]:
            del self._handed[name]
        return [message for message in messages if _name(message) not in self._handed]

    def _now(self) -> datetime:
        return datetime.now(UTC) + self.clock_offset

    async def _try(self, kind: RelayKind, row_id: str, act: Callable[[], Awaitable[None]]) -> None:
        """Try one row; whatever is wrong with it is its own affair."""
        try:
            await act()
        except Exception as error:  # noqa: BLE001 - a poison row must not hold up the others
            told = why(error)
            async with self.database.work() as books:
                failure = await books.relay_failures.note(kind, row_id, told, self._now())
            # A message's id may be anything a publisher thought of; it stays out of the logs.
            shown = "" if kind == "message" else f" {row_id}"
            logger.info("%s%s not relayed, attempt %s: %s", kind, shown, failure.attempts, told)
            return
        async with self.database.reading() as room:
            had_failed = bool(await room.relay_failures.of(kind, [row_id]))
        if had_failed and kind != "message":  # a message may be refused by the case just now
            async with self.database.work() as books:
                await books.relay_failures.forget(kind, row_id)

    async def _replay(self, replay: Replay) -> None:
        async with self.database.reading() as room:
            begun = await room.replays.runs(replay.case_id)
        await complete(self.client, self.database, replay, begun, self._now)

    async def _start(self, case: Case) -> None:
        given = CaseInput(
            case_id=case.id,
            process_id=case.process_id,
            version=case.version,
            program_hash=case.program_hash,
            variables=dict(case.variables),
            started_by=case.started_by,
            start=case.start_element,
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
        await handle.execute_update(
            DELIVER_MESSAGE,
            message,
            id=message.update_id,
            rpc_timeout=RPC_TIMEOUT,
        )
        self._handed[_name(message)] = time.monotonic() + HANDED_OVER.total_seconds()


def _name(message: MessageDelivery) -> str:
    return f"{message.instance_id}/{message.wait}/{message.message_id}"


def why(error: Exception) -> str:
    """Say why a row failed, by its class and code alone: a text may quote anything."""
    name = type(error).__name__
    if isinstance(error, RPCError):
        return f"{name}: {error.status.name}"
    cause = getattr(error, "cause", None)
    kind = getattr(cause, "type", None)
    return f"{name}: {kind}" if isinstance(kind, str) else name

"""The watchdog: looks from outside at cases that cannot tell that they are stuck.

A bug in workflow code does not fail a case, it leaves it running for ever; a case that was ended
behind our back cannot write so down; work that nobody polls for is silent. Each check answers what
it found; findings are incidents in the database, opened once, renewed, and closed when the problem
is gone. Several watchdogs side by side find the same, and write it once.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

from temporalio.api.enums.v1 import WorkflowExecutionStatus as Status
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionResponse
from temporalio.client import Client

from infra.db.operations.watch import JobWait
from infra.db.unit_of_work import Database
from infra.task_queues import ACTIVITY_QUEUE, is_served
from workers import temporal_sight as sight
from workflows.contracts.catalogue import CONTRACTS
from workflows.domain.stuck import Suspicion

PERIOD: Final = timedelta(seconds=5)
SWEEP_EVERY: Final = 4
"""Rounds between two comparisons of all open cases with all running workflows."""
LATE: Final = timedelta(seconds=30)
"""What should have happened by itself and has not: a start, a message, a timer."""
STILL: Final = timedelta(seconds=45)
"""A case on its way that has not moved."""
REPEATED: Final = timedelta(seconds=45)
"""What is refused is tried again at least so often."""
LONG_EVENTS: Final = 8_192
LONG_BYTES: Final = 8_000_000
"""Temporal warns at 10,240 events or 10 MB, and ends a workflow at 51,200 or 50 MB."""
YOUNG: Final = timedelta(seconds=5)
MANY_ATTEMPTS: Final = 4

logger = logging.getLogger(__name__)
Findings = list[Suspicion]


@dataclass(kw_only=True)
class Watchdog:
    """One watchdog; several side by side do no harm."""

    client: Client
    database: Database
    clock_offset: timedelta = timedelta()
    period: timedelta = PERIOD
    rounds: int = field(default=0, init=False)

    async def run(self) -> None:
        """Watch until cancelled; a round that fails is followed by the next."""
        while True:
            await self.round()
            await asyncio.sleep(self.period.total_seconds())

    async def round(self, *, sweep: bool = False) -> None:
        """Look once; a check that cannot be made leaves its findings as they are."""
        is_sweep = sweep or self.rounds % SWEEP_EVERY == 0
        self.rounds += 1
        for codes, (check, is_for_sweeps) in CHECKS.items():
            if is_for_sweeps and not is_sweep:
                continue
            try:
                await self._settle(codes, await check(self))
            except Exception as error:  # noqa: BLE001 - a process's entry: any machine may be away
                logger.warning("watchdog %s: %s", codes[0], type(error).__name__)

    async def _settle(self, codes: tuple[str, ...], found: Findings) -> None:
        async with self.database.reading() as room:
            if not await room.watched.has_news(codes, found):
                return
        async with self.database.work() as books:
            opened, closed = await books.watch.settle(codes, found, self.now())
        if opened or closed:
            logger.info("%s: %s opened, %s closed", "/".join(codes), opened, closed)

    def now(self) -> datetime:
        """Return business time."""
        return datetime.now(UTC) + self.clock_offset


# --- by Temporal ------------------------------------------------------------------------------


async def _failing(dog: Watchdog) -> Findings:
    """Workflow tasks that fail again and again: a bug, a non-determinism, a worker that hangs."""
    found: Findings = []
    async for execution in sight.found(dog.client, sight.FAILING):
        case_id = await _case_of(dog, execution.id)
        answer = await sight.described(dog.client, execution.id, execution.run_id)
        if case_id is None or answer is None:
            continue
        why = await sight.why_failing(dog.client, execution.id, execution.run_id)
        found.append(
            Suspicion(
                code=why.code,
                instance_id=execution.id,
                case_id=case_id,
                cause=why.cause,
                attempts=answer.pending_workflow_task.attempt,
            )
        )
    return found


async def _compared(dog: Watchdog) -> Findings:
    """Open here and ended there, or the other way round."""
    before = dog.now() - LATE
    async with dog.database.reading() as room:
        open_here = await room.watch.open_instances(before)
    running = {execution.id async for execution in sight.found(dog.client, sight.RUNNING, None)}
    found = [
        one
        for instance_id, case_id in open_here.items()
        if instance_id not in running
        and (one := await _ended(dog, instance_id, case_id)) is not None
    ]
    async with dog.database.reading() as room:
        ended_here = await room.watch.ended(running - open_here.keys(), before)
    for instance_id, case_id in ended_here.items():
        answer = await sight.described(dog.client, instance_id)
        if answer is not None and _status(answer) == Status.WORKFLOW_EXECUTION_STATUS_RUNNING:
            cause = "The database says that the case has ended; its workflow is still running."
            found.append(_about(case_id, "ended-but-running", cause, instance_id))
    return found


async def _ended(dog: Watchdog, instance_id: str, case_id: str) -> Suspicion | None:
    """Visibility lags behind: ask again, for certain."""
    answer = await sight.described(dog.client, instance_id)
    if answer is None:
        cause = "Temporal does not know the workflow; was one of the stores put back to a backup?"
        return _about(case_id, "workflow-missing", cause, instance_id)
    status = _status(answer)
    if status == Status.WORKFLOW_EXECUTION_STATUS_RUNNING:
        return None
    async with dog.database.reading() as room:
        if instance_id not in await room.watch.open_instances(dog.now()):
            return None  # it ended by itself just now
    name = Status.Name(status).removeprefix("WORKFLOW_EXECUTION_STATUS_").lower()
    ended = answer.workflow_execution_info.close_time.ToDatetime(tzinfo=UTC)
    cause = f"The workflow was {name.replace('_', ' ')} in Temporal at {ended:%Y-%m-%d %H:%M:%S}Z."
    return _about(case_id, "workflow-ended", cause, instance_id)


async def _long(dog: Watchdog) -> Findings:
    """Histories that Temporal will soon cut off: it ends the workflow, and no code of ours runs."""
    async with dog.database.reading() as room:
        instances = await room.watch.talkative(LONG_EVENTS // 10)
    found: Findings = []
    for instance_id, case_id in instances.items():
        answer = await sight.described(dog.client, instance_id)
        info = None if answer is None else answer.workflow_execution_info
        if info is None or info.status != Status.WORKFLOW_EXECUTION_STATUS_RUNNING:
            continue
        events, size = info.history_length, info.history_size_bytes
        if events >= LONG_EVENTS or size >= LONG_BYTES:
            cause = f"The history has {events} events and {size // 1_000_000} MB."
            found.append(_about(case_id, "history-limit-near", cause, instance_id))
    return found


async def _unserved(dog: Watchdog) -> Findings:
    """Work of others whose task queue nobody polls."""
    found: Findings = []
    served: dict[str, bool] = {}
    for wait in await _jobs(dog):
        if wait.type in CONTRACTS or not wait.type:
            continue
        if wait.type not in served:
            served[wait.type] = await is_served(
                dog.client, wait.type, ACTIVITY_QUEUE, sight.RPC_TIMEOUT
            )
        if not served[wait.type]:
            cause = f"No worker polls the task queue '{wait.type}'."
            found.append(_at(wait, "no-worker", cause))
    return found


async def _retrying(dog: Watchdog) -> Findings:
    """Work that is tried again and again; every waiting job learns its next attempt."""
    found: Findings = []
    waits: dict[str, list[JobWait]] = {}
    for wait in await _jobs(dog):
        waits.setdefault(wait.instance_id, []).append(wait)
    for instance_id, jobs in waits.items():
        answer = await sight.described(dog.client, instance_id)
        pending = [] if answer is None else list(sight.pending_of(answer))
        for wait in jobs:
            mine = next((one for one in pending if one.type == wait.type), None)
            if mine is None:
                continue
            pending.remove(mine)
            await _note(dog, wait, mine)
            if mine.attempt >= MANY_ATTEMPTS:
                cause = f"Attempt {mine.attempt} after {mine.last_failure or 'a failure'}."
                found.append(_at(wait, "activity-retrying", cause, mine.attempt))
    return found


async def _note(dog: Watchdog, wait: JobWait, pending: sight.Pending) -> None:
    due = None if pending.next_at is None else pending.next_at + dog.clock_offset
    if (wait.attempt, wait.next_attempt_at) == (pending.attempt, due):
        return
    async with dog.database.work() as books:
        await books.watch.note_attempts(wait, pending.attempt, due)


# --- by the database --------------------------------------------------------------------------


async def _unstarted(dog: Watchdog) -> Findings:
    async with dog.database.reading() as room:
        cases = await room.watch.unstarted(dog.now() - LATE)
        failures = await room.relay_failures.of("case", [case_id for case_id, _ in cases])
    found: Findings = []
    for case_id, _ in cases:
        failure = failures.get(case_id)
        why = "No worker has begun it." if failure is None else failure.error
        attempts = 0 if failure is None else failure.attempts
        cause = f"Accepted, and not begun. {why}"
        found.append(
            Suspicion(
                code="case-not-started",
                instance_id=case_id,
                case_id=case_id,
                cause=cause,
                attempts=attempts,
            )
        )
    return found


async def _untaken(dog: Watchdog) -> Findings:
    async with dog.database.reading() as room:
        rows = await room.watch.untaken(dog.now() - LATE)
    cause = "A message has reached the case and is not taken up."
    return [_about(row.case_id, "message-not-taken", cause, row.instance_id) for row in rows]


async def _overdue(dog: Watchdog) -> Findings:
    async with dog.database.reading() as room:
        rows = await room.watch.overdue(dog.now() - LATE)
    return [
        Suspicion(
            code="timer-overdue",
            instance_id=row.instance_id,
            case_id=row.case_id,
            cause=f"The timer was due at {row.due:%Y-%m-%d %H:%M:%S}Z and has not fired.",
            element=row.element,
            name=row.name,
        )
        for row in rows
    ]


async def _refused(dog: Watchdog) -> Findings:
    """The worker that was refused tells; what it has not told again for a while is over."""
    async with dog.database.reading() as room:
        rows = await room.watch.told("journal-refused", dog.now() - REPEATED)
    return [
        Suspicion(
            code="journal-refused",
            instance_id=row.instance_id,
            case_id=row.case_id,
            cause=row.message,
            attempts=row.attempts or 1,
            is_told=True,
        )
        for row in rows
    ]


async def _still(dog: Watchdog) -> Findings:
    async with dog.database.reading() as room:
        rows = await room.watch.still(dog.now() - STILL)
    cause = "The case waits for nothing that has a name, and has not moved."
    return [_about(row.id, "no-progress", cause) for row in rows]


# --- together ---------------------------------------------------------------------------------


async def _jobs(dog: Watchdog) -> tuple[JobWait, ...]:
    async with dog.database.reading() as room:
        return await room.watch.jobs(dog.now() - YOUNG)


async def _case_of(dog: Watchdog, instance_id: str) -> str | None:
    async with dog.database.reading() as room:
        return await room.watch.case_of(instance_id)


def _status(answer: DescribeWorkflowExecutionResponse) -> Status.ValueType:
    status: Status.ValueType = answer.workflow_execution_info.status
    return status


def _about(case_id: str, code: str, cause: str, instance_id: str = "") -> Suspicion:
    return Suspicion(code=code, instance_id=instance_id or case_id, case_id=case_id, cause=cause)


def _at(wait: JobWait, code: str, cause: str, attempts: int = 0) -> Suspicion:
    return Suspicion(
        code=code,
        instance_id=wait.instance_id,
        case_id=wait.case_id,
        cause=cause,
        element=wait.element,
        name=wait.name,
        attempts=attempts,
    )


Check = Callable[[Watchdog], Awaitable[Findings]]

CHECKS: Final[Mapping[tuple[str, ...], tuple[Check, bool]]] = MappingProxyType({
    ("workflow-task-failing", "non-determinism"): (_failing, False),
    ("workflow-ended", "workflow-missing", "ended-but-running"): (_compared, True),
    ("case-not-started",): (_unstarted, False),
    ("message-not-taken",): (_untaken, False),
    ("no-worker",): (_unserved, False),
    ("activity-retrying",): (_retrying, False),
    ("timer-overdue",): (_overdue, False),
    ("journal-refused",): (_refused, False),
    ("history-limit-near",): (_long, True),
    ("no-progress",): (_still, False),
})  # fmt: skip
"""The codes that each check answers for, and whether it is for sweeps only."""

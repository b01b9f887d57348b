"""The history of a case's runs as workflow tasks: where it can be taken up again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from workflows.contracts.routing import CANCEL_CASE

RPC_TIMEOUT: Final = timedelta(seconds=10)

CLOCK_STEP: Final = timedelta(microseconds=10)
"""How exactly a journal entry's time is the time of its workflow task."""


@dataclass(slots=True, kw_only=True)
class Turn:
    """A workflow task that was completed: what can be done again from its beginning."""

    run_id: str
    event_id: int
    """Of its completion: what Temporal resets to."""
    started_at: datetime
    cancels: bool = False
    """The case was told to end, and took it."""
    last_event_id: int = 0


@dataclass(slots=True, kw_only=True)
class Run:
    """The newest run of a case."""

    run_id: str
    status: WorkflowExecutionStatus | None
    turns: list[Turn]
    """In order; before its own those of runs that it continued, if they were asked for."""
    cancel_requested_id: int = 0
    """The event by which Temporal was asked to cancel; 0: never."""
    continued: str = ""
    """The run that it continued: what that one did lies before every turn of this."""

    @property
    def own_turns(self) -> list[Turn]:
        """Without those of the runs before it."""
        return [turn for turn in self.turns if turn.run_id == self.run_id]


async def newest_run(client: Client, case_id: str, back_to: datetime | None = None) -> Run:
    """Read the run that Temporal calls the case now; with the runs before it, back to a moment.

    A run that Temporal keeps no more ends the way back.
    """
    described = await client.get_workflow_handle(case_id).describe(rpc_timeout=RPC_TIMEOUT)
    run = Run(run_id=described.run_id, status=described.status, turns=[])
    await _read(client, case_id, run)
    earlier = run.continued
    while back_to is not None and earlier and turn_at(run.turns, back_to) is None:
        before = Run(run_id=earlier, status=None, turns=[])
        try:
            await _read(client, case_id, before)
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
            break
        run.turns[:0] = before.turns
        earlier = before.continued
    return run


async def _read(client: Client, case_id: str, run: Run) -> None:
    reader = _Reader(run)
    handle = client.get_workflow_handle(case_id, run_id=run.run_id)
    async for event in handle.fetch_history_events(rpc_timeout=RPC_TIMEOUT):
        reader.take(event)


class _Reader:
    """Puts events together to turns."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._started_at = datetime.min.replace(tzinfo=UTC)

    def take(self, event: HistoryEvent) -> None:
        kind, turns = event.event_type, self.run.turns
        if kind == EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED:
            self._started_at = moment(event.event_time)
        elif kind == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
            turns.append(
                Turn(
                    run_id=self.run.run_id,
                    event_id=event.event_id,
                    started_at=self._started_at,
                )
            )
        elif kind == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
            started = event.workflow_execution_started_event_attributes
            self.run.continued = started.continued_execution_run_id
        elif kind == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED:
            self.run.cancel_requested_id = event.event_id
        elif kind == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED and turns:
            accepted = event.workflow_execution_update_accepted_event_attributes
            turns[-1].cancels |= accepted.accepted_request.input.name == CANCEL_CASE
        if turns:
            turns[-1].last_event_id = event.event_id


def turn_at(turns: Sequence[Turn], at: datetime) -> Turn | None:
    """Find the turn that was under way at a moment of the server's time."""
    found = None
    for turn in turns:
        if turn.started_at <= at + CLOCK_STEP:
            found = turn
    return found


def turn_of_event(turns: Sequence[Turn], event_id: int) -> Turn | None:
    """Find the turn that an event belongs to."""
    found = None
    for turn in turns:
        if turn.event_id <= event_id <= turn.last_event_id:
            found = turn
    return found


def moment(stamp: Timestamp) -> datetime:
    """Return a server's time to the microsecond."""
    return stamp.ToDatetime(tzinfo=UTC)

"""A case reset in Temporal: the run is replaced by a new one from a point on, once per order.

The order is in the database before Temporal hears of it. What a crash left undone is done by the
relay: whether the run was reset already, the run itself knows.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Final

from temporalio.api.common.v1 import WorkflowExecution as Execution
from temporalio.api.enums.v1 import ResetReapplyExcludeType
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    DescribeWorkflowExecutionResponse,
    ResetWorkflowExecutionRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from infra.db.journal.replays import Replay
from infra.db.unit_of_work import Database
from workflows.contracts.routing import NOTE_REPLAY

RPC_TIMEOUT: Final = timedelta(seconds=10)

_NOT_AGAIN: Final = (
    ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL,
    ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_UPDATE,
    ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_CANCEL_REQUEST,
)
"""What people did after the point they are asked again; messages come again from the database."""


async def complete(
    client: Client,
    database: Database,
    replay: Replay,
    begun: Collection[str],
    now: Callable[[], datetime],
) -> Replay:
    """Carry a replay from where it is to its end; ``begun``: by the replays of the case so far."""
    run_id = replay.new_run_id or await _reset(client, replay, begun)
    async with database.work() as books:
        await books.replays.began(replay.id, run_id)
    await _tell(client, replay, run_id)
    async with database.work() as books:
        await books.replays.finish(replay.id, now())
        done = await books.replays.get(replay.id)
    if done is None:
        raise AssertionError(f"Expected replay {replay.id} to be there, but it is not")
    return done


async def _reset(client: Client, replay: Replay, begun: Collection[str]) -> str:
    base = await _describe(client, replay.case_id, replay.base_run_id)
    reset_before = base.workflow_extended_info.reset_run_id
    if reset_before and reset_before not in begun:  # an earlier run may have been reset before
        return reset_before
    answer = await client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=Execution(workflow_id=replay.case_id, run_id=replay.base_run_id),
            reason=f"replay {replay.id}",
            request_id=replay.id,
            workflow_task_finish_event_id=replay.event_id,
            reset_reapply_exclude_types=_NOT_AGAIN,
        ),
        timeout=RPC_TIMEOUT,
    )
    return answer.run_id


async def _tell(client: Client, replay: Replay, run_id: str) -> None:
    """Have the new run write down that it took over; one that has ended already has told more."""
    for run in (run_id, None):  # one that was near its limit may have gone on in another already
        handle = client.get_workflow_handle(replay.case_id, run_id=run)
        try:
            await handle.execute_update(
                NOTE_REPLAY, replay.note, id=f"replay/{replay.id}", rpc_timeout=RPC_TIMEOUT
            )
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
        else:
            return


async def _describe(client: Client, case_id: str, run_id: str) -> DescribeWorkflowExecutionResponse:
    return await client.workflow_service.describe_workflow_execution(
        DescribeWorkflowExecutionRequest(
            namespace=client.namespace,
            execution=Execution(workflow_id=case_id, run_id=run_id),
        ),
        timeout=RPC_TIMEOUT,
    )

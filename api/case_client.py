"""The one door to running workflows: starts, updates, and what Temporal answers them.

Refusals of the workflow come back as problems; while Temporal is away a decision answers 503 and
is safe to repeat by its id.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, NoReturn, TypeVar

from pydantic import BaseModel
from temporalio.client import (
    Client,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from api.problems import Problem
from infra.task_queues import WORKFLOW_QUEUE, QueueState, is_served, state_of
from infra.temporal_answers import is_away as is_away
from workflows.contracts.case import Cancellation, CaseInput, IncidentResolution, Receipt
from workflows.contracts.human_task import TaskAct, TaskReceipt
from workflows.contracts.journal import MessageDelivery
from workflows.contracts.repair import Forecast, RepairOrder
from workflows.contracts.routing import (
    CANCEL_CASE,
    CASE_WORKFLOW,
    CLAIM_TASK,
    COMPLETE_TASK,
    DELIVER_MESSAGE,
    FORESEE_REPAIR,
    REPAIR_CASE,
    RESOLVE_INCIDENT,
    SEARCH_INCIDENT,
    SEARCH_PROCESS,
    SEARCH_VERSION,
)

_Answer = TypeVar("_Answer", bound=BaseModel)
_LOG = logging.getLogger(__name__)

RPC_TIMEOUT = timedelta(seconds=10)
GLANCE = timedelta(seconds=2)

_REFUSALS: Mapping[str, int] = {
    "NOT_OPEN": 409,
    "CLAIMED": 409,
    "CONTENT_CHANGED": 409,
    "REQUEST_REUSED": 422,
    "INVALID": 422,
    "CALL_BACK_ANSWERS": 422,
    "NOT_READY": 503,
    "FORBIDDEN": 403,
    "FOUR_EYES": 403,
    "AUTHORITY": 403,
    "QUALIFICATION_EXPIRED": 403,
}
"""Refusal codes of the workflow to HTTP statuses; any other code is a conflict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartOrder:
    """What is needed to start a case's workflow, now or again later."""

    input: CaseInput
    summary: str
    details: str


class CaseClient:
    """Starts cases and sends them updates."""

    def __init__(self, client: Client, *, task_queue: str) -> None:
        self.client = client
        self.task_queue = task_queue

    async def start(self, order: StartOrder) -> bool:
        """Start the workflow under the case id; starting twice is starting once.

        The case is accepted already: whatever goes wrong here, it answers False, and the relay
        starts the case later.
        """
        attributes = TypedSearchAttributes(
            [
                SearchAttributePair(
                    SearchAttributeKey.for_keyword(SEARCH_PROCESS), order.input.process_id
                ),
                SearchAttributePair(
                    SearchAttributeKey.for_int(SEARCH_VERSION), order.input.version
                ),
                SearchAttributePair(SearchAttributeKey.for_bool(SEARCH_INCIDENT), False),
            ]
        )
        try:
            await self.client.start_workflow(
                CASE_WORKFLOW,
                order.input,
                id=order.input.case_id,
                task_queue=self.task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                search_attributes=attributes,
                static_summary=order.summary,
                static_details=order.details,
                rpc_timeout=RPC_TIMEOUT,
            )
        except WorkflowAlreadyStartedError:
            return True
        except (RPCError, RuntimeError) as error:
            if not is_away(error):
                _LOG.exception("case %s could not be started", order.input.case_id)
            return False
        return True

    async def act_on_task(self, instance_id: str, act: TaskAct) -> TaskReceipt:
        """Claim, give back, delegate or complete a human task."""
        name = COMPLETE_TASK if act.act == "complete" else CLAIM_TASK
        return await self._update(instance_id, name, act, act.request_id, TaskReceipt)

    async def resolve_incident(self, instance_id: str, order: IncidentResolution) -> Receipt:
        """Try the failed element again."""
        return await self._update(instance_id, RESOLVE_INCIDENT, order, order.request_id, Receipt)

    async def cancel(self, instance_id: str, order: Cancellation) -> Receipt:
        """End the case."""
        return await self._update(instance_id, CANCEL_CASE, order, order.request_id, Receipt)

    async def repair(self, instance_id: str, order: RepairOrder) -> Receipt:
        """Mend the case."""
        return await self._update(instance_id, REPAIR_CASE, order, order.request_id, Receipt)

    async def foresee(self, instance_id: str, order: RepairOrder) -> Forecast:
        """Ask the case what would come of an order; nothing changes."""
        handle = self.client.get_workflow_handle(instance_id)
        try:
            told: Forecast = await handle.query(
                FORESEE_REPAIR, order, result_type=Forecast, rpc_timeout=RPC_TIMEOUT
            )
        except WorkflowQueryFailedError:
            raise away() from None
        except (RPCError, RuntimeError) as error:
            raise _unanswered(error) from error
        return told

    async def deliver(self, message: MessageDelivery) -> bool:
        """Hand a correlated message to the instance that waits for it.

        The message is written down already: what cannot be handed over now answers False, and
        the relay delivers it later.
        """
        try:
            await self._update(
                message.instance_id, DELIVER_MESSAGE, message, message.update_id, Receipt
            )
        except Problem:
            return False
        except RPCError:
            _LOG.exception("message %s could not be delivered", message.message_id)
            return False
        return True

    async def reachable(self) -> bool:
        """Tell whether Temporal answers."""
        try:
            return await self.client.service_client.check_health(timeout=GLANCE)
        except (RPCError, RuntimeError):
            return False

    async def is_polled(self) -> bool | None:
        """Tell whether a worker polls the queue of the cases; None: Temporal does not say."""
        try:
            return await is_served(self.client, self.task_queue, WORKFLOW_QUEUE, GLANCE)
        except (RPCError, RuntimeError):
            return None

    async def queue_states(self, foreign: Sequence[str]) -> list[QueueState]:
        """Tell how the cases' own queue stands, and those of work that others serve."""
        own = self.task_queue
        asked: list[tuple[str, Literal["workflow", "activity"]]] = [
            (own, "workflow"),
            (own, "activity"),
            *((queue, "activity") for queue in foreign),
        ]
        return await asyncio.gather(
            *(state_of(self.client, queue, kind, GLANCE) for queue, kind in asked)
        )

    async def _update(
        self, instance_id: str, name: str, order: BaseModel, update_id: str, result: type[_Answer]
    ) -> _Answer:
        handle = self.client.get_workflow_handle(instance_id)
        try:
            answer: _Answer = await handle.execute_update(
                name, order, id=update_id, result_type=result, rpc_timeout=RPC_TIMEOUT
            )
        except WorkflowUpdateFailedError as error:
            _refused(error)
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            raise away() from None
        except (RPCError, RuntimeError) as error:
            raise _unanswered(error) from error
        return answer


def away() -> Problem:
    """Return the answer while Temporal does not answer: repeat with the same key."""
    return Problem(
        503,
        "temporal-away",
        "The case could not be reached in time. Repeat the request with the same Idempotency-Key.",
        retry_after=5,
    )


def _unanswered(error: RPCError | RuntimeError) -> Exception:
    """What a failed call means to the caller; a bug stays what it is."""
    if isinstance(error, RPCError) and error.status == RPCStatusCode.NOT_FOUND:
        return _not_running()
    return away() if is_away(error) else error


def _not_running() -> Problem:
    return Problem(409, "case-not-running", "The case has ended, or has not begun yet.")


def _refused(error: WorkflowUpdateFailedError) -> NoReturn:
    cause: Any = error.cause
    code = cause.type if isinstance(cause, ApplicationError) and cause.type else "REFUSED"
    detail = cause.message if isinstance(cause, ApplicationError) else "The case refused."
    slug = code.lower().replace("_", "-")
    raise Problem(_REFUSALS.get(code, 409), slug, detail) from None

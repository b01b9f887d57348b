"""Running cases without Temporal: asked like its client, judging by the product's own rules.

What a case would know, the database of the test says: which tasks and incidents are open, whether
it has ended. The rules are those of the product: the host's objections to an act, the activity
that judges a person.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from temporalio.api.taskqueue.v1 import PollerInfo
from temporalio.api.workflowservice.v1 import DescribeTaskQueueResponse
from temporalio.client import WorkflowUpdateFailedError
from temporalio.service import RPCError, RPCStatusCode

from activities.human_tasks import human_task_act
from activities.step import Equipment
from infra.db.unit_of_work import Database
from tests.api.builds import Builds
from tests.api.door import NOW
from workflows.contracts.case import Receipt
from workflows.contracts.human_task import ActAnswer, ActCall, TaskAct, TaskReceipt
from workflows.contracts.repair import EffectTold, Forecast
from workflows.contracts.routing import (
    CANCEL_CASE,
    CLAIM_TASK,
    COMPLETE_TASK,
    DELIVER_MESSAGE,
    REPAIR_CASE,
    RESOLVE_INCIDENT,
)
from workflows.host.human_tasks import objection
from workflows.host.requests import refusal

_OPEN = ("OPEN", "CLAIMED")


class Insides(Builds):
    """Stands in for a connected client of Temporal."""

    namespace = "default"

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        nothing: Any = None
        equipment = Equipment(work=database.work, systems=nothing, zone=ZoneInfo("Asia/Shanghai"))
        self.judged: Any = human_task_act(equipment)

    def get_workflow_handle(self, instance_id: str, **_: Any) -> Handle:
        return Handle(self, instance_id)

    @property
    def service_client(self) -> Insides:
        return self

    async def check_health(self, **_: Any) -> bool:
        return True

    @property
    def workflow_service(self) -> Insides:
        return self

    async def describe_task_queue(self, *_: Any, **__: Any) -> DescribeTaskQueueResponse:
        """Somebody polls, right now."""
        poller = PollerInfo()
        poller.last_access_time.GetCurrentTime()
        return DescribeTaskQueueResponse(pollers=[poller])

    async def start_workflow(self, *_: Any, **__: Any) -> None:
        """A case begins."""


@dataclass(frozen=True, slots=True)
class Handle:
    """One running instance."""

    insides: Insides
    instance_id: str

    async def execute_update(self, name: str, order: Any, **_: Any) -> Any:
        async with self.insides.database.reading() as room:
            case = await room.cases.get(self.instance_id)
        if case is None or case.finished_at is not None:
            raise RPCError("workflow not found", RPCStatusCode.NOT_FOUND, b"")
        return await _ANSWERS[name](self, order)

    async def query(self, _name: str, order: Any, **_: Any) -> Forecast:
        """Nothing is known here of tokens, but that to pay moves money."""
        async with self.insides.database.reading() as room:
            case = await room.cases.get(self.instance_id)
        if case is None or case.finished_at is not None:
            raise RPCError("workflow not found", RPCStatusCode.NOT_FOUND, b"")
        if any(one.element == "pay" for one in getattr(order.act, "instructions", ())):
            begins = EffectTold(what="begins", element="pay", type="execution.pay")
            return Forecast(effects=(begins,))
        return Forecast()

    async def describe(self, **_: Any) -> Any:
        """There are no histories here."""
        raise RPCError("workflow not found", RPCStatusCode.NOT_FOUND, b"")

    async def act(self, act: TaskAct) -> TaskReceipt:
        async with self.insides.database.reading() as room:
            task = await room.inbox.get(self.instance_id, act.task_key)
        seen = {}
        if task is not None and task.state in _OPEN:
            asked = SimpleNamespace(content_hash=task.content_hash, act=task.headers.get("act", ""))
            seen[task.key] = asked
        standing: Any = SimpleNamespace(
            waits=SimpleNamespace(tasks=seen), finish=None, state=SimpleNamespace(instances={})
        )
        error = objection(standing, act)
        if error is not None:
            raise WorkflowUpdateFailedError(error)
        call = ActCall(case_id=self.instance_id, instance_id=self.instance_id, at=NOW, act=act)
        answer: ActAnswer = await self.insides.judged(call)
        if answer.refusal is not None:
            raise WorkflowUpdateFailedError(refusal(answer.refusal, answer.message))
        return TaskReceipt(
            instance_id=self.instance_id,
            task_key=act.task_key,
            request_id=act.request_id,
            act=act.act,
            assignee=answer.assignee,
            outcome=act.outcome,
            at=NOW,
        )

    async def resolve(self, act: Any, order: Any = None) -> Receipt:
        async with self.insides.database.reading() as room:
            found = await room.incidents.get(self.instance_id, act.incident)
        if found is None or found.closed_at is not None:
            raise WorkflowUpdateFailedError(refusal("NOT_OPEN", "The incident is not open."))
        return self.receipt(order or act)

    async def repair(self, order: Any) -> Receipt:
        """The case knows whether it stands still, its incidents, and its model."""
        if order.act.act in ("skip", "throw"):
            return await self.resolve(order.act, order)
        if order.act.act == "begin":
            return await self.begin(order)
        if order.act.act == "migrate":
            return self.receipt(order)
        if order.act.act == "modify":
            if any(one.element == "ghost" for one in order.act.instructions):
                raise WorkflowUpdateFailedError(refusal("INVALID", "There is no such element."))
            return self.receipt(order)
        async with self.insides.database.reading() as room:
            waits = await room.cases.waits(self.instance_id)
        is_suspended = any(wait.kind == "suspension" for wait in waits)
        code = {"suspend": "SUSPENDED", "resume": "NOT_SUSPENDED"}[order.act.act]
        if is_suspended == (order.act.act == "suspend"):
            raise WorkflowUpdateFailedError(refusal(code, "Not now."))
        return self.receipt(order)

    async def begin(self, order: Any) -> Receipt:
        async with self.insides.database.reading() as room:
            waits = await room.cases.waits(self.instance_id)
        if not any(wait.kind == "offer" and wait.key == order.act.wait for wait in waits):
            raise WorkflowUpdateFailedError(refusal("NOT_OPEN", "This is not offered."))
        return self.receipt(order)

    async def taken(self, order: Any) -> Receipt:
        return self.receipt(order)

    def receipt(self, order: Any, at: datetime = NOW) -> Receipt:
        asked = getattr(order, "request_id", "delivery")
        return Receipt(instance_id=self.instance_id, request_id=asked, at=at)


_ANSWERS: dict[str, Callable[[Handle, Any], Awaitable[Any]]] = {
    CLAIM_TASK: Handle.act,
    COMPLETE_TASK: Handle.act,
    RESOLVE_INCIDENT: Handle.resolve,
    CANCEL_CASE: Handle.taken,
    REPAIR_CASE: Handle.repair,
    DELIVER_MESSAGE: Handle.taken,
}

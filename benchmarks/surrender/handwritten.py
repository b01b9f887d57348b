"""The surrender case as one would write it for Temporal by hand: no drawing, no interpreter.

A thin sandboxed module, one scheduled activity per step, an update with a validator for the
approval, a timer beside it. The approver is judged by the same local activity as in the interpreted
case; a journal it has not.
"""

from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from benchmarks.surrender import doorbell
    from benchmarks.surrender.case import AFTER, APPROVAL_ABOVE, APPROVAL_HOURS, BEFORE, Step
    from workflows.contracts.activity import TaskAnswer, TaskCall
    from workflows.contracts.case import CaseInput, CaseResult
    from workflows.contracts.human_task import (
        HUMAN_TASK_ACT,
        ActAnswer,
        ActCall,
        TaskAct,
        TaskReceipt,
    )
    from workflows.contracts.routing import COMPLETE_TASK

STEP_TIMEOUT = timedelta(seconds=30)
RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    maximum_interval=timedelta(seconds=60),
    maximum_attempts=3,
)


@workflow.defn(name="HandWrittenSurrender")
class HandWrittenSurrender:
    """A surrender, start to survey."""

    @workflow.init
    def __init__(self, given: CaseInput) -> None:
        self.given = given
        self.facts: dict[str, Any] = dict(given.variables)
        self.done = 0
        self.is_open = False
        self.approval: TaskAct | None = None

    @workflow.run
    async def run(self, _given: CaseInput) -> CaseResult:
        """Verify, approve, execute, follow up."""
        for step in BEFORE:
            await self._do(step)
        if float(self.facts["quote"]["v"]["net"]["v"]) > APPROVAL_ABOVE:
            try:
                await self._approval()
            except TimeoutError:
                return CaseResult(outcome="completed", variables=self.facts)
        for step in AFTER:
            await self._do(step)
        return CaseResult(outcome="completed", variables=self.facts)

    async def _do(self, step: Step) -> None:
        self.done += 1
        info = workflow.info()
        call = TaskCall(
            case_id=self.given.case_id,
            instance_id=info.workflow_id,
            process_id=self.given.process_id,
            type=step.type,
            element=step.element,
            name=step.name,
            key=self.done,
            effect_key=f"{info.workflow_id}/{step.element}/{self.done}",
            variables={name: self.facts[name] for name in step.asks},
            at=workflow.now(),
        )
        answer = await workflow.execute_activity(
            step.type,
            call,
            result_type=TaskAnswer,
            start_to_close_timeout=STEP_TIMEOUT,
            retry_policy=RETRY,
        )
        self.facts |= answer.variables

    async def _approval(self) -> None:
        self.is_open = True
        self._show()
        await workflow.wait_condition(
            lambda: self.approval is not None, timeout=timedelta(hours=APPROVAL_HOURS)
        )
        self.is_open = False

    def _show(self) -> None:
        # The benchmark's instrument, not the case's: a side effect that replay does not mind.
        if not workflow.unsafe.is_replaying():
            with workflow.unsafe.sandbox_unrestricted():
                doorbell.ring(workflow.info().workflow_id)

    @workflow.update(name=COMPLETE_TASK)
    async def complete_task(self, act: TaskAct) -> TaskReceipt:
        """Approve, reject or return."""
        at = workflow.now()
        answer = await workflow.execute_local_activity(
            HUMAN_TASK_ACT,
            ActCall(
                case_id=self.given.case_id,
                instance_id=workflow.info().workflow_id,
                at=at,
                act=act,
            ),
            result_type=ActAnswer,
            start_to_close_timeout=STEP_TIMEOUT,
            retry_policy=RETRY,
        )
        if answer.refusal is not None:
            raise ApplicationError(answer.message, type=answer.refusal)
        self.facts["decision"] = {
            "t": "context",
            "v": {
                "outcome": {"t": "string", "v": act.outcome},
                "comment": {"t": "string", "v": act.comment},
                "by": {"t": "string", "v": act.actor},
                "at": {"t": "string", "v": at.isoformat()},
            },
        }
        self.approval = act
        return TaskReceipt(
            instance_id=workflow.info().workflow_id,
            task_key=act.task_key,
            request_id=act.request_id,
            act=act.act,
            outcome=act.outcome,
            at=at,
        )

    @complete_task.validator
    def _check(self, act: TaskAct) -> None:
        if not self.is_open or self.approval is not None:
            raise ApplicationError("The task is not open.", type="NOT_OPEN")
        if act.outcome not in ("approve", "reject", "return"):
            raise ApplicationError("Decide.", type="INVALID")

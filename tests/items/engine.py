"""Temporal in memory: the real workflow code and the real activities, and time as a test wants it.

Every case is an instance of the SDK's own, fed with activations as the SDK's core feeds it, so the
host runs unchanged; what it commands is carried out here, one after the other, until nothing is
left to do now. There is no server and no history: a case costs what its activities cost, and
nobody waits for a timer. What a server does beside that (replay, races, lost turns) is proven
elsewhere.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NoReturn

from temporalio import activity, client, workflow
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.failure.v1 import Failure
from temporalio.api.update.v1 import Outcome
from temporalio.bridge.proto.workflow_activation import WorkflowActivation, WorkflowActivationJob
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.common import Priority, SearchAttributes, TypedSearchAttributes
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowInstance, WorkflowInstanceDetails

from infra.temporal import SharedConverter
from workflows.contracts.routing import CASE_QUEUE, CASE_WORKFLOW
from workflows.host.case_workflow import ServicingCase

Activity = Callable[..., Any]

MOST_ATTEMPTS = 20
"""Of work that is tried for ever: then something is wrong with the test."""

_DEFINITION = workflow._Definition.must_from_class(ServicingCase)
_EXTERN: dict[str, Callable[..., Any]] = {
    "__temporal_get_metric_meter": lambda: None,
    "__temporal_assert_local_activity_valid": lambda _name: None,
}


class Stuck(AssertionError):
    """The workflow code itself failed: on a server its task would fail again and again."""


@dataclass(eq=False, slots=True)
class Run:
    """One run of one instance."""

    workflow_id: str
    run_id: str
    instance: WorkflowInstance
    caller: tuple[Run, int] | None = None
    """Who called it, and under which number."""
    jobs: deque[WorkflowActivationJob] = field(default_factory=deque)
    timers: dict[int, datetime] = field(default_factory=dict)
    children: dict[int, str] = field(default_factory=dict)
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Errand:
    """An activity to run."""

    run: Run
    seq: int
    type: str
    arguments: Sequence[Payload]
    attempts: int
    is_local: bool


@cache
def _hints(run: Activity) -> list[type] | None:
    return activity._Definition.must_from_callable(run).arg_types


class Engine:
    """Runs cases, as a server and its workers would."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.runs: dict[str, Run] = {}
        self.converter = DataConverter(payload_converter_class=SharedConverter)
        self.trouble: Stuck | None = None
        """The first failure of the workflow code or of an activity that nobody expected."""
        self.activities: dict[str, Activity] = {}
        self.started: list[str] = []
        """Every case that was begun, in order; called processes are not among them."""
        self.turns = 0
        """How often an instance was told something."""
        self._ready: deque[Run] = deque()
        self._errands: deque[Errand] = deque()
        self._alarms: list[tuple[datetime, int, Run, int]] = []
        self._numbers = itertools.count(1)
        self._outcomes: dict[str, Outcome] = {}
        self._answers: dict[str, Payload | Failure] = {}

    def serve(self, activities: Iterable[Activity]) -> None:
        """Let these activities do the work."""
        for run in activities:
            definition = activity._Definition.must_from_callable(run)
            assert definition.name is not None
            self.activities[definition.name] = run

    # --- as a server

    async def start(self, workflow_id: str, arguments: Sequence[Any]) -> Run:
        """Begin a case."""
        if workflow_id in self.runs:
            raise WorkflowAlreadyStartedError(workflow_id, CASE_WORKFLOW)
        self.started.append(workflow_id)
        payloads = self.converter.payload_converter.to_payloads(arguments)
        run = self._begin(workflow_id, payloads)
        await self.settle()
        return run

    async def update(self, workflow_id: str, name: str, arguments: Sequence[Any]) -> Outcome:
        """Let an instance judge and carry out an update."""
        run = self.running(workflow_id)
        number = f"update-{next(self._numbers)}"
        job = WorkflowActivationJob()
        job.do_update.id = job.do_update.protocol_instance_id = number
        job.do_update.name, job.do_update.run_validator = name, True
        job.do_update.input.extend(self.converter.payload_converter.to_payloads(arguments))
        self._tell(run, job)
        await self.settle()
        return self._outcomes.pop(number)

    async def signal(self, workflow_id: str, name: str, arguments: Sequence[Any]) -> None:
        """Signal an instance."""
        payloads = self.converter.payload_converter.to_payloads(arguments)
        self._signal(self.running(workflow_id), name, payloads)
        await self.settle()

    async def query(self, workflow_id: str, name: str, arguments: Sequence[Any]) -> Payload:
        """Ask an instance."""
        run = self.running(workflow_id)
        number = f"query-{next(self._numbers)}"
        job = WorkflowActivationJob()
        job.query_workflow.query_id, job.query_workflow.query_type = number, name
        job.query_workflow.arguments.extend(self.converter.payload_converter.to_payloads(arguments))
        self._activate(run, [job])
        answer = self._answers.pop(number)
        if isinstance(answer, Failure):
            raise client.WorkflowQueryFailedError(answer.message)
        return answer

    def running(self, workflow_id: str) -> Run:
        """The instance, if it goes on."""
        run = self.runs.get(workflow_id)
        if run is None or run.is_over:
            raise RPCError("workflow not found", RPCStatusCode.NOT_FOUND, b"")
        return run

    # --- going on

    async def settle(self) -> None:
        """Go on until nothing is left to do now."""
        while True:
            if self._ready:
                run = self._ready.popleft()
                jobs = list(run.jobs)
                run.jobs.clear()
                if jobs and not run.is_over:
                    self._activate(run, jobs)
            elif self._errands:
                await self._do(self._errands.popleft())
            else:
                return

    @property
    def next_alarm(self) -> datetime | None:
        """When the next timer falls due."""
        while self._alarms:
            due, _, run, seq = self._alarms[0]
            if not run.is_over and run.timers.get(seq) == due:
                return due
            heapq.heappop(self._alarms)
        return None

    async def ring(self) -> None:
        """Let the next timer fall due."""
        due = self.next_alarm
        assert due is not None
        _, _, run, seq = heapq.heappop(self._alarms)
        self.now = max(self.now, due)
        del run.timers[seq]
        job = WorkflowActivationJob()
        job.fire_timer.seq = seq
        self._tell(run, job)
        await self.settle()

    # --- activations

    def _begin(
        self, workflow_id: str, arguments: Sequence[Payload], caller: tuple[Run, int] | None = None
    ) -> Run:
        number = next(self._numbers)
        run_id = f"run-{number}"
        details = WorkflowInstanceDetails(
            payload_converter_factory=self.converter.payload_converter_class,
            failure_converter_class=self.converter.failure_converter_class,
            interceptor_classes=[],
            defn=_DEFINITION,
            info=self._info(workflow_id, run_id),
            randomness_seed=number,
            extern_functions=_EXTERN,
            disable_eager_activity_execution=True,
            worker_level_failure_exception_types=[],
            patch_activation_callback=None,
            last_completion_result=Payloads(),
            last_failure=None,
        )
        instance = UnsandboxedWorkflowRunner().create_instance(details)
        run = self.runs[workflow_id] = Run(workflow_id, run_id, instance, caller)
        job = WorkflowActivationJob()
        begun = job.initialize_workflow
        begun.workflow_type, begun.workflow_id = CASE_WORKFLOW, workflow_id
        begun.arguments.extend(arguments)
        begun.randomness_seed, begun.attempt = number, 1
        begun.start_time.FromDatetime(self.now)
        self._tell(run, job)
        return run

    def _info(self, workflow_id: str, run_id: str) -> workflow.Info:
        nothing: SearchAttributes = {}
        return workflow.Info(
            attempt=1,
            continued_run_id=None,
            cron_schedule=None,
            execution_timeout=None,
            first_execution_run_id=run_id,
            headers={},
            namespace="default",
            original_execution_run_id=run_id,
            parent=None,
            root=None,
            priority=Priority.default,
            raw_memo={},
            retry_policy=None,
            run_id=run_id,
            run_timeout=None,
            search_attributes=nothing,
            start_time=self.now,
            task_queue=CASE_QUEUE,
            task_timeout=timedelta(seconds=10),
            typed_search_attributes=TypedSearchAttributes.empty,
            workflow_id=workflow_id,
            workflow_start_time=self.now,
            workflow_type=CASE_WORKFLOW,
        )

    def _tell(self, run: Run, job: WorkflowActivationJob) -> None:
        run.jobs.append(job)
        self._ready.append(run)
        self.turns += 1

    def _activate(self, run: Run, jobs: Sequence[WorkflowActivationJob]) -> None:
        activation = WorkflowActivation(run_id=run.run_id, jobs=jobs)
        activation.timestamp.FromDatetime(self.now)
        loop = asyncio.get_running_loop()
        try:
            completion = run.instance.activate(activation)
        finally:
            asyncio._set_running_loop(loop)  # the instance is a loop of its own
        if completion.HasField("failed"):
            failure = completion.failed.failure
            self._stuck(f"{run.workflow_id}: {failure.message}\n{failure.stack_trace}")
        for command in completion.successful.commands:
            kind = command.WhichOneof("variant") or ""
            if kind not in _DROPPED:
                _COMMANDS.get(kind, _unknown)(self, run, command)

    # --- commands

    def _local(self, run: Run, command: WorkflowCommand) -> None:
        wanted = command.schedule_local_activity
        self._errand(run, wanted, is_local=True)

    def _remote(self, run: Run, command: WorkflowCommand) -> None:
        self._errand(run, command.schedule_activity, is_local=False)

    def _errand(self, run: Run, wanted: Any, *, is_local: bool) -> None:
        attempts = wanted.retry_policy.maximum_attempts or MOST_ATTEMPTS
        self._errands.append(
            Errand(
                run, wanted.seq, wanted.activity_type, list(wanted.arguments), attempts, is_local
            )
        )

    def _no_errand(self, run: Run, command: WorkflowCommand) -> None:
        kind = command.WhichOneof("variant") or ""
        seq = getattr(command, kind).seq
        for errand in list(self._errands):
            if errand.run is run and errand.seq == seq:
                self._errands.remove(errand)
                job = _resolved(errand)
                job.resolve_activity.result.cancelled.failure.canceled_failure_info.SetInParent()
                self._tell(run, job)

    def _timer(self, run: Run, command: WorkflowCommand) -> None:
        wanted = command.start_timer
        due = self.now + wanted.start_to_fire_timeout.ToTimedelta()
        run.timers[wanted.seq] = due
        heapq.heappush(self._alarms, (due, next(self._numbers), run, wanted.seq))

    def _no_timer(self, run: Run, command: WorkflowCommand) -> None:
        run.timers.pop(command.cancel_timer.seq, None)

    def _child(self, run: Run, command: WorkflowCommand) -> None:
        wanted = command.start_child_workflow_execution
        child = self._begin(wanted.workflow_id, wanted.input, (run, wanted.seq))
        run.children[wanted.seq] = wanted.workflow_id
        job = WorkflowActivationJob()
        job.resolve_child_workflow_execution_start.seq = wanted.seq
        job.resolve_child_workflow_execution_start.succeeded.run_id = child.run_id
        self._tell(run, job)

    def _no_child(self, run: Run, command: WorkflowCommand) -> None:
        child = self.runs[run.children[command.cancel_child_workflow_execution.child_workflow_seq]]
        job = WorkflowActivationJob()
        job.cancel_workflow.reason = command.cancel_child_workflow_execution.reason
        if not child.is_over:
            self._tell(child, job)

    def _signal_other(self, run: Run, command: WorkflowCommand) -> None:
        wanted = command.signal_external_workflow_execution
        other = self.runs.get(wanted.child_workflow_id or wanted.workflow_execution.workflow_id)
        job = WorkflowActivationJob()
        job.resolve_signal_external_workflow.seq = wanted.seq
        if other is None or other.is_over:
            job.resolve_signal_external_workflow.failure.message = "not found"
            job.resolve_signal_external_workflow.failure.application_failure_info.SetInParent()
        else:
            self._signal(other, wanted.signal_name, wanted.args)
        self._tell(run, job)

    def _signal(self, run: Run, name: str, arguments: Sequence[Payload]) -> None:
        job = WorkflowActivationJob()
        job.signal_workflow.signal_name = name
        job.signal_workflow.input.extend(arguments)
        self._tell(run, job)

    def _updated(self, _run: Run, command: WorkflowCommand) -> None:
        told = command.update_response
        match told.WhichOneof("response"):
            case "rejected":
                self._outcomes[told.protocol_instance_id] = Outcome(failure=told.rejected)
            case "completed":
                success = Payloads(payloads=[told.completed])
                self._outcomes[told.protocol_instance_id] = Outcome(success=success)

    def _answered(self, _run: Run, command: WorkflowCommand) -> None:
        told = command.respond_to_query
        is_answer = told.WhichOneof("variant") == "succeeded"
        self._answers[told.query_id] = told.succeeded.response if is_answer else told.failed

    def _again(self, run: Run, command: WorkflowCommand) -> None:
        run.is_over = True
        arguments = command.continue_as_new_workflow_execution.arguments
        self._begin(run.workflow_id, arguments, run.caller)

    def _completed(self, run: Run, command: WorkflowCommand) -> None:
        run.is_over = True
        if run.caller is not None:
            caller, seq = run.caller
            job = WorkflowActivationJob()
            job.resolve_child_workflow_execution.seq = seq
            job.resolve_child_workflow_execution.result.completed.result.CopyFrom(
                command.complete_workflow_execution.result
            )
            self._tell(caller, job)

    def _cancelled(self, run: Run, _command: WorkflowCommand) -> None:
        run.is_over = True
        if run.caller is not None:
            caller, seq = run.caller
            job = WorkflowActivationJob()
            job.resolve_child_workflow_execution.seq = seq
            result = job.resolve_child_workflow_execution.result
            result.cancelled.failure.canceled_failure_info.SetInParent()
            self._tell(caller, job)

    def _failed(self, run: Run, command: WorkflowCommand) -> None:
        failure = command.fail_workflow_execution.failure
        self._stuck(f"{run.workflow_id} failed: {failure.message}")

    def _stuck(self, why: str) -> NoReturn:
        """Keep it: who asked may be patient with a server that fails."""
        self.trouble = self.trouble or Stuck(why)
        raise self.trouble

    # --- activities

    async def _do(self, errand: Errand) -> None:
        run = self.activities[errand.type]
        arguments = self.converter.payload_converter.from_payloads(errand.arguments, _hints(run))
        job = _resolved(errand)
        result = job.resolve_activity.result
        for attempt in range(1, errand.attempts + 1):
            try:
                answer = await run(*arguments)
            except ApplicationError as error:
                if error.type == "bug":
                    self._stuck(f"{errand.type} of {errand.run.workflow_id}: {error}")
                if error.non_retryable or attempt == errand.attempts:
                    self._write_failure(error, result.failed.failure)
                    break
            else:
                converted = self.converter.payload_converter.to_payloads([answer])
                result.completed.result.CopyFrom(converted[0])
                break
        self._tell(errand.run, job)

    def _write_failure(self, error: ApplicationError, into: Failure) -> None:
        into.message = "Activity task failed"
        into.activity_failure_info.SetInParent()
        self.converter.failure_converter.to_failure(
            error, self.converter.payload_converter, into.cause
        )


def _resolved(errand: Errand) -> WorkflowActivationJob:
    job = WorkflowActivationJob()
    job.resolve_activity.seq, job.resolve_activity.is_local = errand.seq, errand.is_local
    return job


def _unknown(_engine: Engine, run: Run, command: WorkflowCommand) -> NoReturn:
    raise AssertionError(f"{run.workflow_id}: nobody carries out {command}")


_DROPPED = frozenset({
    "set_patch_marker", "upsert_workflow_search_attributes", "modify_workflow_properties",
    "cancel_signal_workflow",
})  # fmt: skip
_COMMANDS: dict[str, Callable[[Engine, Run, WorkflowCommand], None]] = {
    "schedule_local_activity": Engine._local,
    "schedule_activity": Engine._remote,
    "request_cancel_local_activity": Engine._no_errand,
    "request_cancel_activity": Engine._no_errand,
    "start_timer": Engine._timer,
    "cancel_timer": Engine._no_timer,
    "start_child_workflow_execution": Engine._child,
    "cancel_child_workflow_execution": Engine._no_child,
    "signal_external_workflow_execution": Engine._signal_other,
    "update_response": Engine._updated,
    "respond_to_query": Engine._answered,
    "continue_as_new_workflow_execution": Engine._again,
    "complete_workflow_execution": Engine._completed,
    "cancel_workflow_execution": Engine._cancelled,
    "fail_workflow_execution": Engine._failed,
}

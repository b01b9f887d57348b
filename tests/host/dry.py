"""A case without a server: its activations one by one, each with what it costs its thread.

What the server and the SDK's core would do in between is done here: activities end at once, those
that run elsewhere in as small groups as is asked for, and the events of a history are counted.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import temporalio.api.common.v1 as common
from temporalio.bridge.proto.workflow_activation import WorkflowActivation, WorkflowActivationJob
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.common import MetricMeter, Priority, TypedSearchAttributes
from temporalio.converter import DefaultFailureConverter
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.workflow import Info, _Definition

from infra.temporal import data_converter
from tests.encryption import CODEC
from tests.host.world import World
from workers.sandbox import sandboxed
from workflows.contracts.activity import TaskAnswer
from workflows.contracts.case import CaseInput, Limits
from workflows.contracts.human_task import JOURNAL_FLUSH
from workflows.contracts.journal import JournalReceipt
from workflows.contracts.routing import CASE_QUEUE, CASE_WORKFLOW
from workflows.host.case_workflow import ServicingCase
from workflows.host.programs import PROGRAMS

WORKFLOW_TASK, REMOTE_ACTIVITY = 3, 2
"""Events of a workflow task; and those of an activity besides its being scheduled."""
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
_CONVERTER = data_converter(CODEC)


@dataclass
class Run:
    """What one run of the workflow cost."""

    events: int = 0
    seconds: list[float] = field(default_factory=list)
    """Of each activation."""


@dataclass
class Dry:
    """A case of one process; ``at_once``: so many of what runs elsewhere end at the same time."""

    world: World
    limits: Limits = field(default_factory=Limits)
    at_once: int = 1
    runs: list[Run] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    """The keys of the effects that activities were asked for."""

    def play(self, process_id: str) -> str:
        """Run it to its end; returns what the end was."""
        PROGRAMS.install(self.world.bundles.get)
        given = CaseInput(
            case_id="BQ-dry",
            process_id=process_id,
            version=1,
            program_hash=self.world.deployed[process_id],
            limits=self.limits,
        )
        arguments: Sequence[common.Payload] = self._converter.to_payloads([given])
        while True:
            run = _DryRun(self, len(self.runs))
            self.runs.append(run.cost)
            end = run.play(arguments)
            if not end.HasField("continue_as_new_workflow_execution"):
                return str(end.WhichOneof("variant"))
            arguments = end.continue_as_new_workflow_execution.arguments

    @property
    def _converter(self) -> Any:
        return _CONVERTER.payload_converter


class _DryRun:
    """One run: jobs in, commands out."""

    def __init__(self, dry: Dry, number: int) -> None:
        self.dry, self.cost = dry, Run()
        self.id = f"run-{number}"
        self.now = BEGUN + timedelta(days=number)
        self.instance = asyncio.run(_instance(self.id, self.now))
        self.local: deque[WorkflowActivationJob] = deque()
        self.remote: deque[WorkflowActivationJob] = deque()
        self.timers: deque[WorkflowActivationJob] = deque()

    def play(self, arguments: Sequence[common.Payload]) -> WorkflowCommand:
        first = WorkflowActivationJob()
        first.initialize_workflow.workflow_type = CASE_WORKFLOW
        first.initialize_workflow.workflow_id = "BQ-dry"
        first.initialize_workflow.arguments.extend(arguments)
        first.initialize_workflow.randomness_seed = 1
        first.initialize_workflow.attempt = 1
        self.cost.events = 1
        jobs = [first]
        while jobs:
            for command in self._activated(jobs):
                if self._is_end(command):
                    return command
            jobs = [*self._next()]
        raise AssertionError("nothing happens any more")

    def _activated(self, jobs: list[WorkflowActivationJob]) -> list[WorkflowCommand]:
        is_task = not any(one.resolve_activity.is_local for one in jobs)
        self.cost.events += WORKFLOW_TASK if is_task else 0
        self.now += timedelta(milliseconds=5)
        activation = WorkflowActivation(
            run_id=self.id, jobs=jobs, history_length=self.cost.events, history_size_bytes=1
        )
        activation.timestamp.FromDatetime(self.now.replace(tzinfo=None))
        begun = time.thread_time()
        done = self.instance.activate(activation)
        self.cost.seconds.append(time.thread_time() - begun)
        assert not done.HasField("failed"), done.failed
        return list(done.successful.commands)

    def _next(self) -> Iterator[WorkflowActivationJob]:
        """What ends next: local work within the workflow task, all else each in one of its own."""
        if self.local:
            yield self.local.popleft()
        elif self.remote:
            for _ in range(min(self.dry.at_once, len(self.remote))):
                self.cost.events += REMOTE_ACTIVITY
                yield self.remote.popleft()
        elif self.timers:
            self.cost.events += 1
            yield self.timers.popleft()

    def _is_end(self, command: WorkflowCommand) -> bool:
        match command.WhichOneof("variant"):
            case "schedule_local_activity":
                asked = command.schedule_local_activity
                self.local.append(self._answered(asked, is_local=True))
            case "schedule_activity":
                self.remote.append(self._answered(command.schedule_activity, is_local=False))
            case "start_timer":
                job = WorkflowActivationJob()
                job.fire_timer.seq = command.start_timer.seq
                self.timers.append(job)
            case "continue_as_new_workflow_execution" | "complete_workflow_execution":
                return True
            case "fail_workflow_execution":
                raise AssertionError(str(command))
            case _:
                pass
        self.cost.events += 1
        return False

    def _answered(self, asked: Any, *, is_local: bool) -> WorkflowActivationJob:
        answer: Any = JournalReceipt()
        if asked.activity_type != JOURNAL_FLUSH:
            (call,) = self.dry._converter.from_payloads(asked.arguments)
            self.dry.called.append(call["effect_key"])
            answer = TaskAnswer()
        job = WorkflowActivationJob()
        job.resolve_activity.seq = asked.seq
        job.resolve_activity.is_local = is_local
        (payload,) = self.dry._converter.to_payloads([answer])
        job.resolve_activity.result.completed.result.CopyFrom(payload)
        return job


async def _instance(run_id: str, now: datetime) -> WorkflowInstance:
    definition = _Definition.must_from_class(ServicingCase)
    return sandboxed().create_instance(
        WorkflowInstanceDetails(
            payload_converter_factory=lambda: _CONVERTER.payload_converter,
            failure_converter_class=DefaultFailureConverter,
            interceptor_classes=(),
            defn=definition,
            info=_info(run_id, now),
            randomness_seed=1,
            extern_functions={
                "__temporal_get_metric_meter": lambda: MetricMeter.noop,
                "__temporal_assert_local_activity_valid": lambda _: None,
            },
            disable_eager_activity_execution=False,
            worker_level_failure_exception_types=(),
            patch_activation_callback=None,
            last_completion_result=common.Payloads(),
            last_failure=None,
        )
    )


def _info(run_id: str, now: datetime) -> Info:
    return Info(
        attempt=1,
        continued_run_id=None,
        cron_schedule=None,
        execution_timeout=None,
        first_execution_run_id="run-0",
        headers={},
        namespace="default",
        original_execution_run_id=run_id,
        parent=None,
        root=None,
        raw_memo={},
        retry_policy=None,
        run_id=run_id,
        run_timeout=None,
        search_attributes={},
        start_time=now,
        workflow_start_time=now,
        task_queue=CASE_QUEUE,
        task_timeout=timedelta(seconds=10),
        typed_search_attributes=TypedSearchAttributes.empty,
        workflow_id="BQ-dry",
        workflow_type=CASE_WORKFLOW,
        priority=Priority.default,
    )

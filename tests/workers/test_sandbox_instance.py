"""The short way round the sandbox: still there in this SDK, with the SDK's own answers."""

import logging
from types import SimpleNamespace

import pytest
from temporalio import workflow
from temporalio.api.enums.v1 import CommandType
from temporalio.worker import Replayer, WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from infra.temporal import data_converter
from tests.replay.recording import install_programs, recorded
from workers import sandbox_instance
from workers.sandbox import sandboxed
from workers.sandbox_instance import DirectInstance, DirectRunner, find_inside
from workflows.host.case_workflow import ServicingCase

DEFINITION = workflow._Definition.must_from_class(ServicingCase)


def created(runner: SandboxedWorkflowRunner) -> WorkflowInstance:
    """What a runner makes of our workflow."""
    made: list[WorkflowInstance] = []
    create = type(runner).create_instance

    class Telling(SandboxedWorkflowRunner):
        def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
            made.append(create(runner, det))
            return made[-1]

    Telling().prepare_workflow(DEFINITION)
    return made[0]


def stock() -> SandboxedWorkflowRunner:
    return SandboxedWorkflowRunner(restrictions=sandboxed().restrictions)


# --- the shape this version of the SDK has ----------------------------------------------------


async def test_the_instance_inside_the_sandbox_is_found() -> None:
    made = created(stock())

    inside = find_inside(made)

    assert inside is not None
    assert inside is not made
    assert inside.get_serialization_context(None) == made.get_serialization_context(None)


async def test_our_runner_goes_round_the_sandbox() -> None:
    assert isinstance(created(sandboxed()), DirectInstance)


# --- another shape ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        SimpleNamespace(),
        SimpleNamespace(globals_and_locals=None),
        SimpleNamespace(globals_and_locals={}),
        SimpleNamespace(globals_and_locals={"__temporal_in_sandbox": object()}),
        SimpleNamespace(
            globals_and_locals={"__temporal_in_sandbox": SimpleNamespace(instance=object())}
        ),
    ],
)
def test_another_shape_is_noticed(other) -> None:
    assert find_inside(other) is None


async def test_in_another_shape_the_sdks_own_instance_answers(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox_instance._warn_once.cache_clear()
    monkeypatch.setattr(sandbox_instance, "find_inside", lambda _stock: None)

    with caplog.at_level(logging.WARNING, sandbox_instance.__name__):
        first, second = created(sandboxed()), created(sandboxed())

    for made in (first, second):
        assert isinstance(made, DirectInstance), "its turns are not interrupted either"
        assert made._inside is made._sandboxed
    assert len(caplog.records) == 1, "once a process"


# --- the same answers -------------------------------------------------------------------------


@pytest.mark.slow
async def test_the_answers_are_the_sdks_own() -> None:
    """Every question of a replay is asked both ways."""
    asked: set[int | None] = set()
    differing: list[object] = []

    class Comparing(DirectInstance):
        def get_serialization_context(self, command_info):
            return self._compared("get_serialization_context", command_info)

        def get_external_store_context(self, command_info):
            return self._compared("get_external_store_context", command_info)

        def _compared(self, question, command_info):
            asked.add(command_info and command_info.command_type)
            answers = [
                getattr(one, question)(command_info) for one in (self._inside, self._sandboxed)
            ]
            if answers[0] != answers[1] or type(answers[0]) is not type(answers[1]):
                differing.append((command_info, answers))
            return answers[0]

    class ComparingRunner(DirectRunner):
        def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
            made = super().create_instance(det)
            assert isinstance(made, DirectInstance)
            return Comparing(made._sandboxed, made._inside)

    install_programs()
    replayer = Replayer(
        workflows=[ServicingCase],
        workflow_runner=ComparingRunner(restrictions=sandboxed().restrictions),
        data_converter=data_converter(),
    )
    for _, history in recorded():
        await replayer.replay_workflow(history)

    assert differing == []
    assert asked >= {
        None,
        CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK,
        CommandType.COMMAND_TYPE_START_CHILD_WORKFLOW_EXECUTION,
        CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION,
    }

"""Every history ever recorded replays with the current code."""

import pytest
from temporalio.client import WorkflowHistory
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

from infra.temporal import data_converter
from tests.replay.recording import SCENARIOS, install_programs, record, recorded
from workers.sandbox import sandboxed
from workflows.host.case_workflow import ServicingCase

RECORDED = dict(recorded())


@pytest.fixture(scope="module")
def programs() -> None:
    """The models that the histories ran on."""
    install_programs()


@pytest.mark.journey
@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_a_scenario_is_recorded_when_asked(
    request: pytest.FixtureRequest, time_skipping: WorkflowEnvironment, scenario: str
) -> None:
    if not request.config.getoption("--record-histories"):
        pytest.skip("records only with --record-histories")

    await record(scenario, time_skipping)


def test_every_scenario_has_been_recorded() -> None:
    assert all(any(f"-{name}-" in file for file in RECORDED) for name in SCENARIOS)


@pytest.mark.slow
@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("file", RECORDED)
async def test_a_recorded_history_replays(file: str) -> None:
    replayer = Replayer(
        workflows=[ServicingCase],
        workflow_runner=sandboxed(),
        data_converter=data_converter(),
        debug_mode=True,  # whether it fits is the question, not how fast this machine reads models
    )

    result = await replayer.replay_workflow(RECORDED[file], raise_on_replay_failure=False)

    assert result.replay_failure is None


@pytest.mark.slow
@pytest.mark.usefixtures("programs")
async def test_a_history_that_diverges_is_noticed() -> None:
    file, history = next((f, h) for f, h in RECORDED.items() if "-jobs-in-parallel-" in f)
    replayer = Replayer(
        workflows=[ServicingCase],
        workflow_runner=sandboxed(),
        data_converter=data_converter(),
        debug_mode=True,  # whether it fits is the question, not how fast this machine reads models
    )
    for event in history.events:
        if event.HasField("activity_task_scheduled_event_attributes"):
            event.activity_task_scheduled_event_attributes.activity_type.name = "another.type"

    result = await replayer.replay_workflow(
        WorkflowHistory(history.workflow_id, history.events), raise_on_replay_failure=False
    )

    assert result.replay_failure is not None, file

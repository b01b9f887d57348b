"""A multi-instance activity of many thousand items: what its turns cost, and on a server."""

from itertools import accumulate

import pytest
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from tests.builders.process import a_process, multi_instance
from tests.host.dry import Dry
from tests.host.world import Running, World
from workflows.contracts.case import Limits
from workflows.host.checkpoint import OVER_LONG
from workflows.host.dispatch import IN_FLIGHT

LOCAL, REMOTE = "verification.policy", "verification.payee"
HISTORY = 51_200
"""Events after which the server ends a run."""
BUFFERED = 100
"""Events that the server keeps while a workflow task runs; then it takes the task back."""
ACTIVATION = 0.2
"""Seconds of CPU that an activation may cost, whatever the model."""
PLAYS = 3
"""Plays at most: who else runs takes no CPU time of ours, but cold caches do."""
ITEMS = 10_000
EVERY_KIND = pytest.mark.parametrize(
    ("work", "sequential"), [(LOCAL, False), (LOCAL, True), (REMOTE, False), (REMOTE, True)]
)


def of_many(items: int, work: str, *, sequential: bool = False) -> World:
    world = World()
    loop = multi_instance(cardinality=f"={items}", sequential=sequential)
    world.deploy(a_process("p").start().service("work", work, loop=loop).end())
    return world


async def runs_of(client: Client, case: Running) -> list[list[HistoryEvent]]:
    """The histories of a case, one for each of its runs, the last first."""
    runs, handle = [], case.handle
    while True:
        runs.append([event async for event in handle.fetch_history_events()])
        begun = runs[-1][0].workflow_execution_started_event_attributes
        if not begun.continued_execution_run_id:
            return runs
        handle = client.get_workflow_handle(case.id, run_id=begun.continued_execution_run_id)


@pytest.mark.long
@pytest.mark.timeout(600)
@EVERY_KIND
def test_no_turn_of_ten_thousand_items_costs_too_much(work, sequential):
    costs: list[float] = []
    while len(costs) < PLAYS and (not costs or costs[-1] >= ACTIVATION):
        case = Dry(of_many(ITEMS, work, sequential=sequential))
        end = case.play("p")
        costs.append(max(max(run.seconds) for run in case.runs))

    assert end == "complete_workflow_execution"
    assert len(set(case.called)) == len(case.called) == ITEMS
    assert costs[-1] < ACTIVATION
    longest = max(run.events for run in case.runs)
    assert longest < (OVER_LONG + 2) * Limits().events < HISTORY


@pytest.mark.parametrize("sequential", [True, False])
def test_each_of_many_items_is_worked_off_once_whatever_run_it_comes_to(sequential):
    case = Dry(of_many(60, REMOTE, sequential=sequential), Limits(events=30 if sequential else 2))

    assert case.play("p") == "complete_workflow_execution"
    assert len(set(case.called)) == len(case.called) == 60
    assert len(case.runs) > 2


@pytest.mark.long
@pytest.mark.journey
@pytest.mark.timeout(1_800)
@EVERY_KIND
async def test_ten_thousand_items_are_worked_off_within_the_limits_of_a_history(
    dev_server, work, sequential
):
    world = of_many(ITEMS, work, sequential=sequential)

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p", limits=Limits())
        result = await case.result()
        runs = await runs_of(dev_server.client, case)

    assert result.outcome == "completed"
    assert len({call.key for call in world.calls}) == ITEMS
    assert max(map(len, runs)) < HISTORY


@pytest.mark.journey
async def test_the_server_keeps_its_workflow_task_whatever_ends_at_the_same_time(dev_server):
    world = of_many(90, REMOTE)

    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        result = await case.result()

    under_way = list(accumulate(map(_change, await case.events())))
    assert (result.outcome, len(world.calls)) == ("completed", 90)
    assert max(under_way) == IN_FLIGHT["remote"]
    assert 2 * max(under_way) < BUFFERED, "each ends by two events"


def _change(event: HistoryEvent) -> int:
    begun = event.HasField("activity_task_scheduled_event_attributes")
    return begun - event.HasField("activity_task_completed_event_attributes")

"""Every activity bound to its contract, exactly once."""

from collections.abc import Callable
from typing import Any

from temporalio import activity

from activities import (
    anomaly,
    calling_back,
    data_stores,
    execution,
    feedback,
    follow_up,
    population,
    risk_alerts,
    verification,
)
from activities.definitions import resolve_definition
from activities.human_tasks import human_task_act
from activities.journal import journal_flush
from activities.messages import message_publish
from activities.once import Once
from activities.replays import replay_order, replay_undone
from activities.signals import signal_broadcast
from activities.step import Equipment, Steps, Systems
from workflows.contracts.activity import TaskAnswer, TaskCall
from workflows.contracts.catalogue import CONTRACTS

STEPS: Steps = {
    **verification.STEPS,
    **execution.STEPS,
    **follow_up.STEPS,
    **anomaly.STEPS,
    **risk_alerts.STEPS,
    **population.STEPS,
    **feedback.STEPS,
    **calling_back.STEPS,
    **data_stores.STEPS,
}


def build_activities(equipment: Equipment) -> list[Callable[..., Any]]:
    """Build every activity that a worker of the case queue serves."""
    unserved, unknown = CONTRACTS.keys() - STEPS.keys(), STEPS.keys() - CONTRACTS.keys()
    if unserved or unknown:
        raise LookupError(
            f"Expected one step per contract, but {sorted(unserved)} have none"
            f" and {sorted(unknown)} have no contract."
        )
    steps = steps_with(equipment.systems)
    stages = [
        _activity(Once(equipment, contract, steps[name])) for name, contract in CONTRACTS.items()
    ]
    platform = (
        journal_flush, human_task_act, message_publish, signal_broadcast, resolve_definition,
        replay_order, replay_undone,
    )  # fmt: skip
    return [*stages, *(build(equipment) for build in platform)]


def steps_with(systems: Systems) -> Steps:
    """Choose the steps: through the insurer's core system where there is one."""
    return STEPS if systems.core is None else {**STEPS, **execution.THROUGH_CORE}


def _activity(once: Once) -> Callable[..., Any]:
    @activity.defn(name=once.contract.type)
    async def run(call: TaskCall) -> TaskAnswer:
        return await once.run(call)

    return run

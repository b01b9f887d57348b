"""``replay.order``: tell a run that was reset by whose order, and what is corrected first."""

from collections.abc import Callable

from temporalio import activity

from activities.once import guarded
from activities.step import Equipment
from workflows.contracts.case import ReplayAnswer, ReplayAsked
from workflows.contracts.human_task import REPLAY_ORDER


def replay_order(equipment: Equipment) -> Callable[..., object]:
    """Build the activity."""

    @activity.defn(name=REPLAY_ORDER)
    async def order(asked: ReplayAsked) -> ReplayAnswer:
        async def run() -> ReplayAnswer:
            async with equipment.work() as books:
                return ReplayAnswer(note=await books.replays.note_for(asked.case_id, asked.run_id))

        answer: ReplayAnswer = await guarded(REPLAY_ORDER, lambda: equipment.again(run))
        return answer

    return order

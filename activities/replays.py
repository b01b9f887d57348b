"""``replay.order``, ``replay.undone``: by whose order a run was reset, what it had undone."""

from collections.abc import Callable

from temporalio import activity

from activities.once import guarded
from activities.step import Equipment
from workflows.contracts.case import ReplayAnswer, ReplayAsked, UndoneAsked
from workflows.contracts.human_task import REPLAY_ORDER, REPLAY_UNDONE
from workflows.domain.effects import UNDOES, Effect


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


def replay_undone(equipment: Equipment) -> Callable[..., object]:
    """Build the activity."""

    @activity.defn(name=REPLAY_UNDONE)
    async def undone(told: UndoneAsked) -> None:
        async def run() -> None:
            async with equipment.work() as books:
                await books.hold(told.case_id)
                effect = _nothing_any_more(told)
                _, known = await books.effects.standing(effect.key)
                if known is None:
                    await books.effects.record(effect)

        await guarded(REPLAY_UNDONE, lambda: equipment.again(run))

    return undone


def _nothing_any_more(told: UndoneAsked) -> Effect:
    return Effect(
        key=f"{told.case_id}/replay/{told.replay_id}",
        kind=REPLAY_UNDONE,
        case_id=told.case_id,
        instance_id=told.case_id,
        element="",
        result={"variables": {}},
        at=told.at,
        detail={UNDOES: list(told.keys)},
    )

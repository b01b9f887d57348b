"""``signal.broadcast``: a case throws a BPMN signal; the broker tells everybody who listens."""

from collections.abc import Callable

from temporalio import activity

from activities.once import guarded, journaled
from activities.step import Equipment
from workflows.contracts.human_task import SIGNAL_BROADCAST
from workflows.contracts.signal import Broadcast, BroadcastReceipt
from workflows.domain import signal as domain


def signal_broadcast(equipment: Equipment) -> Callable[..., object]:
    """Build the activity."""

    @activity.defn(name=SIGNAL_BROADCAST)
    async def broadcast(call: Broadcast) -> BroadcastReceipt:
        async def run() -> BroadcastReceipt:
            return await _broadcast(equipment, call)

        receipt: BroadcastReceipt = await guarded(SIGNAL_BROADCAST, lambda: equipment.again(run))
        return receipt

    return broadcast


async def _broadcast(equipment: Equipment, call: Broadcast) -> BroadcastReceipt:
    """Journal, signal and what everybody is to hear commit together; a repeat finds them."""
    thrown = domain.Broadcast(
        name=call.name,
        signal_id=call.effect_key,
        variables=call.variables,
        at=call.at,
        publisher=call.instance_id,
        clock_offset=call.clock_offset,
    )
    async with equipment.work() as books:
        messages = await journaled(books, call.journal)
        await books.signals.broadcast(thrown)
        signals = await books.signals.for_instance(call.instance_id)
    own = tuple(each for each in messages if each.instance_id == call.instance_id)
    return BroadcastReceipt(signals=signals, messages=own)

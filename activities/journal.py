"""``journal.flush``: write down what a case did when no other activity carries it."""

from collections.abc import Callable

from temporalio import activity

from activities.once import guarded
from activities.step import Equipment
from workflows.contracts.human_task import JOURNAL_FLUSH
from workflows.contracts.journal import JournalBatch, JournalReceipt


def journal_flush(equipment: Equipment) -> Callable[..., object]:
    """Build the activity."""

    @activity.defn(name=JOURNAL_FLUSH)
    async def flush(batch: JournalBatch) -> JournalReceipt:
        async def run() -> JournalReceipt:
            async with equipment.work() as books:
                messages = await books.journal.append(batch)
            equipment.failpoint("journal.after_commit")
            return JournalReceipt(messages=messages)

        receipt: JournalReceipt = await guarded(JOURNAL_FLUSH, lambda: equipment.again(run))
        return receipt

    return flush

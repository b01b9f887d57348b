"""``journal.flush``: write down what a case did when no other activity carries it."""

import logging
from collections.abc import Callable
from typing import Final

from temporalio import activity

from activities.once import guarded
from activities.step import Equipment
from workflows.contracts.human_task import JOURNAL_FLUSH
from workflows.contracts.journal import JournalBatch, JournalReceipt
from workflows.domain.stuck import Suspicion

PATIENCE: Final = 3
"""Attempts; before that it may have been somebody in the way."""

log = logging.getLogger(__name__)


def journal_flush(equipment: Equipment) -> Callable[..., object]:
    """Build the activity."""

    @activity.defn(name=JOURNAL_FLUSH)
    async def flush(batch: JournalBatch) -> JournalReceipt:
        async def run() -> JournalReceipt:
            async with equipment.work() as books:
                messages = await books.journal.append(batch)
            equipment.failpoint("journal.after_commit")
            standing = tuple(sorted(await equipment.standing()))
            return JournalReceipt(messages=messages, standing=standing)

        async def told() -> JournalReceipt:
            try:
                return await equipment.again(run)
            except Exception as error:
                await _refused(equipment, batch, error)
                raise

        receipt: JournalReceipt = await guarded(JOURNAL_FLUSH, told)
        return receipt

    return flush


async def _refused(equipment: Equipment, batch: JournalBatch, error: Exception) -> None:
    """The books answer and refuse the journal: the case cannot say so itself.

    Books that do not answer refuse this, too; nothing is stuck then but everything waits.
    """
    attempt = activity.info().attempt if activity.in_activity() else PATIENCE
    if attempt < PATIENCE:
        return
    last = batch.entries[-1].seq if batch.entries else 0
    trouble = Suspicion(
        code="journal-refused",
        instance_id=batch.instance_id,
        case_id=batch.case_id,
        cause=f"The journal is refused at entry {last}: {type(error).__name__}.",
        attempts=attempt,
    )
    try:
        async with equipment.work() as books:
            await books.hold(batch.case_id)
            await books.watch.tell(trouble, equipment.now())
    except Exception as again:  # noqa: BLE001 - the flush is tried again, and this with it
        log.warning("trouble of %s not told: %s", batch.instance_id, type(again).__name__)

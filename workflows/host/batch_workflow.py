"""The Temporal workflow of a batch: it keeps the pace, the desk does the work."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.contracts.batch import (
        BATCH_WORKFLOW,
        STEER_BATCH,
        BatchCounts,
        BatchInput,
        SteerOrder,
        SteerReceipt,
    )
    from workflows.host.batching import Batch


@workflow.defn(name=BATCH_WORKFLOW)
class OperationsBatch:
    """One act on many cases, at a rate, until all are done."""

    @workflow.init
    def __init__(self, given: BatchInput) -> None:
        self.batch = Batch(given)

    @workflow.run
    async def run(self, _given: BatchInput) -> BatchCounts:
        """Go on until everything is done, or it is cancelled."""
        return await self.batch.live()

    @workflow.update(name=STEER_BATCH)
    async def steer(self, order: SteerOrder) -> SteerReceipt:
        """Pause, resume or cancel."""
        return await self.batch.steer(order)

    @steer.validator
    def _check_steering(self, order: SteerOrder) -> None:
        self.batch.check(order)

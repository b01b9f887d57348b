"""A batch as it goes on: so many at a time, paused, stopped, resumed, cancelled.

What is to be done, and what came of it, stands in the database: each chunk takes what is not done
yet, so that whoever dies in between, nothing is left out. That nothing is done twice is for the
cases to say: each is asked under a name of its own.
"""

from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

from workflows.contracts.batch import (
    BATCH_MARK,
    BATCH_RUN,
    BATCH_SELECT,
    BatchChunk,
    BatchCounts,
    BatchInput,
    BatchMark,
    BatchState,
    SteerOrder,
    SteerReceipt,
    steered,
)

LARGEST_CHUNK: Final = 50
FEWEST: Final = 10
"""Answers before a share of failures means anything."""
LONGEST_HISTORY: Final = 4_000
"""Events; then another run goes on."""
_RETRY: Final = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=20)
)


class Batch:
    """One batch."""

    def __init__(self, given: BatchInput) -> None:
        self.given = given
        self.state: BatchState = given.state
        self.counts = BatchCounts(left=0, done=0, failed=0)
        self._base = (given.answered_before, given.failed_before)
        self._steered = 0

    async def live(self) -> BatchCounts:
        """Go on until everything is done, or it is cancelled."""
        if not self.given.is_selected:
            self.counts = await self._select()
        while await self._is_wanted():
            begun = workflow.now()
            self.counts = await self._chunk()
            if not self.counts.left:
                self.state = "COMPLETED"
                await self._mark(BatchMark(batch_id=self.given.batch_id, state="COMPLETED"))
                break
            await self._stop_if_too_many_fail()
            self._go_on_in_another_run()
            await self._keep_to_the_rate(begun.timestamp())
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self.counts

    async def _is_wanted(self) -> bool:
        """Wait while it is paused or stopped; tell whether it is not cancelled."""
        await workflow.wait_condition(lambda: self.state in ("RUNNING", "CANCELLED"))
        return self.state == "RUNNING"

    # --- steering

    def check(self, order: SteerOrder) -> None:
        """Refuse what makes no sense in this state; what is so already is answered."""
        if steered(self.state, order.act) is None:
            raise ApplicationError(
                f"The batch is {self.state.lower()}.", type="NOT_OPEN", non_retryable=True
            )

    async def steer(self, order: SteerOrder) -> SteerReceipt:
        """Pause, resume or cancel; what is under way ends first."""
        wanted = steered(self.state, order.act)
        if wanted is not None and wanted != self.state:
            self.state = wanted
            if order.act == "resume":
                self._base = (self.counts.done + self.counts.failed, self.counts.failed)
            self._steered += 1
            await self._mark(
                BatchMark(
                    batch_id=self.given.batch_id,
                    state=self.state,
                    actor=order.actor,
                    role=order.role,
                    reason=order.reason,
                    request_id=order.request_id,
                )
            )
        return SteerReceipt(batch_id=self.given.batch_id, state=self.state)

    # --- going on

    async def _select(self) -> BatchCounts:
        found: BatchCounts = await workflow.execute_activity(
            BATCH_SELECT,
            self.given.batch_id,
            result_type=BatchCounts,
            start_to_close_timeout=timedelta(minutes=5),
            retry_policy=_RETRY,
        )
        return found

    async def _chunk(self) -> BatchCounts:
        size = max(1, min(LARGEST_CHUNK, round(self.given.rate)))
        done: BatchCounts = await workflow.execute_activity(
            BATCH_RUN,
            BatchChunk(batch_id=self.given.batch_id, size=size),
            result_type=BatchCounts,
            start_to_close_timeout=timedelta(minutes=10),
            heartbeat_timeout=timedelta(seconds=15),
            retry_policy=_RETRY,
        )
        return done

    async def _mark(self, mark: BatchMark) -> None:
        await workflow.execute_activity(
            BATCH_MARK, mark, start_to_close_timeout=timedelta(minutes=1), retry_policy=_RETRY
        )

    async def _stop_if_too_many_fail(self) -> None:
        answered = self.counts.done + self.counts.failed - self._base[0]
        failed = self.counts.failed - self._base[1]
        if self.state != "RUNNING" or answered < FEWEST:
            return
        if failed > self.given.failure_share * answered:
            self.state = "STOPPED"
            why = f"{failed} of {answered} failed"
            mark = BatchMark(batch_id=self.given.batch_id, state="STOPPED", reason=why)
            await self._mark(mark)

    def _go_on_in_another_run(self) -> None:
        info = workflow.info()
        is_long = info.get_current_history_length() >= LONGEST_HISTORY
        if not (is_long or info.is_continue_as_new_suggested()):
            return
        if self.state != "RUNNING" or not workflow.all_handlers_finished():
            return
        update = {
            "is_selected": True,
            "answered_before": self._base[0],
            "failed_before": self._base[1],
        }
        workflow.continue_as_new(self.given.model_copy(update=update))

    async def _keep_to_the_rate(self, begun: float) -> None:
        size = max(1, min(LARGEST_CHUNK, round(self.given.rate)))
        pause = begun + size / self.given.rate - workflow.now().timestamp()
        if pause <= 0 or self.state != "RUNNING":
            return
        steered = self._steered
        try:
            await workflow.wait_condition(lambda: self._steered != steered, timeout=pause)
        except TimeoutError:
            return

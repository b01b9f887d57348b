"""One server timer for all the timers of a model: it rings at the earliest due time.

Timers that open and close between two rests never reach the server, and however many are open,
one stands in history.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Final

from temporalio import workflow

from workflows.bpmn.interpreter.occurrences import TimerFired
from workflows.host.case import Case, Timer
from workflows.host.options import event_group, summary

SHORTEST: Final = timedelta(milliseconds=1)


class Alarm:
    """The one timer that runs on the server."""

    def __init__(self) -> None:
        self.due: datetime | None = None
        """Business time at which it rings; None: it is not set."""
        self._task: asyncio.Task[None] | None = None

    def set(self, case: Case) -> None:
        """Set it to the earliest timer, or let it go."""
        timers = () if case.is_suspended else case.waits.timers.values()
        earliest = min(timers, key=_order, default=None)
        due = None if earliest is None else earliest.due
        if due == self.due and self._task is not None:
            return
        self.let_go()
        if earliest is not None:
            self.due = due
            self._task = asyncio.create_task(self._ring(case, earliest))

    def let_go(self) -> None:
        """Cancel it, where it is set."""
        if self._task is not None:
            self._task.cancel()
        self._task = None
        self.due = None

    async def _ring(self, case: Case, timer: Timer) -> None:
        left = max(case.server_time(timer.due) - workflow.now(), SHORTEST)
        await workflow.sleep(
            left,
            summary=summary(timer.name),
            event_groups=(event_group(timer.element),),
        )
        self._task = None
        self.due = None
        case.has_rung = True


def post_due(case: Case) -> None:
    """Post every timer that is due, in order of due time; the inbox is empty."""
    case.has_rung = False
    if case.is_suspended:
        return
    now = case.now()
    for timer in sorted(case.waits.timers.values(), key=_order):
        if timer.due <= now:
            case.post(TimerFired(at=now, wait=timer.wait))


def _order(timer: Timer) -> tuple[datetime, int]:
    return (timer.due, timer.wait)

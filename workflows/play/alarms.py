"""Timers that are set in a played world; the one that falls due first is found at once."""

from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush

from workflows.bpmn.program import Program
from workflows.bpmn.timers import Firing, Timer


@dataclass(frozen=True, slots=True)
class TimerStart:
    """A timer start event of a deployed process and its next firing."""

    program: Program
    element: str
    timer: Timer
    firing: Firing


@dataclass(frozen=True, slots=True)
class Alarm:
    """A timer that is set."""

    due: datetime
    number: int
    instance: int
    wait: int
    start: TimerStart | None = None
    """For the timer of a start event; there is no instance then."""


class Alarms:
    """Every timer that is set, by instance and wait, and the order in which they fall due."""

    def __init__(self) -> None:
        self._set: dict[tuple[int, int], Alarm] = {}
        self._order: list[tuple[datetime, int, Alarm]] = []

    def set(self, alarm: Alarm) -> None:
        """Set a timer."""
        self._set[(alarm.instance, alarm.wait)] = alarm
        heappush(self._order, (alarm.due, alarm.number, alarm))

    def cancel(self, instance: int, wait: int) -> None:
        """Take a timer back, if it is set."""
        self._set.pop((instance, wait), None)

    def next(self, until: datetime) -> Alarm | None:
        """Find the timer that falls due first, if it does so by then."""
        order = self._order
        while order:
            due, _, alarm = order[0]
            if self._set.get((alarm.instance, alarm.wait)) is alarm:
                return alarm if due <= until else None
            heappop(order)
        return None

"""A late turn is let run to its end: an interrupted one takes the locks of others with it."""

import logging
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from temporalio.worker import WorkflowInstance
from temporalio.worker._workflow import _DeadlockError, _RunningWorkflow

from workers.sandbox_instance import DirectInstance

SOON = 5.0


class Turn:
    """A workflow instance whose activation is whatever a test says."""

    def __init__(self, run: Callable[[], None]) -> None:
        self._run = run
        self._thread: int | None = None

    def activate(self, _act: object) -> None:
        self._thread = threading.get_ident()
        self._run()

    def get_thread_id(self) -> int | None:
        return self._thread


class Writing(logging.Handler):
    """A log; nobody reads it."""

    def emit(self, _record: logging.LogRecord) -> None:
        """Write."""


def waits(thread: threading.Thread) -> bool:
    """Tell whether a thread waits for the lock of a log."""
    assert thread.ident is not None
    frame = sys._current_frames().get(thread.ident)
    return frame is not None and frame.f_code is logging.Handler.acquire.__code__


def running(run: Callable[[], None]) -> _RunningWorkflow:
    """What the SDK holds of a workflow whose activation runs that."""
    turn = cast("WorkflowInstance", Turn(run))
    return _RunningWorkflow(DirectInstance(turn, turn), "case")


def in_a_thread(work: Callable[..., Any], *args: object) -> threading.Thread:
    def quietly() -> None:
        with suppress(BaseException):  # the SDK's interruption is one
            work(*args)

    thread = threading.Thread(target=quietly, daemon=True)
    thread.start()
    return thread


def test_a_late_turn_that_waits_to_log_leaves_the_logs_lock_free() -> None:
    handler = Writing()
    record = logging.makeLogRecord({"msg": "late"})
    workflow = running(lambda: cast("None", handler.handle(record)))
    handler.acquire()
    activation = in_a_thread(workflow.activate, None)
    deadline = time.monotonic() + SOON
    while not waits(activation):
        assert time.monotonic() < deadline

    _DeadlockError.from_deadlocked_workflow(workflow.instance, 2)
    workflow.attempt_deadlock_interruption()
    handler.release()
    activation.join(SOON)

    assert handler.lock is not None
    assert handler.lock.acquire(timeout=1), "nobody can log any more"


def test_a_case_is_not_put_away_before_its_late_turn_has_ended() -> None:
    begun, ends = threading.Event(), threading.Event()
    together, most = [0], [0]

    def turn() -> None:
        together[0] += 1
        most[0] = max(most[0], together[0])
        begun.set()
        assert ends.wait(SOON)
        together[0] -= 1

    workflow = running(turn)
    late = in_a_thread(workflow.activate, None)
    assert begun.wait(SOON)

    put_away = in_a_thread(workflow.activate, None)
    put_away.join(0.2)
    ends.set()
    late.join(SOON)
    put_away.join(SOON)

    assert most == [1]
    assert not put_away.is_alive()


def test_where_a_late_turn_is_held_up_is_told(caplog) -> None:
    begun, ends = threading.Event(), threading.Event()

    def held_up_here() -> None:
        begun.set()
        ends.wait(SOON)

    workflow = running(held_up_here)
    late = in_a_thread(workflow.activate, None)
    assert begun.wait(SOON)

    _DeadlockError.from_deadlocked_workflow(workflow.instance, 2)
    ends.set()
    late.join(SOON)

    assert "held_up_here" in caplog.text

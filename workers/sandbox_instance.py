"""The SDK's sandboxed instance, with two answers of our own: payload contexts, and no thread.

**No turn is interrupted.** What runs for two seconds the SDK takes for stuck: it fails the workflow
task and raises an exception in the thread, between any two instructions. When that thread has just
been given a lock that all share (a log's, a future's), the lock is never given back, and a worker
that was frozen for a moment takes tasks ever after and answers none. Turns end by themselves (the
step budget, the patience of programs), so a late one is let run to its end; what the SDK asks of it
meanwhile, to be put away, waits (docs/decisions/0027).

**Payload contexts are answered beside the sandbox.** For every payload the SDK asks the sandboxed
instance several times what it belongs to, and each time compiles and runs a line of code under the
sandbox's rules: a third of what replaying a case costs. The instance inside answers from plain data
of its own, so it is asked directly. Where it is found is the shape of one pinned version of the
SDK; when it is not there, the SDK's own instance answers, and a warning is told
(docs/decisions/0007).
"""

import logging
import sys
import traceback
from functools import cache
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Final

from temporalio.api.enums.v1 import CommandType
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import SerializationContext, StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner
from temporalio.workflow import Info

if TYPE_CHECKING:  # private: what the SDK's own methods take
    from temporalio.worker._command_aware_visitor import CommandInfo

logger = logging.getLogger(__name__)

PLACES: Final = 8
"""Calls told of a turn that is held up."""


class DirectRunner(SandboxedWorkflowRunner):
    """The SDK's sandbox, whose turns end by themselves, gone round for the contexts of payloads."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Create a sandboxed instance."""
        sandboxed = super().create_instance(det)
        inside = find_inside(sandboxed)
        if inside is None:
            _warn_once()
            inside = sandboxed
        return DirectInstance(sandboxed, inside)


class DirectInstance(WorkflowInstance):
    """A sandboxed instance that nobody interrupts; contexts come from the instance inside it."""

    def __init__(self, sandboxed: WorkflowInstance, inside: WorkflowInstance) -> None:
        self._sandboxed = sandboxed
        self._inside = inside
        self._turn = Lock()
        self._is_told = False

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        """Run workflow code, in the sandbox; after a turn that was given up has ended."""
        with self._turn:
            self._is_told = False
            return self._sandboxed.activate(act)

    def get_serialization_context(
        self, command_info: "CommandInfo | None"
    ) -> SerializationContext | None:
        """Tell what a payload belongs to."""
        return self._answering(command_info).get_serialization_context(command_info)

    def get_external_store_context(
        self, command_info: "CommandInfo | None"
    ) -> StorageDriverStoreContext:
        """Tell where a large payload would be stored."""
        return self._answering(command_info).get_external_store_context(command_info)

    def get_info(self) -> Info:
        """Return what the worker knows of the workflow."""
        return self._sandboxed.get_info()

    def get_thread_id(self) -> int | None:
        """Tell where a late turn is held up, and name no thread: the SDK would interrupt it."""
        if not self._is_told:
            self._is_told = True
            place = _place(self._sandboxed.get_thread_id())
            logger.warning("a turn takes long, its task is tried again: it is at %s", place)
        return None

    def _answering(self, command_info: "CommandInfo | None") -> WorkflowInstance:
        if command_info is not None and command_info.command_type == _NEXUS:
            return self._sandboxed  # the answer may need the operation's own code
        return self._inside


_NEXUS: Final = CommandType.COMMAND_TYPE_SCHEDULE_NEXUS_OPERATION


def find_inside(sandboxed: WorkflowInstance) -> WorkflowInstance | None:
    """Find the instance that a sandboxed one runs inside; None: the SDK keeps it elsewhere now."""
    variables = getattr(sandboxed, "globals_and_locals", None)
    if not isinstance(variables, dict):
        return None
    inside = getattr(variables.get("__temporal_in_sandbox"), "instance", None)
    return inside if isinstance(inside, WorkflowInstance) else None


def _place(thread: int | None) -> str:
    """Return where a thread is, the innermost call first; nothing when it has ended."""
    frame = sys._current_frames().get(thread or 0)  # noqa: SLF001 - the documented way
    if frame is None:
        return ""
    calls = islice(traceback.walk_stack(frame), PLACES)
    return " < ".join(
        f"{one.f_globals.get('__name__', '')}:{line} {one.f_code.co_name}" for one, line in calls
    )


@cache
def _warn_once() -> None:
    logger.warning("this SDK keeps its sandboxed instance elsewhere: cases cost more CPU")

"""Payload contexts answered beside the sandbox: the same answers, without running code inside it.

For every payload the SDK asks the sandboxed instance several times what the payload belongs to, and
each time compiles and runs a line of code under the sandbox's rules: a third of what replaying a
case costs. The instance inside answers from plain data of its own, so it is asked directly. Where
it is found is the shape of one pinned version of the SDK; when it is not there, the SDK's own
instance is used as it comes, and a warning told (docs/decisions/0007).
"""

import logging
from functools import cache
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


class DirectRunner(SandboxedWorkflowRunner):
    """The SDK's sandbox, gone round for the contexts of payloads."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Create a sandboxed instance."""
        sandboxed = super().create_instance(det)
        inside = find_inside(sandboxed)
        if inside is None:
            _warn_once()
            return sandboxed
        return DirectInstance(sandboxed, inside)


class DirectInstance(WorkflowInstance):
    """A sandboxed instance whose payload contexts come from the instance inside it."""

    def __init__(self, sandboxed: WorkflowInstance, inside: WorkflowInstance) -> None:
        self._sandboxed = sandboxed
        self._inside = inside

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        """Run workflow code, in the sandbox."""
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
        """Return the thread that runs workflow code now."""
        return self._sandboxed.get_thread_id()

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


@cache
def _warn_once() -> None:
    logger.warning("this SDK keeps its sandboxed instance elsewhere: cases cost more CPU")

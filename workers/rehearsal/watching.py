"""Watching what the code of a case asks for while it is replayed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner

from workers.rehearsal.acts import Act, act_of


@dataclass(slots=True)
class Seen:
    """What a run did while it was replayed."""

    acts: list[Act] = field(default_factory=list)
    reached: int = 0
    """How many events of the history it was shown."""
    raised: str = ""

    def take(self, act: WorkflowActivation, done: WorkflowActivationCompletion) -> None:
        """Note what came of one activation."""
        self.reached = max(self.reached, act.history_length)
        self.acts += [made for command in done.successful.commands if (made := act_of(command))]
        if done.HasField("failed"):
            self.raised = done.failed.failure.application_failure_info.type or "an error"


class Watching(WorkflowRunner):
    """A runner of workflow code that notes what the code asks for."""

    def __init__(self, inner: WorkflowRunner, seen: Seen) -> None:
        self._inner, self._seen = inner, seen

    def prepare_workflow(self, defn: Any) -> None:  # noqa: ANN401 - the SDK's
        """Prepare as the runner inside does."""
        self._inner.prepare_workflow(defn)

    def set_worker_level_failure_exception_types(
        self, types: Sequence[type[BaseException]]
    ) -> None:
        """Pass on which errors fail a workflow."""
        self._inner.set_worker_level_failure_exception_types(types)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Create an instance whose activations are noted."""
        instance = self._inner.create_instance(det)
        run, seen = instance.activate, self._seen

        def activate(act: WorkflowActivation) -> WorkflowActivationCompletion:
            done = run(act)
            seen.take(act, done)
            return done

        instance.activate = activate  # type: ignore[method-assign]
        return instance

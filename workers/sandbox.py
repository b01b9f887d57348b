"""What passes through the workflow sandbox, and why that is safe.

Reloading the core for every workflow instance would cost a second, and the thin class alone four
milliseconds. Passed through, the sandbox no longer isolates a module: that ``workflows`` takes no
clock, chance or machine, and keeps nothing between cases, is checked statically instead, by the
import contracts, the ban list of ``workflows/ruff.toml`` and a test of the class
(docs/decisions/0008). What the sandbox still does is refuse forbidden calls while a case runs.
"""

from typing import Final

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from workers.sandbox_instance import DirectRunner

PASSED_THROUGH: Final = (
    "pydantic",
    "pydantic_core",
    "re2",
    "lxml",
    "workflows.bpmn",
    "workflows.contracts",
    "workflows.diagnostics",
    "workflows.dmn",
    "workflows.domain",
    "workflows.feel",
    "workflows.xml_source",
    "workflows.host.alarm",
    "workflows.host.broker",
    "workflows.host.batch_workflow",
    "workflows.host.batching",
    "workflows.host.case",
    "workflows.host.case_workflow",
    "workflows.host.checkpoint",
    "workflows.host.children",
    "workflows.host.contracts",
    "workflows.host.desk",
    "workflows.host.dispatch",
    "workflows.host.ending",
    "workflows.host.faults",
    "workflows.host.fleeting",
    "workflows.host.handover",
    "workflows.host.holding",
    "workflows.host.human_tasks",
    "workflows.host.jobs",
    "workflows.host.journal",
    "workflows.host.loop",
    "workflows.host.messages",
    "workflows.host.migration",
    "workflows.host.options",
    "workflows.host.programs",
    "workflows.host.reborn",
    "workflows.host.record",
    "workflows.host.rehanging",
    "workflows.host.repairs",
    "workflows.host.requests",
    "workflows.host.signals",
    "workflows.host.standing",
    "workflows.host.suspension",
    "workflows.host.task_steps",
    "workflows.host.undo_work",
    "workflows.host.undoing",
    "workflows.host.versions",
)


def sandboxed() -> SandboxedWorkflowRunner:
    """Return the runner of workflow code."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    return DirectRunner(restrictions=restrictions)

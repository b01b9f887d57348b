"""The workflow loads without a server, and reloads nothing but its own module."""

import sys

from temporalio.worker import Replayer

from workers.sandbox import PASSED_THROUGH, sandboxed
from workflows.host.case_workflow import ServicingCase


def test_the_workflow_loads_in_the_sandbox() -> None:
    Replayer(workflows=[ServicingCase], workflow_runner=sandboxed())


def test_only_the_workflows_own_module_is_reloaded() -> None:
    ours = {name for name in sys.modules if name.split(".")[0] == "workflows"}
    reloaded = {
        name
        for name in ours
        if not any(name == passed or name.startswith(f"{passed}.") for passed in PASSED_THROUGH)
    }

    assert reloaded == {"workflows", "workflows.host", "workflows.host.case_workflow"}

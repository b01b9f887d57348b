"""The workflow loads without a server, and reloads nothing but its own module."""

import subprocess
import sys

from temporalio.worker import Replayer

from workers.sandbox import PASSED_THROUGH, sandboxed
from workflows.host.case_workflow import ServicingCase


def test_the_workflow_loads_in_the_sandbox() -> None:
    Replayer(workflows=[ServicingCase], workflow_runner=sandboxed())


def test_only_the_workflows_own_module_is_reloaded() -> None:
    # A process of its own: here other tests may have loaded what no workflow does.
    told = "import sys, workflows.host.case_workflow; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", told], capture_output=True, check=True).stdout
    ours = {name for name in loaded.decode().split() if name.split(".")[0] == "workflows"}
    reloaded = {
        name
        for name in ours
        if not any(name == passed or name.startswith(f"{passed}.") for passed in PASSED_THROUGH)
    }

    assert reloaded == {"workflows", "workflows.host", "workflows.host.case_workflow"}

"""The workflow loads without a server, and nothing is reloaded for a case."""

import inspect
import subprocess
import sys

from temporalio.worker import Replayer

from workers.sandbox import PASSED_THROUGH, sandboxed
from workflows.host.case_workflow import ServicingCase


def test_the_workflow_loads_in_the_sandbox() -> None:
    Replayer(workflows=[ServicingCase], workflow_runner=sandboxed())


def test_nothing_of_ours_is_reloaded_for_a_case() -> None:
    # A process of its own: here other tests may have loaded what no workflow does.
    told = "import sys, workflows.host.case_workflow; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", told], capture_output=True, check=True).stdout
    ours = {name for name in loaded.decode().split() if name.split(".")[0] == "workflows"}
    reloaded = {
        name
        for name in ours
        if not any(name == passed or name.startswith(f"{passed}.") for passed in PASSED_THROUGH)
    }

    assert reloaded == {"workflows", "workflows.host"}, "packages, which are empty"


def test_the_workflow_class_that_all_cases_share_keeps_nothing() -> None:
    kept = {
        name
        for name, value in vars(ServicingCase).items()
        if not (name.startswith("__") or inspect.isfunction(value) or _is_definition(value))
    }

    assert kept == set()


def _is_definition(value: object) -> bool:
    return type(value).__module__.startswith("temporalio.")

"""A process of the product leaves no memory on a disk when it dies."""

import subprocess
import sys

DYING = """
import os, resource, signal
from infra import core_dumps
resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
core_dumps.forbid()
print(resource.getrlimit(resource.RLIMIT_CORE), flush=True)
os.kill(os.getpid(), signal.SIGABRT)
"""


def test_a_process_that_dies_dumps_nothing(tmp_path):
    died = subprocess.run(
        [sys.executable, "-c", DYING], cwd=tmp_path, capture_output=True, text=True,
        env={"PYTHONPATH": ":".join(sys.path)}, check=False,
    )  # fmt: skip

    assert died.stdout == "(0, 0)\n", died.stderr
    assert died.returncode < 0
    assert list(tmp_path.iterdir()) == []


def test_api_and_workers_forbid_it_before_anything_else():
    for module in ("api.__main__", "workers.__main__"):
        check = (
            f"import {module} as it\n"
            "class Stop(Exception): pass\n"
            "def stop(): raise Stop\n"
            "it.core_dumps.forbid = stop\n"
            "it.Settings = None\n"
            "try: it.main()\n"
            "except Stop: print('first')\n"
        )
        told = subprocess.run(
            [sys.executable, "-c", check], capture_output=True, text=True,
            env={"PYTHONPATH": ":".join(sys.path)}, check=False,
        )  # fmt: skip
        assert told.stdout == "first\n", told.stderr

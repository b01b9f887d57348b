"""A process of the product leaves no memory on a disk when it dies."""

import subprocess
import sys
from typing import Any

import pytest

import api.__main__
import workers.__main__
from infra import core_dumps

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


@pytest.mark.parametrize("module", [api.__main__, workers.__main__])
def test_it_is_forbidden_before_anything_else(module: Any, monkeypatch: pytest.MonkeyPatch):
    class Forbidden(Exception):
        pass

    def forbid() -> None:
        raise Forbidden

    monkeypatch.setattr(core_dumps, "forbid", forbid)
    monkeypatch.setattr(module, "Settings", None)

    with pytest.raises(Forbidden):
        module.main()

"""The command line as a whole: every command is there, and only what is asked for is imported."""

import subprocess
import sys

import pytest

from api.cli.__main__ import COMMANDS, assembled


def test_every_command_can_be_assembled():
    app = assembled()

    names = [one.name for one in app.registered_commands]
    names += [one.name for one in app.registered_groups]
    assert sorted(map(str, names)) == sorted(COMMANDS)


@pytest.mark.parametrize("command", ["feel", "lint", "play", "dmn"])
def test_a_command_imports_no_machinery_of_others(command):
    script = (
        "import sys\n"
        "from api.cli.__main__ import assembled\n"
        f"assembled(['{command}'])\n"
        "print([name for name in ('httpx', 'fastapi', 'temporalio') if name in sys.modules])\n"
    )

    told = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert told.stdout.strip() == b"[]", told.stdout

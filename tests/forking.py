"""``python -m tests.forking MODULE``: processes of the product in the blink of an eye.

Importing what an API or a worker needs takes seconds of CPU, and a run needs hundreds of them. This
process imports it once and forks children that run the module's ``main``: every line on its input
is an order, every line on its output tells of a birth or a death. When the input ends nobody
survives.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import api.__main__  # noqa: F401 - imported for the children
import workers.__main__  # noqa: F401 - the same
from tests.mortal import die_with

PULSE_SECONDS = 0.05
Process = Callable[..., None]


def main(module: str) -> None:
    """Fork and send signals as ordered, until the input ends."""
    process = import_module(module).main
    gc.freeze()
    alive: set[int] = set()
    heard = b""
    while True:
        if select.select([0], [], [], PULSE_SECONDS)[0]:
            chunk = os.read(0, 65536)
            if not chunk:
                break
            *lines, heard = (heard + chunk).split(b"\n")
            for line in lines:
                _obey(json.loads(line), alive, process)
        _bury(alive)
    for pid in alive:
        _send(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _obey(order: dict[str, Any], alive: set[int], process: Process) -> None:
    if "signal" in order:
        if order["pid"] in alive:  # not yet waited for: the number is still its own
            _send(order["pid"], order["signal"])
        return
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        die_with(parent)
        os.environ.update(order["environment"])
        _become(Path(order["log"]), lambda: process(*order["arguments"]))
    alive.add(pid)
    _tell(order=order["order"], pid=pid)


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it leads no group yet
        os.kill(pid, number)


def _bury(alive: set[int]) -> None:
    for pid in tuple(alive):
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            alive.discard(pid)
            _tell(pid=pid, code=os.waitstatus_to_exitcode(status))


def _tell(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def _become(log: Path, live: Callable[[], None]) -> NoReturn:
    os.setsid()
    with log.open("ab") as file, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    try:
        live()
    except BaseException:  # noqa: BLE001 - nobody above this process tells of it
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(70)


if __name__ == "__main__":
    main(*sys.argv[1:])

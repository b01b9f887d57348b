"""``python -m tests.journeys.forking``: worker processes in the blink of an eye.

Importing what a worker needs takes seconds of CPU, and the crash journey needs dozens of workers.
This process imports it once and forks: every line on its input is an order, every line on its
output tells of a birth or a death.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

import workers.__main__ as worker

PULSE_SECONDS = 0.05


def main() -> None:
    """Fork and kill as ordered, until the input ends; then nobody survives."""
    alive: set[int] = set()
    heard = b""
    while True:
        if select.select([0], [], [], PULSE_SECONDS)[0]:
            chunk = os.read(0, 65536)
            if not chunk:
                break
            *lines, heard = (heard + chunk).split(b"\n")
            for line in lines:
                _obey(json.loads(line), alive)
        _bury(alive)
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _obey(order: dict[str, Any], alive: set[int]) -> None:
    if "kill" in order:
        if order["kill"] in alive:  # not yet waited for: the number is still its own
            os.kill(order["kill"], signal.SIGKILL)
        return
    pid = os.fork()
    if pid == 0:
        _be_a_worker(Path(order["log"]), order["environment"])
    alive.add(pid)
    _tell(order=order["order"], pid=pid)


def _bury(alive: set[int]) -> None:
    for pid in tuple(alive):
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            alive.discard(pid)
            _tell(pid=pid, code=os.waitstatus_to_exitcode(status))


def _tell(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def _be_a_worker(log: Path, environment: dict[str, str]) -> NoReturn:
    with log.open("ab") as file, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ.update(environment)
    try:
        worker.main()
    finally:
        os._exit(70)


if __name__ == "__main__":
    main()

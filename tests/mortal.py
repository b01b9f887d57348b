"""Processes that do not outlive whoever started them, however that one ends.

``bound(command)`` is the command behind a few lines of Python that ask the kernel to kill it with
the thread that started it; so nothing is left when a run is itself killed.
"""

import ctypes
import os
import signal
import sys

_SET_PARENT_DEATH_SIGNAL = 1


def bound(*command: object) -> tuple[str, ...]:
    """The command, mortal where the kernel knows how."""
    words = tuple(map(str, command))
    if not sys.platform.startswith("linux"):
        return words
    return (sys.executable, "-I", "-S", __file__, str(os.getpid()), *words)


def _become(parent: int, command: list[str]) -> None:
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() == parent:  # else it died before it could be asked for
        os.execvp(command[0], command)  # noqa: S606 - what the caller named


if __name__ == "__main__":
    _become(int(sys.argv[1]), sys.argv[2:])

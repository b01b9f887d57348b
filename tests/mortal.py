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


def die_with(parent: int) -> None:
    """Die when the thread that started this process ends; at once, if it has already."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


if __name__ == "__main__":
    die_with(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - what the caller named

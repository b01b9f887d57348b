"""Processes that do not outlive whoever started them, however that one ends.

``bound(command)`` is the command behind a few lines of Python that ask the kernel to kill it with
the thread that started it; so nothing is left when a run is itself killed.
"""

import ctypes
import os
import signal
import sys

_SET_PARENT_DEATH_SIGNAL = 1
_SAME = "-"


def bound(*command: object, user: tuple[int, int] | None = None) -> tuple[str, ...]:
    """The command, mortal where the kernel knows how; as another user and group, where given."""
    who = _SAME if user is None else f"{user[0]}:{user[1]}"
    words = map(str, command)
    return (sys.executable, "-I", "-S", __file__, str(os.getpid()), who, *words)


def die_with(parent: int) -> None:
    """Die when the thread that started this process ends; at once, if it has already."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def _become(who: str) -> None:
    user, group = map(int, who.split(":"))
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)


def main(parent: str, who: str, *command: str) -> None:
    """Become the command."""
    if who != _SAME:
        _become(who)
    die_with(int(parent))  # after: the kernel forgets it with the user
    os.execvp(command[0], command)  # noqa: S606 - what the caller named


if __name__ == "__main__":
    main(*sys.argv[1:])

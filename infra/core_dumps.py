"""No core dumps: the memory of a process holds keys and people, and a dump would lie on a disk."""

import resource


def forbid() -> None:
    """Have the kernel write no dump of this process, nor of those that it starts."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

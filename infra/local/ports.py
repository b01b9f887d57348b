"""Free ports on the loopback interface: the wanted one, or the next that is free."""

import socket

TRIES = 50


def free_port(wanted: int, *, taken: frozenset[int] = frozenset()) -> int:
    """Return ``wanted``, or the next free port above it; raises OSError after 50 tries."""
    for port in range(wanted, wanted + TRIES):
        if port not in taken and _is_free(port):
            return port
    raise OSError(f"No free port between {wanted} and {wanted + TRIES - 1} on 127.0.0.1.")


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

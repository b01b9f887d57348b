"""A small web server inside the test's own loop: real HTTP, on a free port of this machine."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Literal

import uvicorn

from tests.journeys.wire import Application


class _Quiet(uvicorn.Server):
    """Leaves the signals to the test run."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serving(
    app: Application, port: int, lifespan: Literal["on", "off"] = "on"
) -> AsyncIterator[str]:
    """Serve an application on a port; yields its address."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_config=None, access_log=False, lifespan=lifespan
    )
    server = _Quiet(config)
    running = asyncio.create_task(server.serve())
    try:
        while not server.started:
            assert not running.done(), "the server ended before it began"
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await running


def free_port() -> int:
    """A port that nobody listens on, and that no other test process takes meanwhile.

    Ports that the system hands out by itself begin above these; each process counts in a part of
    its own, so that a port that a server gave back is not soon another's.
    """
    for number in _NUMBERS:
        port = _FIRST + _part() * _PART + number % _PART
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("the numbers have no end")


_FIRST, _PART = 10_000, 2_000
_NUMBERS = itertools.count(os.getpid())


def _part() -> int:
    """Which of the processes side by side this is; alone, one by its own number."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    return int(worker.removeprefix("gw")) % 8 if worker else 8 + os.getpid() % 3

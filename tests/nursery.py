"""A nursery: starts processes of the product by forking one that has everything imported."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.mortal import bound

ROOT = Path(__file__).parents[1]


@dataclass(slots=True)
class Forked:
    """A process forked off the nursery, which sends it signals and hears of its end."""

    nursery: Nursery
    pid: int
    ended: asyncio.Future[int]

    @property
    def returncode(self) -> int | None:
        """How it ended, if it has; a signal is negative."""
        return self.ended.result() if self.ended.done() else None

    async def wait(self) -> int:
        """Wait for its end."""
        return await asyncio.shield(self.ended)

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        self.nursery.order(pid=self.pid, signal=int(number))

    def kill(self) -> None:
        """Kill -9."""
        self.send_signal(signal.SIGKILL)


class Nursery:
    """Starts processes that run the ``main`` of one module."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._orders = itertools.count(1)
        self._born: dict[int, asyncio.Future[Forked]] = {}
        self._alive: dict[int, Forked] = {}

    async def start(
        self, arguments: tuple[str, ...], log: Path, environment: Mapping[str, str]
    ) -> Forked:
        """Start one."""
        number = next(self._orders)
        self._born[number] = asyncio.get_running_loop().create_future()
        self.order(
            order=number, log=str(log), environment=dict(environment), arguments=list(arguments)
        )
        return await self._born[number]

    def order(self, **order: object) -> None:
        """Send an order."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")

    async def listen(self) -> None:
        """Hear of births and deaths."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            told = json.loads(line)
            if "order" in told:
                forked = Forked(self, told["pid"], asyncio.get_running_loop().create_future())
                self._alive[forked.pid] = forked
                self._born.pop(told["order"]).set_result(forked)
            else:
                self._alive.pop(told["pid"]).ended.set_result(told["code"])


@contextlib.asynccontextmanager
async def nursery(module: str) -> AsyncIterator[Nursery]:
    """Open a nursery; at the end nobody of it survives."""
    command = bound(sys.executable, "-m", "tests.forking", module)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdin=PIPE, stdout=PIPE, start_new_session=True
    )
    opened = Nursery(process)
    listening = asyncio.create_task(opened.listen())
    try:
        yield opened
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
        await listening

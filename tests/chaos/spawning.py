"""Two ways to start a process of a run: by its command, or forked off one that has it imported."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.mortal import bound

ROOT = Path(__file__).parents[2]
Environment = Mapping[str, str]


class Spawned(Protocol):
    """A process that was started; it dies with the run."""

    pid: int

    @property
    def returncode(self) -> int | None:
        """How it ended, if it has; a signal is negative."""
        ...

    async def wait(self) -> int:
        """Wait for its end."""
        ...

    def send_signal(self, signal: int) -> None:
        """Send it a signal."""
        ...


Spawn = Callable[[tuple[str, ...], Path, Environment], Awaitable[Spawned]]
"""Starts a command with its output in a log and more in its environment."""


async def by_command(command: tuple[str, ...], log: Path, environment: Environment) -> Spawned:
    """Start a command."""
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            *bound(*command),
            env={**os.environ, **environment},
            stdin=DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


@dataclass(slots=True)
class Forked:
    """A process forked off the nursery, which sends it signals and hears of its end."""

    nursery: Nursery
    pid: int
    ended: asyncio.Future[int]

    @property
    def returncode(self) -> int | None:
        return self.ended.result() if self.ended.done() else None

    async def wait(self) -> int:
        return await asyncio.shield(self.ended)

    def send_signal(self, signal: int) -> None:
        self.nursery.order(pid=self.pid, signal=int(signal))


class Nursery:
    """Starts processes of the product by forking one that has everything imported."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._orders = itertools.count(1)
        self._born: dict[int, asyncio.Future[Forked]] = {}
        self._alive: dict[int, Forked] = {}

    async def start(
        self, arguments: tuple[str, ...], log: Path, environment: Environment
    ) -> Spawned:
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
async def nursery() -> AsyncIterator[Nursery]:
    """Open a nursery; at the end nobody of it survives."""
    command = bound(sys.executable, "-m", "tests.chaos.forking")
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

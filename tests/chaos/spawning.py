"""What starts a process of a run, and one way to do it: by its command."""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import DEVNULL
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Protocol

from tests.mortal import bound

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

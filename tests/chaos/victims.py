"""The processes of a run: started, killed, frozen and started again, each by its own handle."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import Process
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.children import Child

GLANCE_SECONDS = 0.1


@dataclass(kw_only=True)
class Victim:
    """One process that comes back whenever it dies."""

    child: Child
    log: Path
    process: Process | None = None
    deaths: int = 0
    own_deaths: int = 0
    """Deaths that nobody outside brought about: failpoints."""
    rest: float = 0.0
    """Seconds before it is started again."""
    is_condemned: bool = False

    async def live(self, armed: Mapping[str, str]) -> None:
        """Run it until cancelled, again and again; then it is dead."""
        try:
            while True:
                await self._once(armed)
        finally:
            self.kill()
            if self.process is not None:
                await self.process.wait()

    async def _once(self, armed: Mapping[str, str]) -> None:
        with self.log.open("ab") as output:
            self.process = await asyncio.create_subprocess_exec(
                *self.child.command,
                env={**os.environ, **self.child.environment, **armed},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        code = await self.process.wait()
        self.deaths += 1
        if not self.is_condemned and code == -signal.SIGKILL:
            self.own_deaths += 1
        await asyncio.sleep(self.rest if self.is_condemned else 0.3)
        self.is_condemned = False

    async def ready(self) -> None:
        """Wait until it answers."""
        while not (self._is_running and await self.child.ready()):  # noqa: ASYNC110 - a process
            await asyncio.sleep(GLANCE_SECONDS)

    @property
    def _is_running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    def kill(self, rest: float = 0.0) -> None:
        """Kill -9 it with everything it started; it comes back after a rest."""
        self.is_condemned, self.rest = True, rest
        self._signal(signal.SIGKILL)

    async def freeze(self, seconds: float) -> None:
        """Stop it in its tracks, and let it go on."""
        self._signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self.process is not None and self._is_running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


@dataclass(kw_only=True)
class Victims:
    """All of them by name."""

    named: dict[str, Victim]
    armed: dict[str, str] = field(default_factory=dict)
    """What the environment of every new process has besides: armed failpoints."""
    _lives: list[asyncio.Task[None]] = field(default_factory=list)

    async def begin(self) -> None:
        """Start all, one after the other."""
        for victim in self.named.values():
            self._lives.append(asyncio.create_task(victim.live(self.armed)))
            async with asyncio.timeout(90):
                await victim.ready()

    async def heal(self) -> None:
        """Disarm the failpoints: who carries them is started again without."""
        self.armed.clear()
        for name in ("worker-1", "worker-2"):
            self.named[name].kill()
        await asyncio.sleep(0.5)
        for victim in self.named.values():
            async with asyncio.timeout(90):
                await victim.ready()

    async def end(self) -> None:
        """End all, the last started first."""
        for life in reversed(self._lives):
            life.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await life

    def trouble(self) -> list[str]:
        """Say which task of ours ended by itself."""
        return [str(life.exception()) for life in self._lives if life.done()]

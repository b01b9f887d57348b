"""The processes of a run: started, killed, frozen and started again, each by its own handle."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.children import Child
from tests.chaos.spawning import Spawn, Spawned

GLANCE_SECONDS = 0.1
READY_SECONDS = 120.0
WORKERS = ("worker-1", "worker-2")
Environment = Callable[[], Mapping[str, str]]


@dataclass(kw_only=True)
class Victim:
    """One process that comes back whenever it dies."""

    child: Child
    log: Path
    spawn: Spawn
    process: Spawned | None = None
    own_deaths: int = 0
    """Deaths that nobody outside brought about: failpoints."""
    rest: float = 0.0
    """Seconds before it is started again."""
    is_condemned: bool = False

    async def live(self, armed: Environment) -> None:
        """Run it until cancelled, again and again; then it is dead."""
        try:
            while True:
                await self._once(armed)
        finally:
            self.kill()
            if self.process is not None:
                await self.process.wait()

    async def _once(self, armed: Environment) -> None:
        environment = {**self.child.environment, **armed()}
        self.process = await self.spawn(self.child.command, self.log, environment)
        code = await self.process.wait()
        if not self.is_condemned and code == -signal.SIGKILL:
            self.own_deaths += 1
        await asyncio.sleep(self.rest if self.is_condemned else 0.3)
        self.is_condemned = False

    async def ready(self) -> None:
        """Wait until it answers."""
        while not (self.is_running and await self.child.ready()):  # noqa: ASYNC110 - a process
            await asyncio.sleep(GLANCE_SECONDS)

    async def there(self) -> None:
        """Wait until there is a process, however young."""
        while not self.is_running:  # noqa: ASYNC110 - a process
            await asyncio.sleep(GLANCE_SECONDS)

    @property
    def is_running(self) -> bool:
        """Whether there is a process now."""
        return self.process is not None and self.process.returncode is None

    def kill(self, rest: float = 0.0) -> None:
        """Kill -9 it; it comes back after a rest."""
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
        if self.process is not None and self.is_running:
            self.process.send_signal(number)


@dataclass(kw_only=True)
class Victims:
    """All of them by name."""

    named: dict[str, Victim]
    armed: Environment
    """What the environment of every new process has besides: armed instants."""
    _lives: list[asyncio.Task[None]] = field(default_factory=list)

    async def begin(self) -> None:
        """Start Temporal, then the others, all at once."""
        first, *others = self.named
        await self._start([first])
        await self._start(others)

    async def _start(self, names: Iterable[str]) -> None:
        names = list(names)
        for name in names:
            self._lives.append(asyncio.create_task(self.named[name].live(self.armed)))
        await self._ready(names)

    async def renew(self) -> None:
        """Start API and workers again: with what is armed now."""
        for name in ("api", *WORKERS):
            await self.named[name].there()
            self.named[name].kill()
        await asyncio.sleep(0.5)

    async def back(self) -> None:
        """Wait until everybody is."""
        await self._ready(self.named)

    async def _ready(self, names: Iterable[str]) -> None:
        async with asyncio.timeout(READY_SECONDS):
            await asyncio.gather(*(self.named[name].ready() for name in names))

    async def end(self) -> None:
        """End all, the last started first."""
        for life in reversed(self._lives):
            life.cancel()
        await asyncio.gather(*self._lives, return_exceptions=True)

    def deaths(self) -> int:
        """How often processes killed themselves."""
        return sum(victim.own_deaths for victim in self.named.values())

    def trouble(self) -> list[str]:
        """Say which task of ours ended by itself."""
        return [str(life.exception()) for life in self._lives if life.done()]

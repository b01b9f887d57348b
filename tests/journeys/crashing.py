"""Worker processes that die by kill -9, and a Temporal server on a file that does not."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from temporalio.client import Client
from temporalio.converter import PayloadCodec
from temporalio.service import RPCError

from infra.temporal import connect, dev_server_command
from tests.encryption import CODEC
from tests.journeys.house import House
from tests.journeys.serving import free_port
from tests.nursery import Nursery, nursery

ROOT = Path(__file__).parents[2]
GLANCE_SECONDS = 0.01
_STEPS = """
SELECT (SELECT count(*) FROM effects)
     + (SELECT count(*) FROM human_task_deeds)
     + (SELECT count(*) FROM message_deliveries WHERE state = 'CONSUMED')
"""
"""What a case has taken for good: effects, decisions of people, messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """How one worker process ends: at a named failpoint, or once so many steps are taken."""

    failpoint: str = ""
    step: int = 0


class Worker(Protocol):
    """A worker process."""

    def kill(self) -> None:
        """Kill -9."""
        ...

    async def wait(self) -> int:
        """Wait for its end; returns the exit code."""
        ...

    @property
    def returncode(self) -> int | None:
        """The exit code, once it has ended."""
        ...


class Spawning(Protocol):
    """A way to start worker processes."""

    async def start(self, log: Path, environment: dict[str, str]) -> Worker:
        """Start one."""
        ...


class ByCommand:
    """Starts ``python -m workers``, as a deployment does."""

    async def start(self, log: Path, environment: dict[str, str]) -> Worker:
        """Start one."""
        command = (sys.executable, "-m", "workers")
        with log.open("ab") as file:
            return await asyncio.create_subprocess_exec(
                *command, cwd=ROOT, env={**os.environ, **environment}, stdout=file, stderr=file
            )


@dataclass(frozen=True, slots=True)
class ByForking:
    """Starts workers in the blink of an eye."""

    nursery: Nursery

    async def start(self, log: Path, environment: dict[str, str]) -> Worker:
        """Start one."""
        return await self.nursery.start((), log, environment)


@contextlib.asynccontextmanager
async def forking() -> AsyncIterator[ByForking]:
    """Open a nursery of workers."""
    async with nursery("workers.__main__") as opened:
        yield ByForking(opened)


@dataclass(kw_only=True)
class Mortals:
    """The worker processes of one house, one after the other."""

    house: House
    address: str
    """Of the Temporal server."""
    spawning: Spawning
    deaths: Sequence[Death]
    more: Mapping[str, str] = field(default_factory=dict)
    """Further variables of their environment."""
    died: list[Death] = field(default_factory=list)

    async def work(self) -> None:
        """Work until cancelled, dying on the way as planned."""
        for death in self.deaths:
            async with self._worker(death.failpoint) as worker:
                if death.failpoint:
                    code = await worker.wait()
                    assert code == -signal.SIGKILL, f"{code}; {self._log()}"
                else:
                    await self._until(death.step, worker)
                    worker.kill()
                    await worker.wait()
            self.died.append(death)
        async with self._worker("") as worker:
            code = await worker.wait()
            raise AssertionError(f"the last worker ended by itself with {code}; {self._log()}")

    async def _until(self, step: int, worker: Worker) -> None:
        with contextlib.closing(sqlite3.connect(self.house.folder / "baoquan.db")) as database:
            while database.execute(_STEPS).fetchone()[0] < step:
                assert worker.returncode is None, f"the worker died by itself; {self._log()}"
                await asyncio.sleep(GLANCE_SECONDS)

    @contextlib.asynccontextmanager
    async def _worker(self, failpoint: str) -> AsyncIterator[Worker]:
        worker = await self.spawning.start(self._path(), self._environment(failpoint))
        try:
            yield worker
        finally:
            if worker.returncode is None:
                worker.kill()
                await worker.wait()

    def _environment(self, failpoint: str) -> dict[str, str]:
        settings = self.house.settings
        return {
            "BAOQUAN_PROFILE": "test",
            "BAOQUAN_DATA_FOLDER": str(settings.data_folder),
            "BAOQUAN_TEMPORAL_ADDRESS": self.address,
            "BAOQUAN_TASK_QUEUE": settings.task_queue,
            "BAOQUAN_IDENTITY_URL": settings.identity_url,
            "BAOQUAN_IDENTITY_TOKEN": settings.identity_token.get_secret_value(),
            "BAOQUAN_CLAIMS_URL": settings.claims_url,
            "BAOQUAN_CLAIMS_TOKEN": settings.claims_token.get_secret_value(),
            "BAOQUAN_BANK_URL": settings.bank_url,
            "BAOQUAN_BANK_TOKEN": settings.bank_token.get_secret_value(),
            "BAOQUAN_SMTP_PORT": str(settings.smtp_port),
            "BAOQUAN_CLOCK_OFFSET": str(settings.clock_offset),
            "BAOQUAN_FAILPOINTS": f"{failpoint}=1" if failpoint else "",
            **self.more,
        }

    def _path(self) -> Path:
        return self.house.folder / "workers.log"

    def _log(self) -> str:
        return self._path().read_text()[-2000:]


@contextlib.asynccontextmanager
async def file_server(
    folder: Path, *, codec: PayloadCodec | None = CODEC
) -> AsyncIterator[tuple[Client, str]]:
    """The embedded Temporal server as it is shipped, on a file; yields client and address.

    Workflow tasks of dead workers are noticed after two seconds instead of ten: the test waits for
    every one of them.
    """
    port = free_port()
    command = dev_server_command(data_folder=folder, port=port)
    sooner = ("--dynamic-config-value", 'history.defaultWorkflowTaskTimeout="2s"')
    with (folder / "temporal.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *command.argv,
            *sooner,
            env={**os.environ, **command.environment},
            stdout=log,
            stderr=log,
        )
    try:
        address = f"127.0.0.1:{port}"
        yield await _connected(address, codec), address
    finally:
        process.terminate()
        await process.wait()


async def _connected(address: str, codec: PayloadCodec | None) -> Client:
    for _ in range(200):
        with contextlib.suppress(RuntimeError, RPCError):
            return await connect(address, codec=codec)
        await asyncio.sleep(0.1)
    raise AssertionError("the Temporal server does not answer")

"""Worker processes that die by kill -9, and a Temporal server on a file that does not."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from temporalio.client import Client
from temporalio.service import RPCError

from infra.temporal import connect, dev_server_command
from tests.journeys.house import House
from tests.journeys.serving import free_port

ROOT = Path(__file__).parents[2]
GLANCE_SECONDS = 0.005
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


@dataclass(kw_only=True)
class Mortals:
    """The worker processes of one house, one after the other."""

    house: House
    deaths: Sequence[Death]
    died: list[Death] = field(default_factory=list)

    async def work(self) -> None:
        """Work until cancelled, dying on the way as planned."""
        for death in self.deaths:
            async with self._worker(death.failpoint) as process:
                if death.failpoint:
                    assert await process.wait() == -signal.SIGKILL
                else:
                    await self._until(death.step, process)
                    process.kill()
                    await process.wait()
            self.died.append(death)
        async with self._worker("") as process:
            code = await process.wait()
            raise AssertionError(f"the last worker ended by itself with {code}; {self._log()}")

    async def _until(self, step: int, process: Process) -> None:
        with contextlib.closing(sqlite3.connect(self.house.folder / "baoquan.db")) as database:
            while database.execute(_STEPS).fetchone()[0] < step:
                assert process.returncode is None, f"the worker died by itself; {self._log()}"
                await asyncio.sleep(GLANCE_SECONDS)

    @contextlib.asynccontextmanager
    async def _worker(self, failpoint: str) -> AsyncIterator[Process]:
        with self._path().open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "workers",
                cwd=ROOT,
                env={**os.environ, **self._environment(failpoint)},
                stdout=log,
                stderr=log,
            )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    def _environment(self, failpoint: str) -> dict[str, str]:
        settings = self.house.settings
        return {
            "BAOQUAN_PROFILE": "test",
            "BAOQUAN_DATA_FOLDER": str(settings.data_folder),
            "BAOQUAN_TEMPORAL_ADDRESS": settings.temporal_address,
            "BAOQUAN_TASK_QUEUE": settings.task_queue,
            "BAOQUAN_BANK_URL": settings.bank_url,
            "BAOQUAN_BANK_TOKEN": settings.bank_token.get_secret_value(),
            "BAOQUAN_SMTP_PORT": str(settings.smtp_port),
            "BAOQUAN_CLOCK_OFFSET": str(settings.clock_offset),
            "BAOQUAN_FAILPOINTS": f"{failpoint}=1" if failpoint else "",
        }

    def _path(self) -> Path:
        return self.house.folder / "workers.log"

    def _log(self) -> str:
        return self._path().read_text()[-2000:]


@contextlib.asynccontextmanager
async def file_server(folder: Path) -> AsyncIterator[tuple[Client, str]]:
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
        yield await _connected(address), address
    finally:
        process.terminate()
        await process.wait()


async def _connected(address: str) -> Client:
    for _ in range(200):
        with contextlib.suppress(RuntimeError, RPCError):
            return await connect(address)
        await asyncio.sleep(0.1)
    raise AssertionError("the Temporal server does not answer")

"""Child processes: started in order, each waited for until ready, stopped in reverse order.

Every child leads its own process group and is ended by the handle that started it, never by a
process id read from somewhere. Its output goes to a log file in the data folder.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

STOP_SECONDS = 20.0
Ready = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One process to run."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    ready: Ready
    """Asked every 100 ms until it says yes."""
    ready_seconds: float = 60.0


class ChildFailed(Exception):
    """A child ended, or never became ready; the message names its log."""


class Children:
    """The running children of this process."""

    def __init__(self, log_folder: Path) -> None:
        self.log_folder = log_folder
        self.log_folder.mkdir(parents=True, exist_ok=True)
        self._running: list[tuple[Child, asyncio.subprocess.Process]] = []

    async def start(self, child: Child) -> int:
        """Start a child and wait until it is ready; returns its process id."""
        log = self.log_path(child.name)
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *child.command,
                env={**os.environ, **child.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._running.append((child, process))
        try:
            async with asyncio.timeout(child.ready_seconds):
                await self._until_ready(child, process)
        except TimeoutError:
            raise ChildFailed(
                f"{child.name} was not ready after {child.ready_seconds:.0f} s; see {log}."
            ) from None
        return process.pid

    async def _until_ready(self, child: Child, process: asyncio.subprocess.Process) -> None:
        while not await child.ready():
            if process.returncode is not None:
                raise ChildFailed(
                    f"{child.name} ended with code {process.returncode} before it was ready; "
                    f"see {self.log_path(child.name)}."
                )
            await asyncio.sleep(0.1)

    async def first_to_end(self) -> str:
        """Wait until any child ends; returns a sentence about it."""
        waits = {
            asyncio.create_task(process.wait()): child.name for child, process in self._running
        }
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            task = next(iter(done))
            return (
                f"{waits[task]} ended with code {task.result()}; see {self.log_path(waits[task])}."
            )
        finally:
            for task in waits:
                task.cancel()

    async def stop(self) -> None:
        """Stop every child, the last started first, each with time to finish cleanly."""
        while self._running:
            child, process = self._running.pop()
            await _stop(child, process)

    def log_path(self, name: str) -> Path:
        """Return where a child's output goes."""
        return self.log_folder / f"{name}.log"


async def _stop(child: Child, process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            sys.stderr.write(f"{child.name} did not stop in {STOP_SECONDS:.0f} s; killing it.\n")
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

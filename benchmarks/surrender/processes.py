"""The processes of a run: one Temporal dev server on a file, and one worker at a time.

Both are children of this process, ended by the handle that started them. A worker ends when its
standard input closes, so none outlives this process.
"""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil
from temporalio.client import Client

from infra.local.ports import free_port
from infra.payload_codec import EncryptingCodec
from infra.payload_keys import FILE_NAME, KeyFile
from infra.temporal import connect, dev_server_command, ensure_search_attributes

PORT: Final = 17233
START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running dev server."""

    address: str
    pid: int
    client: Client
    keys: Path | None
    """File of the payload keys; None: nothing is encrypted."""
    traces: Path | None
    """Where workers write their spans; None: nothing is traced."""


def codec_of(keys: Path | None) -> EncryptingCodec | None:
    """Return the codec that all variants share."""
    return None if keys is None else EncryptingCodec(KeyFile.opened(keys), namespace="default")


@asynccontextmanager
async def dev_server(folder: Path, *, encrypted: bool, traced: bool) -> AsyncIterator[Server]:
    """Run the product's embedded server on a database file of its own."""
    keys = folder / FILE_NAME if encrypted else None
    address = f"127.0.0.1:{free_port(PORT)}"
    command = dev_server_command(data_folder=folder, port=int(address.partition(":")[2]))
    with (folder / "temporal.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *command.argv,
            env={**os.environ, **command.environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        client = await _connected(address, codec_of(keys))
        traces = folder if traced else None
        yield Server(address=address, pid=process.pid, client=client, keys=keys, traces=traces)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await _ended(process)


async def _connected(address: str, codec: EncryptingCodec | None) -> Client:
    async with asyncio.timeout(START_SECONDS):
        while True:
            try:
                client = await connect(address, codec=codec)
                await ensure_search_attributes(client)
            except RuntimeError:  # RPCError and the SDK's own connection errors are RuntimeErrors
                await asyncio.sleep(0.1)
            else:
                return client


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """What the doorbell told of a human task."""

    key: int
    content_hash: str


@dataclass(slots=True, kw_only=True)
class WorkerProcess:
    """A running worker, and the human tasks it told of."""

    pid: int
    queue: str
    _bells: dict[str, asyncio.Future[OpenTask]] = field(default_factory=dict)

    def bell(self, case_id: str) -> asyncio.Future[OpenTask]:
        """Return what is set when the human task of a case opens."""
        if case_id not in self._bells:
            self._bells[case_id] = asyncio.get_running_loop().create_future()
        return self._bells[case_id]

    async def listen(self, output: asyncio.StreamReader) -> None:
        """Hear the doorbell until the worker ends; then nobody may wait for it any more."""
        async for line in output:
            told = json.loads(line)
            bell = self.bell(told["case"])
            if not bell.done():
                bell.set_result(OpenTask(key=told["key"], content_hash=told["hash"]))
        for bell in self._bells.values():
            bell.cancel()


@asynccontextmanager
async def worker(
    variant: str, server: Server, queue: str, file: Path | None, folder: Path
) -> AsyncIterator[WorkerProcess]:
    """Run a worker of a variant."""
    files = () if file is None else (str(file),)
    keys = "off" if server.keys is None else str(server.keys)
    traces = "off" if server.traces is None else str(_folder_of(server.traces, variant))
    with (folder / "worker.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.surrender.worker"),
            *(variant, server.address, queue, keys, traces, *files),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    output, order = process.stdout, process.stdin
    if output is None or order is None:
        raise AssertionError("Expected pipes to the worker, but there are none")
    listening = None
    try:
        async with asyncio.timeout(START_SECONDS):
            if not await output.readline():
                raise RuntimeError(f"The worker of {variant} did not start:\n{_tail(folder)}")
        running = WorkerProcess(pid=process.pid, queue=queue)
        listening = asyncio.create_task(running.listen(output))
        yield running
    finally:
        order.close()
        await _ended(process)
        if listening is not None:
            await listening


def _folder_of(traces: Path, variant: str) -> Path:
    folder = traces / variant
    folder.mkdir(exist_ok=True)
    return folder


def _tail(folder: Path) -> str:
    return (folder / "worker.log").read_text(errors="replace")[-2_000:]


async def _ended(process: asyncio.subprocess.Process) -> None:
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def cpu_seconds(pid: int) -> float:
    """Return the CPU time a process has used, all its threads together."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)

"""What being seen costs: a request and a step of work, with and without, in neighbouring blocks.

``python -m benchmarks.telemetry`` prints CPU microseconds; spans go to a file, as in development.
"""

import asyncio
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
from sqlalchemy import text

from api.app import create_app
from infra.db.migrations import upgrade_to_head
from infra.db.sample_book import load_sample_book
from infra.db.unit_of_work import Database
from infra.settings import Settings
from infra.telemetry.recorder import current
from infra.telemetry.telemetry import Telemetry

BLOCKS = 12
REPEATS = 60
STATEMENTS = 20
VARIANTS = {"off": ("off", 1.0), "sampled out": ("local", 0.0), "on": ("local", 1.0)}

Work = Callable[[], Awaitable[None]]


async def _request(settings: Settings, stack: AsyncExitStack) -> Work:
    """A read over HTTP: token, permission, a dozen statements."""
    app = create_app(settings)
    await stack.enter_async_context(app.router.lifespan_context(app))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api")
    await stack.enter_async_context(client)
    token = (await client.post("/dev/token", json={"operator": "ops-1"})).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}

    async def work() -> None:
        answer = await client.get("/v1/cases", headers=headers)
        assert answer.is_success

    return work


async def _step(settings: Settings, stack: AsyncExitStack) -> Work:
    """What an activity does: a span, and a transaction of twenty statements in it."""
    telemetry = Telemetry(settings, "workers")
    stack.push_async_callback(telemetry.close)
    database = Database.at(settings.database_url)
    stack.push_async_callback(database.close)
    telemetry.watch(database)
    query = text("SELECT id FROM cases WHERE id = :id")

    async def statements() -> None:
        async with database.engine.begin() as connection:
            for _ in range(STATEMENTS):
                await connection.execute(query, {"id": uuid.uuid4().hex})

    async def work() -> None:
        recorder = telemetry.recorder
        if recorder is None:
            await statements()
            return
        with recorder.current(recorder.begin("execution.quote", parent=current())):
            await statements()

    return work


async def _block(work: Work) -> float:
    """CPU of the whole process per repetition, the writing thread's included, in µs."""
    begun = time.process_time()
    for _ in range(REPEATS):
        await work()
    await asyncio.sleep(0)
    return (time.process_time() - begun) / REPEATS * 1e6


async def _measure(
    name: str, made: Callable[[Settings, AsyncExitStack], Awaitable[Work]], folder: Path
) -> None:
    async with AsyncExitStack() as stack:
        works = {}
        for variant, (traces, ratio) in VARIANTS.items():
            settings = Settings.model_validate(
                {"profile": "test", "data_folder": folder, "traces": traces, "trace_ratio": ratio}
            )
            works[variant] = await made(settings, stack)
        taken: dict[str, list[float]] = {variant: [] for variant in works}
        for work in works.values():
            await _block(work)
        for number in range(BLOCKS):
            order = list(works) if number % 2 else list(works)[::-1]
            for variant in order:
                taken[variant].append(await _block(works[variant]))
    base = statistics.median(taken["off"])
    for variant, values in taken.items():
        middle = statistics.median(values)
        paired = statistics.median(
            value - off for value, off in zip(values, taken["off"], strict=True)
        )
        print(f"{name:10} {variant:12} {middle:8.0f} µs  {paired:+7.0f} µs  {paired / base:+6.1%}")


async def _main() -> None:
    os.environ.pop("BAOQUAN_TRACES", None)
    with tempfile.TemporaryDirectory(prefix="baoquan-") as name:
        folder = Path(name)
        url = f"sqlite+aiosqlite:///{folder}/baoquan.db"
        await asyncio.to_thread(upgrade_to_head, url)
        await load_sample_book(url, 1, policies=3)
        await _measure("request", _request, folder)
        await _measure("step", _step, folder)


if __name__ == "__main__":
    asyncio.run(_main())

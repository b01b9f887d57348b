"""``python -m workers``: serve the case queue and relay until told to stop."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Awaitable
from typing import Final

from temporalio.worker import Worker

from infra import core_dumps
from infra.releases import current_build
from infra.settings import Settings
from infra.telemetry.logs import configure_logs
from infra.temporal import leave
from workers.compose import Crew, composed
from workers.gate import ReleaseRefused, pass_gate
from workers.health import Health
from workers.versioning import promote

REFUSED: Final = 3
"""Exit code of a build that does not replay what is recorded."""
PATIENCE: Final = 20.0
"""Seconds until a worker that was told to stop leaves whatever is still under way."""

log = logging.getLogger(__name__)


async def serve(settings: Settings, health: Health, stop: asyncio.Event) -> None:
    """Run a crew until ``stop``; what is under way gets time to finish."""
    health.tell("starting")
    async with composed(settings) as crew:
        if not await _admitted(crew, settings, stop):
            return
        run = asyncio.create_task(crew.worker.run())
        beside = [asyncio.create_task(chore.run()) for chore in crew.chores]
        try:
            if await _promoted(crew, settings, run, stop):
                health.tell("ready", build=crew.version.build_id)
            await _first(run, stop.wait())
        finally:
            health.tell("draining")
            for one in beside:
                one.cancel()
            await _drained(crew.worker)
            for one in beside:
                with contextlib.suppress(asyncio.CancelledError):
                    await one
            await run
    health.tell("stopped")


async def _drained(worker: Worker) -> None:
    """Let what is under way finish; a turn that never ends does not keep the process.

    What is left is as safe as under kill -9: it is done again, by its keys.
    """
    shutdown = asyncio.ensure_future(worker.shutdown())
    await asyncio.wait({shutdown}, timeout=PATIENCE)
    if not shutdown.done():
        log.error("work did not end within %d s and is left to another worker", PATIENCE)
        leave(0)


async def _admitted(crew: Crew, settings: Settings, stop: asyncio.Event) -> bool:
    """Pass the gate of releases; false: it ends before. Raises ReleaseRefused."""
    gate = asyncio.create_task(pass_gate(crew.client, settings, crew.version.build_id))
    await _first(gate, stop.wait())
    if gate.done():
        gate.result()
        return True
    gate.cancel()
    return False


async def _promoted(
    crew: Crew, settings: Settings, run: asyncio.Task[None], stop: asyncio.Event
) -> bool:
    """Make this build the current one, however long Temporal is away; false: it ends before."""
    if settings.promotion == "manual" and await current_build(crew.client):
        return True  # operations give it its share
    promotion = asyncio.create_task(promote(crew.client, crew.version))
    await _first(run, promotion, stop.wait())
    if promotion.done():
        promotion.result()
        return True
    promotion.cancel()
    return False


async def _first(*awaited: Awaitable[object]) -> None:
    """Wait for whatever comes first; of the others those are let go that nobody else waits for."""
    tasks = {asyncio.ensure_future(one): asyncio.iscoroutine(one) for one in awaited}
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task, is_ours in tasks.items():
        if is_ours:
            task.cancel()


async def _main(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await serve(settings, Health(settings.data_folder / "workers.json"), stop)


def main() -> None:
    """Serve, then leave without the SDK's shutdown."""
    core_dumps.forbid()
    settings = Settings()
    configure_logs(settings)
    try:
        asyncio.run(_main(settings))
    except ReleaseRefused as refused:
        for line in str(refused).splitlines():  # of an exception itself the logs tell the class
            log.error("%s", line)  # noqa: TRY400 - it says it all
        Health(settings.data_folder / "workers.json").tell("refused")
        leave(REFUSED)
    leave(0)


if __name__ == "__main__":
    main()

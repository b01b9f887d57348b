"""``python -m workers``: serve the case queue and relay until told to stop."""

import asyncio
import contextlib
import signal

from infra import core_dumps
from infra.settings import Settings
from infra.telemetry.logs import configure_logs
from infra.temporal import leave
from workers.compose import Crew, composed
from workers.health import Health
from workers.versioning import promote


async def serve(settings: Settings, health: Health, stop: asyncio.Event) -> None:
    """Run a crew until ``stop``; what is under way gets time to finish."""
    health.tell("starting")
    async with composed(settings) as crew:
        run = asyncio.create_task(crew.worker.run())
        beside = [asyncio.create_task(chore.run()) for chore in crew.chores]
        try:
            await _promoted(crew, run)
            health.tell("ready", build=crew.version.build_id)
            waiting = asyncio.create_task(stop.wait())
            await asyncio.wait({run, waiting}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
        finally:
            health.tell("draining")
            for one in beside:
                one.cancel()
            await crew.worker.shutdown()
            for one in beside:
                with contextlib.suppress(asyncio.CancelledError):
                    await one
            await run
    health.tell("stopped")


async def _promoted(crew: Crew, run: asyncio.Task[None]) -> None:
    promotion = asyncio.create_task(promote(crew.client, crew.version))
    await asyncio.wait({run, promotion}, return_when=asyncio.FIRST_COMPLETED)
    if run.done():
        promotion.cancel()
        await run
    await promotion


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
    asyncio.run(_main(settings))
    leave(0)


if __name__ == "__main__":
    main()

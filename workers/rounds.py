"""What a worker process does over and over: a round that fails is followed by the next."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

logger = logging.getLogger(__name__)


async def repeat(name: str, act: Callable[[], Awaitable[object]], pause: timedelta) -> None:
    """Act until cancelled; any machine may be away meanwhile.

    A pause follows each round, but for one that says by its answer that there is more to do.
    """
    while True:
        has_more = None
        try:
            has_more = await act()
        except Exception as error:  # noqa: BLE001 - a process's entry: the next round may do
            logger.warning("%s: %s: %s", name, type(error).__name__, error)
        if not has_more:
            await asyncio.sleep(pause.total_seconds())

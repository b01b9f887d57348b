"""What a worker process does over and over: a round that fails is followed by the next."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

logger = logging.getLogger(__name__)


async def repeat(name: str, act: Callable[[], Awaitable[None]], pause: timedelta) -> None:
    """Act until cancelled, with a pause after each; any machine may be away meanwhile."""
    while True:
        try:
            await act()
        except Exception as error:  # noqa: BLE001 - a process's entry: the next round may do
            logger.warning("%s: %s", name, type(error).__name__)
        await asyncio.sleep(pause.total_seconds())

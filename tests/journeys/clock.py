"""Business time on a time-skipping server: it stands where a test put it, and jumps when told."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

from temporalio.testing import WorkflowEnvironment

_STRIDE = timedelta(days=90)
"""The server skips a stride in one call: what falls due within it has to fit into its time-out."""


class Clock(Protocol):
    """What the house reads the time from."""

    @property
    def offset(self) -> float:
        """Seconds that business time is ahead of the server's."""
        ...

    def now(self) -> datetime:
        """Business time."""
        ...


class WallClock:
    """Business time on a server of the real world."""

    def __init__(self, moment: str) -> None:
        self.offset = (datetime.fromisoformat(moment) - datetime.now(UTC)).total_seconds()

    def now(self) -> datetime:
        """Business time."""
        return datetime.now(UTC) + timedelta(seconds=self.offset)


class SkippingClock:
    """The server's time plus an offset, so that a scenario's first moment is now."""

    def __init__(self, environment: WorkflowEnvironment) -> None:
        self.environment = environment
        self.offset = 0.0
        self._server = datetime.min.replace(tzinfo=UTC)
        self._read_at = 0.0

    async def begin(self, moment: str) -> None:
        """Let business time be this moment now."""
        await self._read()
        self.offset = (datetime.fromisoformat(moment) - self._server_now()).total_seconds()

    def now(self) -> datetime:
        """Business time; between jumps the server's clock runs like any other."""
        return self._server_now() + timedelta(seconds=self.offset)

    async def until(self, moment: str) -> None:
        """Jump to a moment; every timer before it falls due on the way."""
        await self.sleep(datetime.fromisoformat(moment) - self.now())

    async def sleep(self, duration: timedelta) -> None:
        """Let time pass."""
        assert duration > timedelta(0), f"that was {-duration} ago"
        end = self.now() + duration
        while (left := end - self.now()) > timedelta(0):
            await self.environment.sleep(min(left, _STRIDE))
            await self._read()

    def _server_now(self) -> datetime:
        return self._server + timedelta(seconds=time.monotonic() - self._read_at)

    async def _read(self) -> None:
        self._server = await self.environment.get_current_time()
        self._read_at = time.monotonic()

"""Anchoring: every so often, when much was recorded, and when cases end, chains are anchored."""

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from activities.failpoints import failpoints
from infra.anchoring.anchorer import Anchorer
from infra.anchoring.place import anchor_folder, anchor_key
from infra.db.unit_of_work import Database
from infra.settings import Settings

LOOK: Final = 5.0
"""Seconds between two looks at how much was recorded."""
CALM: Final = 100.0
"""Anchors for cases that ended take a hundredth of the time at most, however many end."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Anchored:
    """What the last anchor of this process found, and what it cost."""

    at: float = float("-inf")
    rows: int = 0
    closed: datetime | None = None
    took: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchoring:
    """One task of a worker process; several side by side do no harm."""

    anchorer: Anchorer
    seconds: float
    rows: int

    async def run(self) -> None:
        """Anchor until cancelled; a round that fails is followed by the next."""
        last = _Anchored()
        while True:
            try:
                last = await self._look(last)
            except Exception as error:  # noqa: BLE001 - a process's entry: any machine may be away
                logger.warning("anchoring: %s: %s", type(error).__name__, error)
            await asyncio.sleep(min(LOOK, self.seconds))

    async def _look(self, last: _Anchored) -> _Anchored:
        """Anchor when it is time, when much was recorded, or when a case has ended."""
        state, began = await self.anchorer.state(), time.monotonic()
        idle = began - last.at
        is_due = (
            idle >= self.seconds
            or state.records - last.rows >= self.rows
            or (state.closed != last.closed and idle >= CALM * last.took)
        )
        if not is_due:
            return last
        await self.anchorer.round()
        ended = time.monotonic()
        return _Anchored(at=ended, rows=state.records, closed=state.closed, took=ended - began)


def anchoring(settings: Settings, database: Database) -> Anchoring:
    """Compose the anchoring of a deployment."""
    return Anchoring(
        anchorer=Anchorer(
            database,
            anchor_folder(settings),
            anchor_key(settings),
            failpoint=failpoints(settings.failpoints, allowed=settings.profile != "production"),
        ),
        seconds=settings.anchor_seconds,
        rows=settings.anchor_rows,
    )

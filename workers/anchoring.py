"""Anchoring: every so often, and sooner when much was recorded, the audit chains are anchored."""

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Final

from activities.failpoints import failpoints
from infra.anchoring.anchorer import Anchorer
from infra.anchoring.place import anchor_folder, anchor_key
from infra.db.unit_of_work import Database
from infra.settings import Settings

LOOK: Final = 5.0
"""Seconds between two looks at how much was recorded."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchoring:
    """One task of a worker process; several side by side do no harm."""

    anchorer: Anchorer
    seconds: float
    rows: int

    async def run(self) -> None:
        """Anchor until cancelled; a round that fails is followed by the next."""
        anchored_at, anchored_rows = float("-inf"), 0
        while True:
            try:
                rows = await self.anchorer.records()
                is_time = time.monotonic() - anchored_at >= self.seconds
                if is_time or rows - anchored_rows >= self.rows:
                    await self.anchorer.round()
                    anchored_at, anchored_rows = time.monotonic(), rows
            except Exception as error:  # noqa: BLE001 - a process's entry: any machine may be away
                logger.warning("anchoring: %s: %s", type(error).__name__, error)
            await asyncio.sleep(min(LOOK, self.seconds))


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

"""The starter: begins cases whose start event's time has come (S26).

The next firing of every timer start stands in the database with the newest version of its process,
so a deployment replaces it in its own transaction, and what fired is told apart from what did not.
Occurrences missed while nobody worked fire once; then the series goes on at its next due time.
"""

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from infra.db.unit_of_work import Database
from workers.rounds import repeat
from workflows.bpmn.timers import Firing, next_firing, timer_of
from workflows.domain.ids import derive
from workflows.domain.start import StartEvent, Trigger

PERIOD: Final = timedelta(seconds=1)
CLOCK: Final = "clock"
"""Who began a case that its time began."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """One starter; several side by side do no harm."""

    database: Database
    zone: str
    clock_offset: timedelta = timedelta()

    async def run(self) -> None:
        """Look until cancelled; a round that fails is followed by the next."""
        await repeat("starter", self.round, PERIOD)

    async def round(self) -> None:
        """Let everything fire whose time has come."""
        now = datetime.now(UTC) + self.clock_offset
        async with self.database.reading() as room:
            due = await room.starts.due(now)
        for process_id, part, start in due:
            try:
                await self._fire(process_id, part, start, now)
            except Exception as error:  # noqa: BLE001 - one timer must not hold up the others
                name = type(error).__name__
                logger.warning("start %s of %s: %s", start.element, process_id, name)

    async def _fire(self, process_id: str, part: int, start: StartEvent, now: datetime) -> None:
        """Begin the case and set the next firing, both or neither."""
        due = start.due or now
        trigger = Trigger(
            kind="timer",
            source=derive("T", start.version, start.element, due.isoformat()),
            at=now,
            by=CLOCK,
            name=start.name,
            clock_offset=self.clock_offset.total_seconds(),
        )
        async with self.database.work() as books:
            following = self._following(start, now)
            if await books.starts.advance(process_id, part, start, following):
                case_id = await books.starts.begin_at(trigger, process_id, start.element)
                logger.info("%s of %s, due %s: %s", start.element, process_id, due, case_id)

    def _following(self, start: StartEvent, now: datetime) -> StartEvent:
        if start.due is None or start.anchor is None or start.left is None or start.form != "cycle":
            return replace(start, due=None)
        last = Firing(start.due, start.anchor, start.left)
        following = next_firing(timer_of("cycle", start.name), last, now, self.zone)
        if following is None:
            return replace(start, due=None)
        return replace(start, due=following.due, left=following.left)

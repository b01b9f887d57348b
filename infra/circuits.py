"""Circuits: a system that fails call after call stands still by itself, and goes on by itself.

Each process counts its own calls. What opens a circuit is the standstill that operations order, by
another name: cases, lists, audit and figures know it as that. After a pause one call is let through
(half-open): answered, the system goes on; not answered, the pause is twice as long.
"""

import logging
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from infra.db.connections.away import DatabaseAway
from infra.db.unit_of_work import Database
from infra.standing import StandingNow
from workflows.domain.ids import derive
from workflows.domain.standstill import CIRCUIT, Standstill, SystemName

LONGEST: Final = 16
"""Pauses that the longest pause has."""
PERMIT_SECONDS: Final = 30.0
"""A call let through that says nothing for so long counts as lost: another one may go."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitRules:
    """When a circuit opens, and for how long."""

    failures: int
    """So many calls at least have failed within the window; 0: no circuit opens by itself."""
    share: float
    """Of the calls in the window, so many."""
    window: timedelta
    pause: timedelta


class Circuits:
    """The circuits of all systems, as one process sees them."""

    def __init__(
        self,
        database: Database,
        standing: StandingNow,
        rules: CircuitRules,
        now: Callable[[], datetime],
        opened: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._database = database
        self._standing = standing
        self._rules = rules
        self._now = now
        self._opened = opened
        self._calls: defaultdict[str, deque[tuple[float, bool]]] = defaultdict(deque)
        self._permits: dict[str, float] = {}

    async def may_try(self, source: str) -> bool:
        """Let one call through to a system that stands still, once its pause is over."""
        one = (await self._standing.known()).get(source)
        if one is None or one.probe_at is None or self._now() < one.probe_at:
            return False
        if time.monotonic() < self._permits.get(source, 0.0):
            return False
        self._permits[source] = time.monotonic() + PERMIT_SECONDS
        return True

    async def heard(self, system: SystemName, *, answered: bool) -> None:
        """A call ended. That it cannot be written down holds up no work."""
        try:
            await self._heard(system, answered=answered)
        except DatabaseAway:
            logger.info("circuit of %s: the database is away", system)

    async def _heard(self, system: SystemName, *, answered: bool) -> None:
        source = f"system:{system}"
        if self._permits.pop(source, None) is not None:
            await self._probed(source, answered=answered)
            return
        if self._rules.failures and self._is_too_bad(system, answered=answered):
            await self._open(system)

    def _is_too_bad(self, system: SystemName, *, answered: bool) -> bool:
        calls, now = self._calls[system], time.monotonic()
        calls.append((now, answered))
        while calls[0][0] < now - self._rules.window.total_seconds():
            calls.popleft()
        failed = sum(not one for _, one in calls)
        return failed >= max(self._rules.failures, self._rules.share * len(calls))

    async def _open(self, system: SystemName) -> None:
        calls, now = self._calls.pop(system), self._now()
        failed = sum(not one for _, one in calls)
        window = int(self._rules.window.total_seconds())
        word = Standstill(
            kind="system",
            target=system,
            id=derive("ST", CIRCUIT, system, now.isoformat()),
            by=CIRCUIT,
            role="system",
            reason=f"{failed} of {len(calls)} calls failed within {window} s",
            since=now,
            probe_at=now + self._rules.pause,
            tries=1,
        )
        async with self._database.work() as books:
            is_new = await books.standstills.begin(word, word.id)
        self._standing.forget()
        if is_new:
            self._opened(system)
            logger.warning("circuit of %s opened: %s", system, word.reason)

    async def _probed(self, source: str, *, answered: bool) -> None:
        one = (await self._standing.known()).get(source)
        if one is None or one.probe_at is None:
            return
        async with self._database.work() as books:
            if answered:
                reason = f"call {one.tries} that was let through was answered"
                word = replace(one, reason=reason, since=self._now())
                await books.standstills.end(word, derive("ST", one.id, "end"))
                logger.warning("circuit of %s closed: %s", one.target, reason)
            else:
                pause = self._rules.pause * min(LONGEST, 2**one.tries)
                await books.standstills.postpone(one, self._now() + pause)
        self._standing.forget()

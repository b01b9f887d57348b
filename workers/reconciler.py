"""Reconciliation with bank and core system: every morning the day before, and any day asked for."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from infra.db.operations.reconciliation import Reconciliation, Window
from infra.db.unit_of_work import Database
from workers.rounds import repeat
from workflows.domain.core_reconciliation import CoreEffect, CoreFact, reconcile_core
from workflows.domain.core_system import CoreOrder
from workflows.domain.findings import anomaly_due
from workflows.domain.reconciliation import BankLine, Break, reconcile

PERIOD: Final = timedelta(seconds=10)
MORNING: Final = time(6)
"""The business hour at which the day before is compared."""
DAYS: Final = timedelta(days=7)
"""How far back one comparison goes: as long as the bank knows the keys of orders."""
TRAVEL: Final = timedelta(minutes=5)
"""How long news of a payment may take; what is younger is still under way."""
SLACK: Final = timedelta(days=1)
"""An order is written down before the bank books it; the two clocks need not agree."""
SIDE_BY_SIDE: Final = 8
"""Questions to the core system at once."""
BY_ITSELF: Final = "system"

logger = logging.getLogger(__name__)


class Statements(Protocol):
    """A bank that says what it moved."""

    async def statement(self, since: datetime) -> tuple[BankLine, ...]:
        """Return what moved from an instant on."""


class CoreSight(Protocol):
    """A core system that says what became of an order, and where a policy stands."""

    async def effect(self, key: str) -> CoreEffect | None:
        """Tell all that stands under a key; None: the core system never took it."""

    async def policy_version(self, policy_no: str) -> int | None:
        """Tell where a policy stands; None: the core system does not have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciler:
    """One task of a worker process; several side by side do no harm."""

    database: Database
    bank: Statements
    zone: ZoneInfo
    core: CoreSight | None = None
    """Where the insurer has a core system of its own."""
    clock_offset: timedelta = timedelta()

    async def run(self) -> None:
        """Compare what is due until cancelled; a round that fails is followed by the next."""
        await repeat("reconciliation", self.round, PERIOD)

    async def round(self) -> None:
        """Ask for the day before when its morning has come; compare every day asked for."""
        await self._ask_for_yesterday()
        while wanted := await self._wanted():
            await self._compare(wanted)

    async def _ask_for_yesterday(self) -> None:
        now = self._now()
        yesterday = now.astimezone(self.zone).date() - timedelta(days=1)
        if now.astimezone(self.zone).time() < MORNING:
            return
        async with self.database.reading() as room:
            if await room.reconciliation.get(yesterday) is not None:
                return
        async with self.database.work() as books:
            if await books.reconciliation.get(yesterday) is None:
                await books.reconciliation.ask(yesterday, by=BY_ITSELF, at=now)

    async def _wanted(self) -> Reconciliation | None:
        async with self.database.reading() as room:
            return await room.reconciliation.wanted()

    async def _compare(self, wanted: Reconciliation) -> None:
        """Fetch the statement first, so that nothing is held while the bank thinks."""
        now = self._now()
        since = self._begins(wanted.day) - DAYS
        until = min(self._begins(wanted.day + timedelta(days=1)), now - TRAVEL)
        lines = await self.bank.statement(since - SLACK)
        beside_core = await self._beside_core(since, until)
        async with self.database.work() as books:
            current = await books.reconciliation.get(wanted.day)
            if current is None or current.done_at is not None:
                return
            compared = await books.reconciliation.books(
                lines, since=since, first_day=since.astimezone(self.zone).date()
            )
            found = (*reconcile(compared, since=since, until=until), *beside_core)
            today = now.astimezone(self.zone).date()
            due_on = anomaly_due("MONEY", today, await books.calendars.load())
            window = Window(day=wanted.day, since=since, until=until, due_on=due_on, at=now)
            await books.reconciliation.conclude(window, compared, found)
        logger.log(
            logging.WARNING if found else logging.INFO,
            "reconciled %s: %d lines, %d breaks", wanted.day, len(lines), len(found),
        )  # fmt: skip

    async def _beside_core(self, since: datetime, until: datetime) -> tuple[Break, ...]:
        """Ask the core system about every order of the time, a few at once."""
        if self.core is None:
            return ()
        async with self.database.work() as books:
            orders = await books.compared_core.orders(since)
            posted = await books.compared_core.posted(orders)
        gate = asyncio.Semaphore(SIDE_BY_SIDE)

        async def asked(order: CoreOrder, core: CoreSight) -> CoreFact:
            async with gate:
                effect = await core.effect(order.key)
            return CoreFact(order=order, effect=effect, posted=posted.get(order.key))

        async def version(policy_no: str, core: CoreSight) -> int | None:
            async with gate:
                return await core.policy_version(policy_no)

        policies = sorted({order.policy_no for order in orders})
        facts = await asyncio.gather(*(asked(order, self.core) for order in orders))
        stand = await asyncio.gather(*(version(one, self.core) for one in policies))
        versions = {
            policy_no: at for policy_no, at in zip(policies, stand, strict=True) if at is not None
        }
        return reconcile_core(facts, versions, until=until, now=self._now())

    def _begins(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)

    def _now(self) -> datetime:
        return datetime.now(UTC) + self.clock_offset

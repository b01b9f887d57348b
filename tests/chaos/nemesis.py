"""Brings faults about, one after the other, and tells what it did."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.chaos.bases import Base
from tests.chaos.plan import DATABASE, Fault
from tests.chaos.victims import WORKERS, Victims

LAST_STRIKE = 0.85
"""How far the load is done when the last fault strikes."""
TOGETHER = {
    "workers": WORKERS,
    "all": (*WORKERS, "api", "bank", "temporal", DATABASE),
}


@dataclass(kw_only=True)
class Nemesis:
    """One run's faults, spread over the load as it is worked off."""

    victims: Victims
    base: Base
    tell: Callable[[str], None]
    longest_wait: float
    """Seconds after which the next fault strikes, however little is done."""
    done: Counter[str] = field(default_factory=Counter)

    async def strike(self, faults: Sequence[Fault], progress: Callable[[], float]) -> None:
        """Bring about all of them; ``progress`` is the share of the load that is done."""
        for number, fault in enumerate(faults):
            await asyncio.sleep(fault.after)
            await until(progress, LAST_STRIKE * number / len(faults), self.longest_wait)
            self.tell(f"{fault.name} for {fault.seconds:.1f} s")
            await self._strike(fault)
            self.done[fault.name] += 1

    async def _strike(self, fault: Fault) -> None:
        names = TOGETHER.get(fault.target, (fault.target,))
        for name in names:
            if name != DATABASE:
                await self.victims.named[name].there()
        for name in names:
            if name == DATABASE:
                await self.base.strike(fault.kind, fault.seconds)
            elif fault.kind == "kill":
                self.victims.named[name].kill(fault.seconds)
            else:
                await self.victims.named[name].freeze(fault.seconds)


async def until(progress: Callable[[], float], wanted: float, longest: float) -> None:
    """Wait for so much progress, but not for ever."""
    deadline = time.monotonic() + longest
    while progress() < wanted and time.monotonic() < deadline:  # noqa: ASYNC110 - others work
        await asyncio.sleep(0.2)

"""What whoever watches a run sees: time, cases, faults and deaths, at every line."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

EVERY_SECONDS = 10.0


@dataclass(kw_only=True)
class Telling:
    """Tells, with how far everything is."""

    out: Callable[[str], None]
    cases: int
    faults: int
    ended: Callable[[], int] = lambda: 0
    struck: Callable[[], int] = lambda: 0
    deaths: Callable[[], int] = lambda: 0
    begun: float = field(default_factory=time.monotonic)

    def __call__(self, text: str) -> None:
        """Tell something."""
        seconds = int(self.seconds)
        self.out(
            f"{seconds // 60:2d}:{seconds % 60:02d}  cases {self.ended():3d}/{self.cases}"
            f"  faults {self.struck():2d}/{self.faults}  deaths {self.deaths():2d}  {text}"
        )

    @property
    def seconds(self) -> float:
        """How long it has been."""
        return time.monotonic() - self.begun

    async def go_on(self) -> None:
        """Tell how far it is, now and again, until cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            self("…")

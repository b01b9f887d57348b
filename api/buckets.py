"""Token buckets: so many at once, so many a minute after that, for every name on its own."""

import time
from collections.abc import Callable

_FULL = 10_000
"""Names kept before those whose bucket is full again are forgotten."""


class Buckets:
    """One bucket per name, all of one size; kept in this process."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.size = float(per_minute)
        self._pace = per_minute / 60
        self._clock = clock
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, name: str) -> float:
        """Take a token; returns 0, or the seconds until there is one."""
        wait = self.wait(name)
        if not wait:
            self._levels[name] = (self._level(name) - 1, self._clock())
            if len(self._levels) > _FULL:
                self._forget()
        return wait

    def wait(self, name: str) -> float:
        """Return the seconds until there is a token; takes none."""
        return max(0.0, (1 - self._level(name)) / self._pace)

    def _level(self, name: str) -> float:
        level, at = self._levels.get(name, (self.size, 0.0))
        return min(self.size, level + (self._clock() - at) * self._pace)

    def _forget(self) -> None:
        """A full bucket is as good as none."""
        self._levels = {
            name: found for name, found in self._levels.items() if self._level(name) < self.size
        }

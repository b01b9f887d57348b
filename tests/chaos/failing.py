"""Named instants at which processes kill themselves: armed while faults last, and counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.plan import INSTANTS

LATE = 0.3
EAGER = 10
"""When so much of the load is done, an instant that never struck is so many times likelier to."""
_TOLD = re.compile(rb"^failpoint (\S+)$", re.MULTILINE)


@dataclass(kw_only=True)
class Failing:
    """The armed instants of one run."""

    chances: Mapping[str, float]
    logs: Sequence[Path]
    """Where dying processes tell at which one."""
    is_armed: bool
    progress: Callable[[], float] = lambda: 0.0
    """The share of the load that is done."""

    def environment(self) -> Mapping[str, str]:
        """What a process that is started now gets besides."""
        if not (self.is_armed and self.chances):
            return {}
        struck, eager = self.struck(), EAGER if self.progress() > LATE else 1
        chances = {
            name: chance if struck[name] else min(1.0, chance * eager)
            for name, chance in self.chances.items()
        }
        ours = {name: chance for name, chance in chances.items() if name in INSTANTS}
        theirs = {name: chance for name, chance in chances.items() if name not in INSTANTS}
        return {"BAOQUAN_FAILPOINTS": _written(theirs), "CHAOS_INSTANTS": _written(ours)}

    def struck(self) -> Counter[str]:
        """How often which one has struck."""
        return Counter(
            name.decode()
            for log in self.logs
            if log.exists()
            for name in _TOLD.findall(log.read_bytes())
        )


def _written(chances: Mapping[str, float]) -> str:
    return ",".join(f"{name}={chance:g}" for name, chance in chances.items())

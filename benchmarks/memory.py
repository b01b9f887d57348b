"""Memory: a state grows with its live tokens, never with its history; cases leave nothing."""

import gc
import tracemalloc
from collections.abc import Callable
from typing import Final

import psutil

from benchmarks.row import Budget, Row

WARM_UP: Final = 200
LEFT_BEHIND: Final = Budget(of="figure", sense="at most", limit=64.0)
"""KiB that all the cases together may leave: caches of the interpreter, nothing per case."""
NOT_BY_HISTORY: Final = Budget(of="ratio", sense="at most", limit=1.25)
"""A thousand tasks later only the counters have more digits."""

PlayOnce = Callable[[], Callable[[], object]]
StateAfter = Callable[[int, int], int]


def memory(play_once: PlayOnce, state_after: StateAfter, *, cases: int) -> tuple[Row, ...]:
    """Measure a state's size and what many cases leave behind."""
    young, old = state_after(1, 1), state_after(1_000, 1)
    few, many = state_after(0, 10), state_after(0, 1_000)
    traced, resident = _left_behind(play_once(), cases)
    return (
        Row(
            name="state, one live token: 1,000 tasks done against 1",
            unit="bytes",
            measured=old,
            against=young,
            ratio=old / young,
            budget=NOT_BY_HISTORY,
        ),
        Row(
            name="state per live token: 1,000 against 10",
            unit="bytes",
            measured=many / 1_000,
            against=few / 10,
            ratio=(many / 1_000) / (few / 10),
            budget=NOT_BY_HISTORY,
        ),
        Row(
            name=f"left behind by {cases:,} cases",
            unit="KiB",
            measured=traced / 1024,
            budget=LEFT_BEHIND,
        ),
        Row(name=f"resident growth over {cases:,} cases", unit="KiB", measured=resident / 1024),
    )


def _left_behind(run: Callable[[], object], cases: int) -> tuple[int, int]:
    """Return what stays allocated, and by how much the process grew while it was not traced."""
    process = psutil.Process()
    for _ in range(WARM_UP):
        run()
    gc.collect()
    resident = process.memory_info().rss
    for _ in range(cases - cases // 10):
        run()
    gc.collect()
    grown = process.memory_info().rss - resident
    tracemalloc.start()
    try:
        traced = _traced(run, cases)
    finally:
        tracemalloc.stop()
    return traced, grown


def _traced(run: Callable[[], object], cases: int) -> int:
    for _ in range(WARM_UP):
        run()
    gc.collect()
    before, _peak = tracemalloc.get_traced_memory()
    for _ in range(cases):
        run()
    gc.collect()
    after, _peak = tracemalloc.get_traced_memory()
    return after - before

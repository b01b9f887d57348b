"""Which runs there are: of the product, and of every seeded bug."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tests.chaos.mutants import MUTANTS
from tests.chaos.plan import Kind
from tests.chaos.run import Order

SHORT: Mapping[str, Any] = {
    "cases": 8,
    "faults": 0,
    "failpoints": {},
    "side_by_side": 8,
    "afterwards": 0,
    "heal_at": 0.5,
    "longest_wait": 20.0,
    "patience": 20.0,
    "longest_calm": 45.0,
}
"""A run with a seeded bug: only what the bug needs to matter happens in it."""


def of_mutant(name: str, *, seed: int = 1, database: Kind = "sqlite") -> Order:
    """The run that must catch a seeded bug."""
    given = {**SHORT, **MUTANTS[name].needs}
    return Order(seed=seed, database=database, mutant=name, **given)


def of_the_day(day: date, count: int = 2) -> list[str]:
    """So many seeded bugs, others every day, until all have had their turn."""
    names, first = list(MUTANTS), day.toordinal() * count
    return [names[(first + number) % len(names)] for number in range(count)]

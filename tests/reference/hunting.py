"""Hunts a seeded bug: how many models it takes, and the smallest that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from tests.reference.blocks import size_of
from tests.reference.examples import for_examples
from tests.reference.lockstep import Difference, check
from tests.reference.mutants import MUTANTS
from tests.reference.planting import planted
from tests.reference.shrinking import READABLE, Failure
from tests.reference.sweeping import Sample, larger, made_small

MODELS = 2_000
CAUGHT = 4
"""So many models that show a bug are looked for; the smallest is made smaller first."""
EXAMPLES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Catch:
    """A bug that was caught."""

    models: int
    """Of the sweep, until it was."""
    examples: int | None
    """Of Hypothesis, until it was; None was not tried, or not enough."""
    failure: Failure
    sample: Sample
    """As the sweep drew it."""
    active: int
    """How often the bug made a difference until then."""

    @property
    def elements(self) -> int:
        return size_of(self.failure.model)


def hunt(name: str, *, examples: bool = True) -> Catch | None:
    """Sweep until a bug is caught, then shrink; None when it was not."""
    with planted(MUTANTS[name]) as active:
        found = list(islice(_failing(), CAUGHT))
        if not found:
            return None
        count = active.count
        sample, failure = _smallest(found)
        return Catch(
            models=found[0].seed + 1,
            failure=failure,
            examples=until_caught() if examples else None,
            sample=sample,
            active=count,
        )


def _smallest(found: list[Sample]) -> tuple[Sample, Failure]:
    """Make one after the other small, the smallest first, until one can be read."""
    tried: list[tuple[Sample, Failure]] = []
    for one in sorted(found, key=lambda one: size_of(one.model)):
        tried.append((one, made_small(one)))
        if size_of(tried[-1][1].model) <= READABLE:
            break
    return min(tried, key=lambda each: each[1].size)


def _failing() -> Iterator[Sample]:
    """The models of the sweep that show something; once one does, the next few are enough."""
    models = MODELS
    for seed in range(MODELS):
        one = larger(seed)
        if seed >= models:
            return
        if not _holds(one):
            models = min(models, 2 * seed + 100)
            yield one


def _holds(one: Sample) -> bool:
    try:
        check(one.model, one.way)
    except Difference:
        return False
    return True


def until_caught() -> int | None:
    """Count the examples of Hypothesis until the first that fails."""
    count = 0

    def holds(one: Sample) -> None:
        nonlocal count
        count += 1
        if not _holds(one):
            raise KeyboardInterrupt

    try:
        for_examples(EXAMPLES, 1, holds)
    except KeyboardInterrupt:
        return count
    return None

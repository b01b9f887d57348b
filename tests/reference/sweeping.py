"""Many large random models by seed, without Hypothesis: fast, and repeatable one by one."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.reference.blocks import Model
from tests.reference.drawing import drawn
from tests.reference.engine import compiled
from tests.reference.growing import LARGE, SMALL, Size, grown
from tests.reference.lockstep import Difference, Duel, Way, check
from tests.reference.shrinking import Failure, shrunk

ACTIONS = 40
"""At most so many for one model; what is still alive is cancelled then."""

FILED = 10
"""Of so many models one is written to a file, read, and checked by the rules of a deployment."""

MEDIUM = Size(depth=3, blocks=3, elements=30)
TINY = Size(depth=2, blocks=1, elements=10)
SIZES = (*(SMALL,) * 7, MEDIUM, *(SMALL,) * 15, MEDIUM, *(SMALL,) * 7, LARGE)
"""In turn: models of about 16 flow nodes, of 55 and of 110."""
LARGER = 4
"""Of so many models of the sweep one is of these sizes; the others are tiny."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One model of the sweep, and how it is played."""

    seed: int
    model: Model
    way: Way


def sample(seed: int, size: Size | None = None) -> Sample:
    """Draw the model of a seed; sizes and snapshots alternate."""
    chance = random.Random(seed)  # noqa: S311 - a test draws, repeatably
    turn, rest = divmod(seed, LARGER)
    model = grown(chance.randrange, size or (TINY if rest else SIZES[turn % len(SIZES)]))
    schedule = [chance.randrange(10_000) for _ in range(ACTIONS)]
    way = Way(schedule=schedule, carry=chance.randrange(4), filed=seed % FILED == 0)
    return Sample(seed=seed, model=model, way=way)


def larger(seed: int) -> Sample:
    """Draw the model of a seed, and none that is tiny."""
    return sample(seed, SIZES[seed % len(SIZES)])


def sweep(seeds: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Play the models of the seeds; yields each seed and its turns, raises at the first failure."""
    for seed in seeds:
        one = sample(seed)
        try:
            yield seed, check(one.model, one.way)
        except Difference as difference:
            raise Difference(f"seed {seed}: {difference}") from difference


def made_small(one: Sample) -> Failure:
    """Shrink the model of a seed that fails."""

    def fails(candidate: Failure) -> bool:
        way = replace(one.way, schedule=candidate.schedule)
        try:
            check(candidate.model, way)
        except Difference:
            return True
        return False

    return shrunk(Failure(model=one.model, schedule=tuple(one.way.schedule)), fails)


def store(failure: Failure, way: Way, folder: Path, name: str) -> Path:
    """Keep a failure as a drawing and as the trace that leads to it."""
    folder.mkdir(parents=True, exist_ok=True)
    source = drawn(failure.model)
    path = folder / f"{name}.bpmn"
    path.write_bytes(source)
    duel, told = Duel(failure.model, compiled(source)), "nothing differs"
    try:
        duel.play(Way(schedule=failure.schedule, carry=way.carry, thorough=way.thorough))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is to be told
        told = str(error)
    trace = {
        "schedule": failure.schedule,
        "carry": way.carry,
        "variables": dict(failure.model.variables),
        "did": duel.trace,
        "difference": told.splitlines(),
    }
    (folder / f"{name}.trace.json").write_text(json.dumps(trace, indent=1, ensure_ascii=False))
    return path

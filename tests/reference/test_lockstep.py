"""Random models, played by the product and by the reference: equal after every action.

With each model come its replay, snapshots at any point and continuing from them, the books of a
host that knows only the commands, and the count of tokens (``lockstep``, ``engine``).
"""

import os
from pathlib import Path

import pytest

from tests.reference.examples import for_examples
from tests.reference.lockstep import Difference, check
from tests.reference.shrinking import Failure
from tests.reference.sweeping import Sample, made_small, sample, store, sweep

FOUND = Path(os.environ.get("REFERENCE_FOUND", ".data/reference"))
"""Where a failure is left behind, as a drawing and a trace."""

EXAMPLES, SWEPT = 2_000, 20_000
CHUNKS = 10


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_small_models_run_as_the_reference_says(chunk):
    smallest: list[Sample] = []

    def holds(one: Sample) -> None:
        try:
            check(one.model, one.way)
        except Difference:
            smallest.append(one)
            raise

    try:
        for_examples(EXAMPLES // CHUNKS, chunk, holds)
    except Difference:
        one = smallest[-1]
        failure = Failure(model=one.model, schedule=tuple(one.way.schedule))
        store(failure, one.way, FOUND, f"example-{chunk}")
        raise


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("chunk", range(2 * CHUNKS))
def test_models_of_a_sweep_run_as_the_reference_says(chunk):
    share = SWEPT // (2 * CHUNKS)
    seed = chunk * share
    try:
        for seed, turns in sweep(range(chunk * share, (chunk + 1) * share)):  # noqa: B007
            assert turns > 0
    except Difference:
        one = sample(seed + 1 if seed else 0)
        store(made_small(one), one.way, FOUND, f"seed-{one.seed}")
        raise

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

EXAMPLES, SWEPT = 125, 1_000
"""In one chunk."""


CHUNKS_OF_EXAMPLES, CHUNKS_SWEPT = 16, 20


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("chunk", range(CHUNKS_OF_EXAMPLES))
def test_small_models_run_as_the_reference_says(chunk):
    smallest: list[Sample] = []

    def holds(one: Sample) -> None:
        try:
            check(one.model, one.way)
        except Difference:
            smallest.append(one)
            raise

    try:
        for_examples(EXAMPLES, chunk, holds)
    except Difference:
        one = smallest[-1]
        failure = Failure(model=one.model, schedule=tuple(one.way.schedule))
        store(failure, one.way, FOUND, f"example-{chunk}")
        raise


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("chunk", range(CHUNKS_SWEPT))
def test_models_of_a_sweep_run_as_the_reference_says(chunk):
    seeds = range(chunk * SWEPT, (chunk + 1) * SWEPT)
    played = 0
    try:
        for _, turns in sweep(seeds):
            assert turns > 0
            played += 1
    except Difference:
        one = sample(seeds[played])
        store(made_small(one), one.way, FOUND, f"seed-{one.seed}")
        raise

"""``python -m tests.reference``: a million random models against the reference, or seeded bugs."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.reference.hunting import hunt
from tests.reference.lockstep import Difference
from tests.reference.mutants import MUTANTS
from tests.reference.sweeping import made_small, sample, store, sweep

CHUNK = 250
FOUND = Path(".data/reference")


class Done(NamedTuple):
    """What came of one range of seeds."""

    first: int
    models: int
    turns: int
    failed: int | None = None
    difference: str = ""


def main() -> int:
    """Run from the command line; the exit code says whether everything was as it should be."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference", description=__doc__)
    parser.add_argument("--models", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0, help="the first one")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--found", type=Path, default=FOUND, help="where a failure is stored")
    parser.add_argument("--bugs", action="store_true", help="how soon each seeded bug is caught")
    given = parser.parse_args()
    if given.bugs:
        return _bugs()
    return _sweep(given.seed, given.models, given.jobs, given.found)


# --- the sweep ---------------------------------------------------------------------------------


def _sweep(first: int, models: int, jobs: int, found: Path) -> int:
    begun, played, turns = time.monotonic(), 0, 0
    try:
        with multiprocessing.Pool(jobs) as pool:
            for done in pool.imap(_played, _ranges(first, models)):
                played, turns = played + done.models, turns + done.turns
                _progress(played, models, turns, time.monotonic() - begun)
                if done.failed is not None:
                    return _failed(done.failed, done.difference, found)
    except KeyboardInterrupt:
        _say(f"\nGo on with --seed {first + played} --models {models - played}")
        return 130
    _say(f"\n{played} models, {turns} turns: product and reference agree.")
    return 0


def _ranges(first: int, models: int) -> Iterator[range]:
    for at in range(first, first + models, CHUNK):
        yield range(at, min(at + CHUNK, first + models))


def _played(seeds: range) -> Done:
    models = turns = 0
    try:
        for _, count in sweep(seeds):
            models, turns = models + 1, turns + count
    except Difference as difference:
        return Done(seeds[0], models, turns, seeds[models], str(difference))
    except KeyboardInterrupt:
        pass
    return Done(seeds[0], models, turns)


def _progress(played: int, models: int, turns: int, seconds: float) -> None:
    rate = turns / seconds
    left = seconds / played * (models - played) if played else 0
    sys.stderr.write(f"\r{played:>9,} of {models:,}  {rate:,.0f} turns/s  {left:,.0f} s left   ")
    sys.stderr.flush()


def _failed(seed: int, difference: str, found: Path) -> int:
    _say(f"\n{difference}\n\nshrinking …")
    one = sample(seed)
    path = store(made_small(one), one.way, found, f"seed-{seed}")
    _say(f"stored as {path} and {path.with_suffix('.trace.json')}")
    return 1


# --- the bugs ----------------------------------------------------------------------------------


def _bugs() -> int:
    _say(f"{'bug':<32}{'swept':>8}{'examples':>10}{'elements':>10}{'actions':>9}{'active':>8}")
    missed = False
    for name in MUTANTS:
        catch = hunt(name)
        missed = missed or catch is None
        if catch is None:
            _say(f"{name:<32} not caught")
            continue
        examples = "-" if catch.examples is None else str(catch.examples)
        _say(
            f"{name:<32}{catch.models:>8}{examples:>10}{catch.elements:>10}"
            f"{len(catch.failure.schedule):>9}{catch.active:>8}"
        )
    return int(missed)


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())

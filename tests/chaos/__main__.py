"""``python -m tests.chaos``: kill, freeze, heal, judge; or show that seeded bugs are caught."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from infra.temporal import leave
from tests.chaos.mutants import MUTANTS
from tests.chaos.run import Order, Verdict, run


def main() -> None:
    """Run from the command line; the exit code says whether all held, or all bugs were caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--faults", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutant", choices=[*MUTANTS, "all"], help="run with a seeded bug")
    parser.add_argument("--json", type=Path, help="write the verdicts to a file")
    parser.add_argument("--keep", type=Path, help="an empty folder that is kept afterwards")
    given = parser.parse_args()
    logging.getLogger("temporalio").setLevel(logging.ERROR)
    names = list(MUTANTS) if given.mutant == "all" else [given.mutant or ""]
    verdicts, is_right = [], True
    for name in names:
        order = Order(seed=given.seed, cases=given.cases, faults=given.faults, mutant=name)
        if name:
            order = Order(seed=given.seed, cases=24, faults=3, mutant=name, patience=50.0)
        verdict = asyncio.run(_run(order, given.keep))
        is_right = _shown(verdict) and is_right
        verdicts.append(asdict(verdict))
    if given.json:
        given.json.write_text(json.dumps(verdicts, indent=1, default=str))
    leave(0 if is_right else 1)


async def _run(order: Order, keep: Path | None) -> Verdict:
    if keep is not None:
        return await run(order, keep, _tell)
    with tempfile.TemporaryDirectory(prefix="baoquan-chaos-") as folder:
        return await run(order, Path(folder), _tell)


def _shown(verdict: Verdict) -> bool:
    """Tell what came of it; returns whether it is as it should be."""
    order = verdict.order
    _say(f"\n{order.mutant or 'the product'}: {order.cases} cases, seed {order.seed}")
    _say(f"  ends        {verdict.ends}")
    _say(f"  faults      {sum(verdict.faults.values())}: {verdict.faults}")
    _say(f"  failpoints  {verdict.failpoint_deaths} deaths")
    _say(f"  replayed    {verdict.replayed} histories")
    _say(f"  seconds     {verdict.seconds:.0f}, calm {verdict.calm_after:.0f} after healing")
    if verdict.incidents:
        _say(
            f"  incidents   {len(verdict.incidents)} retried: {sorted(set(verdict.incidents))[:5]}"
        )
    if verdict.server_errors:
        _say(f"  500s        {len(verdict.server_errors)}: {sorted(set(verdict.server_errors))}")
    for name, broken in verdict.violations.items():
        _say(f"  BROKEN      {name}: {len(broken)}")
        for line in broken[:5]:
            _say(f"              {line}")
    return _is_caught(verdict) if order.mutant else _is_clean(verdict)


def _is_clean(verdict: Verdict) -> bool:
    clean = not verdict.violations
    _say("  every invariant holds" if clean else "  INVARIANTS ARE BROKEN")
    return clean


def _is_caught(verdict: Verdict) -> bool:
    mutant = MUTANTS[verdict.order.mutant]
    caught = mutant.caught_by & verdict.violations.keys()
    _say(f"  the mistake: {mutant.mistake}; it struck {len(verdict.marks)} times")
    if not verdict.marks:
        _say("  NOT ACTIVE: the run proves nothing")
    _say(f"  caught by {sorted(caught)}" if caught else "  NOT CAUGHT")
    return bool(verdict.marks) and bool(caught)


def _tell(text: str) -> None:
    sys.stderr.write(f"  {text}\n")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


__all__: Sequence[str] = ["main"]

if __name__ == "__main__":
    main()

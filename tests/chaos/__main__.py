"""``python -m tests.chaos``: kill, freeze, heal, judge; or show that seeded bugs are caught."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from infra.temporal import leave
from tests.chaos.mutants import MUTANTS
from tests.chaos.orders import of_mutant
from tests.chaos.plan import KINDS
from tests.chaos.run import Order, Verdict, run

STOPPED = 130


def main() -> None:
    """Run from the command line; the exit code says whether all held, or all bugs were caught."""
    given = _parser().parse_args()
    logging.getLogger("temporalio").setLevel(logging.ERROR)
    try:
        verdicts = asyncio.run(_all(list(_orders(given)), given.keep))
    except (KeyboardInterrupt, asyncio.CancelledError):
        _say("stopped; nothing runs any more")
        leave(STOPPED)
    if given.json:
        told = [{**asdict(verdict), "missing": verdict.missing} for verdict in verdicts]
        given.json.write_text(json.dumps(told, indent=1, default=str))
    leave(0 if all(map(_is_right, verdicts)) else 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--faults", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1, help="decides on cases and faults")
    parser.add_argument("--database", choices=[*KINDS, "both"], default=None)
    parser.add_argument("--mutant", choices=[*MUTANTS, "all"], help="run with a seeded bug")
    parser.add_argument("--json", type=Path, help="write the verdicts to a file")
    parser.add_argument("--keep", type=Path, help="an empty folder that is kept afterwards")
    return parser


def _orders(given: argparse.Namespace) -> Iterator[Order]:
    """The product on both databases, a seeded bug on SQLite, unless told otherwise."""
    wanted = given.database or ("sqlite" if given.mutant else "both")
    for kind in KINDS:
        if wanted not in (kind, "both"):
            continue
        if given.mutant is None:
            yield Order(seed=given.seed, cases=given.cases, faults=given.faults, database=kind)
            continue
        for name in MUTANTS if given.mutant == "all" else [given.mutant]:
            yield of_mutant(name, seed=given.seed, database=kind)


async def _all(orders: Sequence[Order], keep: Path | None) -> list[Verdict]:
    """Run one after the other; told to stop, end everything that runs."""
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    verdicts = []
    for order in orders:
        _say(f"\n{_title(order)}")
        with _folder(keep, order) as folder:
            verdict = await run(order, folder, _tell)
        _show(verdict)
        verdicts.append(verdict)
    return verdicts


@contextlib.contextmanager
def _folder(keep: Path | None, order: Order) -> Iterator[Path]:
    if keep is not None:
        folder = keep / f"{order.mutant or 'product'}-{order.database}"
        folder.mkdir(parents=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="baoquan-chaos-") as name:
        yield Path(name)


def _title(order: Order) -> str:
    what = order.mutant or "the product"
    return f"{what} on {order.database}: {order.cases} cases, seed {order.seed}"


def _show(verdict: Verdict) -> None:
    _say(f"  ends        {_listed(verdict.ends)}")
    _say(f"  faults      {sum(verdict.faults.values())}: {_listed(verdict.faults)}")
    _say(f"  failpoints  {sum(verdict.failpoints.values())}: {_listed(verdict.failpoints)}")
    _say(f"  histories   {verdict.replayed} replayed, {verdict.longest_history} events at most")
    _say(f"  seconds     {verdict.seconds:.0f}, calm {verdict.calm_after:.0f} after healing")
    if verdict.incidents:
        _say(f"  incidents   {len(verdict.incidents)}: {sorted(set(verdict.incidents))[:5]}")
    if verdict.server_errors:
        _say(f"  500s        {len(verdict.server_errors)}: {sorted(set(verdict.server_errors))}")
    for name, broken in verdict.violations.items():
        _say(f"  BROKEN      {name}: {len(broken)}")
        for line in broken[:5]:
            _say(f"              {line}")
    for line in verdict.trouble:
        _say(f"  TROUBLE     {line}")
    if verdict.missing:
        _say(f"  VACUOUS     never struck: {', '.join(verdict.missing)}")
    _conclude(verdict)


def _conclude(verdict: Verdict) -> None:
    if not verdict.order.mutant:
        _say("  every invariant holds" if verdict.is_clean else "  NOT CLEAN")
        return
    mutant = MUTANTS[verdict.order.mutant]
    _say(f"  the mistake: {mutant.mistake}; it struck {verdict.marks} times")
    if not verdict.marks:
        _say("  NOT ACTIVE: the run proves nothing")
    caught = sorted(mutant.caught_by & verdict.violations.keys())
    _say(f"  caught by {', '.join(caught)}" if caught else "  NOT CAUGHT")


def _is_right(verdict: Verdict) -> bool:
    if not verdict.order.mutant:
        return verdict.is_clean
    caught = MUTANTS[verdict.order.mutant].caught_by & verdict.violations.keys()
    return bool(verdict.marks and caught)


def _listed(counts: object) -> str:
    assert isinstance(counts, dict)
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"


def _tell(text: str) -> None:
    sys.stderr.write(f"  {text}\n")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

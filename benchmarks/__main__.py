"""``python -m benchmarks [core|feel|surrender …] [--quick] [--json FILE]``: every budget, measured.

The exit code says only whether the run worked: a budget that is not kept is a line of the table,
never a failed test.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from benchmarks.row import Report, table
from infra.temporal import leave

SUITES: Final = ("core", "feel", "surrender")


def main(arguments: list[str]) -> None:
    """Run the suites asked for."""
    asked = _asked(arguments)
    before = _conditions()
    print(f"{before['machine']}; load average {before['load']}")
    reports = []
    for suite in asked.suites or SUITES:
        begin = time.perf_counter()
        report = _MEASURES[suite](asked)
        reports.append(report)
        _print(report, time.perf_counter() - begin)
    after = _conditions()
    print(f"\nload average {before['load']} before, {after['load']} after")
    if asked.json is not None:
        content = {
            "before": before,
            "after": after,
            "quick": asked.quick,
            "suites": [report.as_json() for report in reports],
        }
        asked.json.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "suites", nargs="*", metavar="SUITE", help=f"{', '.join(SUITES)}; all of them by default"
    )
    parser.add_argument("--quick", action="store_true", help="a fraction of the time")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything there")
    parser.add_argument(
        "--effects",
        choices=("memory", "sqlite"),
        default="memory",
        help="what the surrender's activities do (memory: nothing but answer)",
    )
    parser.add_argument(
        "--codec",
        choices=("on", "off"),
        default="on",
        help="whether payloads are compressed and encrypted, in every variant of the surrender",
    )
    parser.add_argument(
        "--traces",
        choices=("on", "off"),
        default="on",
        help="whether workers trace what they do, in every variant of the surrender",
    )
    asked = parser.parse_args(arguments)
    if unknown := [suite for suite in asked.suites if suite not in SUITES]:
        parser.error(f"no such suite: {', '.join(unknown)}")
    return asked


def _core(asked: argparse.Namespace) -> Report:
    from benchmarks.core import measure

    return measure(quick=asked.quick)


def _feel(asked: argparse.Namespace) -> Report:
    from benchmarks.feel import measure

    return measure(quick=asked.quick)


def _surrender(asked: argparse.Namespace) -> Report:
    from benchmarks.surrender.measure import FULL, QUICK, measure

    return measure(
        QUICK if asked.quick else FULL,
        effects=asked.effects,
        encrypted=asked.codec == "on",
        traced=asked.traces == "on",
        told=_tell,
    )


_MEASURES: Final[dict[str, Callable[[argparse.Namespace], Report]]] = {
    "core": _core,
    "feel": _feel,
    "surrender": _surrender,
}


def _tell(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def _print(report: Report, seconds: float) -> None:
    print(f"\n{report.suite} ({seconds:.0f} s)\n")
    print(table(report.rows))
    for note in report.notes:
        print(f"  · {note}")
    sys.stdout.flush()


def _conditions() -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, temporalio {version('temporalio')}",
        "load": " ".join(f"{load:.2f}" for load in os.getloadavg()),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
    leave(0)

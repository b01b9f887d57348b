"""The DMN technology compatibility kit, as data: one run over all of its checks.

The score is told on all checks, and next to it on those whose expected value is not null:
answering null to everything would already pass more than half.
"""

import json
import os
import re
import sys
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from workflows.dmn import DecisionLibrary, compile_decisions
from workflows.dmn.check import check_decisions
from workflows.feel import Environment, FeelLimitError, Value
from workflows.feel.values import same
from workflows.feel.wire import decode

FLOOR_ALL = 0.99
FLOOR_NOT_NULL = 0.99
TOLERANCE = Decimal("1e-8")
"""The kit compares numbers to so many places."""

_PROJECT = Path(__file__).resolve().parents[2]
_DATA = Path(os.environ.get("BAOQUAN_CONFORMANCE", _PROJECT.parent / "shared" / "conformance"))
_KIT = _DATA / "dmn-tck"

pytestmark = [
    pytest.mark.skipif(
        not (_KIT / "cases.json").exists(),
        reason="The DMN kit is not here; set BAOQUAN_CONFORMANCE to the folder that holds it.",
    ),
]


@cache
def library(files: tuple[str, ...]) -> DecisionLibrary:
    return compile_decisions({file: (_KIT / "models" / file).read_bytes() for file in files})


def answer(case: dict[str, Any]) -> tuple[Value, bool]:
    """Answer a check, and tell whether a diagnostic came with it."""
    program = library((case["model"], *case["extra_models"])).find(case["invocable"])
    assert program is not None, f"{case['model']} has no {case['invocable']}"
    inputs = {name: decode(value) for name, value in case["inputs"].items()}
    environment = Environment(now=datetime(2026, 1, 1, 9, 30, tzinfo=UTC))
    try:
        outcome = program.evaluate(inputs, environment)
    except FeelLimitError:
        return None, True
    return outcome.value, bool(outcome.diagnostics)


def agrees(found: Value, expected: Value) -> bool:
    """Compare as the kit does: numbers within its tolerance."""
    match found, expected:
        case Decimal(), Decimal():
            return abs(found - expected) <= TOLERANCE
        case list(), list():
            return len(found) == len(expected) and all(map(agrees, found, expected))
        case dict(), dict():
            return found.keys() == expected.keys() and all(
                agrees(found[name], value) for name, value in expected.items()
            )
        case _:
            return same(found, expected)


def shortcoming(case: dict[str, Any]) -> str | None:
    """Say how our answer differs from the expected one."""
    try:
        expected = decode(case["expected"])
        found, has_reason = answer(case)
    except ValueError as error:
        return str(error)
    if not agrees(found, expected):
        return f"expected {expected!r}, found {found!r}"
    if case["error_result"] and not has_reason:
        return "null as expected, but no diagnostic says why"
    return None


def test_the_kit_scores_at_least_the_floor(capsys):
    kit = json.loads((_KIT / "cases.json").read_text(encoding="utf-8"))
    passed: Counter[bool] = Counter()
    total: Counter[bool] = Counter()
    failed: list[str] = []

    for case in kit["cases"]:
        is_null = case["expected"]["t"] == "null"
        total[is_null] += 1
        reason = shortcoming(case)
        if reason is None:
            passed[is_null] += 1
        else:
            failed.append(f"{case['id']}: {reason}")

    score_all = passed.total() / total.total()
    score_not_null = passed[False] / total[False]
    with capsys.disabled():
        report = os.environ.get("BAOQUAN_TCK_REPORT")
        if report:
            Path(report).write_text("\n".join(failed), encoding="utf-8")
        sys.stdout.write(
            f"\nDMN kit: {score_all:.2%} of {total.total()} checks, "
            f"{score_not_null:.2%} of the {total[False]} whose value is not null\n"
        )
    assert score_all >= FLOOR_ALL
    assert score_not_null >= FLOOR_NOT_NULL
    assert {one.partition(": ")[0].rpartition(":")[0] for one in failed} == listed()


def listed() -> set[str]:
    """List the checks that docs/dmn.md says fail, with clause and reason."""
    section = (
        (_PROJECT / "docs" / "dmn.md").read_text(encoding="utf-8").partition("compatibility kit")
    )
    return set(
        re.findall(r"^\| `(compliance-level-[^`]+)` \| [\d.]+ \| \S", section[2], re.MULTILINE)
    )


def test_the_models_of_the_kit_may_be_deployed():
    """Nothing valid is refused: no finding is an error but of the one call made to fail."""
    kit = json.loads((_KIT / "cases.json").read_text(encoding="utf-8"))
    bundles = dict.fromkeys((case["model"], *case["extra_models"]) for case in kit["cases"])

    errors = [
        (Path(finding.file or "").name, finding.code)
        for files in bundles
        for finding in (*library(files).diagnostics, *check_decisions(library(files)))
        if finding.severity == "error"
    ]

    assert errors == [("1131-feel-function-invocation.dmn", "function-unknown")]

"""FEEL in Camunda 8's dialect: the suite's own cases, as data outside the repository."""

import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from workflows.feel import (
    Environment,
    FeelSyntaxError,
    Value,
    compile_expression,
    compile_unary_tests,
)
from workflows.feel.values import same
from workflows.feel.wire import decode

ROOT = Path(os.environ.get("BAOQUAN_CONFORMANCE", Path(__file__).parents[3] / "shared/conformance"))
CASES = ROOT / "feel" / "cases.json"
pytestmark = pytest.mark.skipif(
    not CASES.exists(), reason="conformance/feel is absent; set BAOQUAN_CONFORMANCE to where it is"
)

EXCLUDED: dict[str, str] = {}
"""Cases we answer differently, by id, each with its reason."""

FLOOR_ALL = 667
FLOOR_NOT_NULL = 591
TOLERANCE = Decimal("1e-12")
"""The suite's own logarithms and roots are doubles; ours have 34 digits."""


def load() -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads(CASES.read_text(encoding="utf-8"))["cases"]
    return cases


def answers(case: dict[str, Any]) -> bool:
    """Run one case and tell whether the answer is the one expected."""
    expected = case["expected"]
    try:
        value = run(case)
    except FeelSyntaxError:
        return bool(expected["t"] == "parse-error")
    wanted_error = expected["t"] == "parse-error"
    return not wanted_error and is_alike(value, decode(expected))


def run(case: dict[str, Any]) -> Value:
    scope = {name: decode(value) for name, value in case["variables"].items()}
    environment = Environment(now=datetime(2026, 1, 1, tzinfo=UTC))
    if case["mode"] == "unary":
        tests = compile_unary_tests(case["expression"], scope)
        return tests.matches(decode(case["input"]), scope, environment)
    return compile_expression(case["expression"], scope).evaluate(scope, environment)


def is_alike(value: Value, expected: Value) -> bool:
    if isinstance(value, Decimal) and isinstance(expected, Decimal):
        return abs(value - expected) <= abs(expected) * TOLERANCE
    return same(value, expected)


def test_every_case_is_answered_as_expected_but_the_excluded():
    failing = {case["id"] for case in load() if not answers(case)}

    assert failing == EXCLUDED.keys()


def test_the_score_does_not_fall():
    passing = [case for case in load() if answers(case)]

    assert len(passing) >= FLOOR_ALL
    assert sum(case["expected"]["t"] != "null" for case in passing) >= FLOOR_NOT_NULL

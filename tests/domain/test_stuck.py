"""Every code that a case or the watchdog can open an incident with is explained."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from workflows.bpmn.interpreter.rest import DEAD_JOIN
from workflows.domain.stuck import ACTIONS, KINDS, WATCHED
from workflows.host import faults

ROOT = Path(__file__).parents[2]


def codes_of(name: str, place: int) -> Iterator[str]:
    for path in (ROOT / "workflows").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or len(node.args) <= place:
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            code = node.args[place]
            if called == name and isinstance(code, ast.Constant):
                yield str(code.value)


def test_every_code_of_the_core_is_explained() -> None:
    found = {*codes_of("Stuck", 0), *codes_of("open_incident", 3), DEAD_JOIN}
    found |= {"expression-failed", "mapping-failed"}

    assert len(found) > 20
    assert found - KINDS.keys() == set()


def test_every_code_of_failing_work_is_explained() -> None:
    found = {*faults._REFUSALS.values(), *faults._FAILURES.values()}
    found |= {"job-failed", "job-refused", "job-timed-out", "called-process-missing"}

    assert found - KINDS.keys() == set()


def test_the_watchdogs_codes_have_keys_of_their_own() -> None:
    watched = {code for code, kind in KINDS.items() if kind.source == "watch"}

    assert watched == WATCHED.keys()
    assert len(set(WATCHED.values())) == len(WATCHED)


def test_every_kind_says_what_can_be_done() -> None:
    assert all(kind.actions and set(kind.actions) <= ACTIONS.keys() for kind in KINDS.values())


WAYS_TO_FAIL = {
    "job without retries": ("job-failed", "retry"),
    "bug in an activity": ("job-bug", "retry"),
    "refused": ("job-refused", "retry-with-variables"),
    "FEEL error": ("expression-failed", "retry-with-variables"),
    "DMN error": ("decision-failed", "retry-with-variables"),
    "null where a value is needed": ("job-input-invalid", "retry-with-variables"),
    "mapping": ("mapping-failed", "retry-with-variables"),
    "missing key": ("correlation-key-invalid", "retry-with-variables"),
    "unknown outcome of a payment": ("outcome-unknown", "retry"),
    "called process missing": ("called-process-missing", "retry"),
    "workflow task failing": ("workflow-task-failing", "deploy"),
    "non-determinism after a release": ("non-determinism", "deploy"),
    "no worker on a queue": ("no-worker", "worker"),
    "runaway": ("step-budget-spent", "retry-with-variables"),
    "history limit near": ("history-limit-near", "wait"),
    "timer lost": ("timer-overdue", "worker"),
    "journal refused": ("journal-refused", "deploy"),
}


@pytest.mark.parametrize("way", WAYS_TO_FAIL)
def test_every_way_to_fail_has_a_code_in_the_guide_and_something_to_do_first(way: str) -> None:
    code, first = WAYS_TO_FAIL[way]

    assert f"`{code}`" in (ROOT / "docs" / "operations.md").read_text()
    assert KINDS[code].actions[0] == first

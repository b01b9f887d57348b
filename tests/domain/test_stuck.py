"""Every code that a case or the watchdog can open an incident with is explained."""

import ast
from collections.abc import Iterator
from pathlib import Path

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


def test_the_ways_to_fail_of_the_operations_guide_are_codes() -> None:
    guide = (ROOT / "docs" / "operations.md").read_text()

    for code in ("job-bug", "outcome-unknown", "non-determinism", "history-limit-near"):
        assert f"`{code}`" in guide
        assert code in KINDS

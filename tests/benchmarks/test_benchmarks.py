"""The benchmarks run and report in their shape; how fast they are is no test's business."""

import json
import subprocess
import sys

import pytest

from benchmarks import core, feel
from benchmarks.row import Budget, Report, Row, table
from benchmarks.surrender.case import ANSWERS, STEPS, drawing
from benchmarks.surrender.measure import SHORTEST, measure
from workflows.bpmn.deployment import compile_bundle


def a_row(**more) -> Row:
    return Row(name="a", unit="ms", measured=2.0, **more)


@pytest.mark.parametrize(
    ("budget", "kept"),
    [
        (Budget(of="figure", sense="at most", limit=2.0), True),
        (Budget(of="figure", sense="at least", limit=2.1), False),
        (Budget(of="ratio", sense="at most", limit=0.4), False),
        (Budget(of="ratio", sense="at least", limit=0.5), True),
        (None, None),
    ],
)
def test_a_budget_is_held_against_the_figure_or_against_the_ratio(budget, kept):
    assert a_row(against=4.0, ratio=0.5, budget=budget).kept is kept


def test_a_budget_of_a_ratio_says_nothing_where_there_is_no_peer():
    assert a_row(budget=Budget(of="ratio", sense="at most", limit=1.0)).kept is None


def test_the_table_shows_budget_figure_and_verdict():
    budget = Budget(of="ratio", sense="at most", limit=0.4)

    text = table((a_row(against=4.0, ratio=0.5, budget=budget),))

    assert text.splitlines()[-1].split() == [
        "a",
        "2",
        "ms",
        "4",
        "0.5×",
        "≤",
        "0.4×",
        "NOT",
        "KEPT",
    ]


def test_the_surrender_has_a_program_and_an_answer_for_every_step():
    compilation = compile_bundle({"surrender.bpmn": drawing()})

    assert compilation.diagnostics == ()
    assert {step.type for step in STEPS} == ANSWERS.keys()
    assert len({step.type.partition(".")[0] for step in STEPS}) == 5


def is_whole(report: Report) -> bool:
    json.dumps(report.as_json())
    return all(row.measured >= 0 for row in report.rows)


@pytest.mark.long
def test_the_core_is_measured_against_its_peer():
    report = core.measure(quick=True)

    assert is_whole(report)
    assert report.rows[0].against is not None
    assert {"longest activation", "left behind by 1,000 cases"} <= {r.name for r in report.rows}


@pytest.mark.slow
def test_feel_and_decisions_are_measured():
    report = feel.measure(quick=True)

    assert is_whole(report)
    assert sum(row.budget is not None for row in report.rows) == 4


@pytest.mark.slow
def test_a_run_by_the_command_ends_with_success_whatever_it_measured(tmp_path):
    file = tmp_path / "result.json"
    command = [sys.executable, "-m", "benchmarks", "feel", "--quick", "--json", str(file)]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr
    assert "typical evaluations" in done.stdout
    assert [suite["suite"] for suite in json.loads(file.read_text())["suites"]] == ["feel"]


@pytest.mark.journey
@pytest.mark.long
@pytest.mark.timeout(180)
def test_every_variant_plays_the_surrender_to_its_end():
    report = measure(SHORTEST)

    assert is_whole(report)
    assert {variant: len(blocks) for variant, blocks in report.raw.items()} == {
        "hand-written": 1,
        "remote": 1,
        "shipped": 1,
    }
    by_hand, remote, shipped = (blocks[0]["history"] for blocks in report.raw.values())
    assert by_hand["kinds"]["ACTIVITY_TASK_SCHEDULED"] == len(STEPS)
    assert remote["kinds"]["ACTIVITY_TASK_SCHEDULED"] == len(STEPS)
    assert remote["events"] <= by_hand["events"] + remote["flushes"]
    assert shipped["events"] < by_hand["events"]

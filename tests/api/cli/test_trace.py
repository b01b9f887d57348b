"""``baoquan trace``: trees with durations, and nothing that steers a terminal."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli import trace
from api.cli.__main__ import assembled
from api.cli.trace import length

SPANS: list[dict[str, Any]] = [
    {"depth": 0, "name": "POST /v1/cases", "durationMs": 28.7, "failed": False, "statements": 19,
     "attributes": {"http.response.status_code": 201}},
    {"depth": 1, "name": "审批 \x1b[31mApprove", "durationMs": None, "failed": False,
     "statements": 0, "attributes": {"baoquan.element.type": "userTask"}},
    {"depth": 2, "name": "execution.pay", "durationMs": 90_000.0, "failed": True, "statements": 0,
     "attributes": {"baoquan.code": "unavailable"}},
    {"depth": 1, "name": "later", "durationMs": 0.0, "failed": False, "statements": 0,
     "attributes": {}},
]  # fmt: skip
FOUND = {"caseId": "BQ-1", "traces": [{"traceId": "a" * 32, "beganAt": "now", "spans": SPANS}]}


class Answering:
    """A deployment that answers one thing."""

    asked: tuple[Any, ...] = ()

    def __init__(self, _operator: str | None) -> None:
        """Ask nobody."""

    def get(self, *path: str, parameters: dict[str, Any]) -> dict[str, Any]:
        type(self).asked = (*path, parameters)
        return FOUND


@pytest.fixture(autouse=True)
def _answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "Connection", Answering)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(assembled(["trace"]), ["trace", "BQ-1", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_every_span_stands_under_its_parent_with_its_duration():
    lines = run().splitlines()

    assert [line.lstrip("│├└─ ").partition("  ")[0] for line in lines[1:]] == [
        "POST /v1/cases", "审批 \\x1b[31mApprove", "execution.pay", "later",
    ]  # fmt: skip
    assert "28.7 ms  201 · 19 statements" in lines[1]
    assert "under way  userTask" in lines[2]
    assert "1.5 min  unavailable" in lines[3]
    indents = [len(line) - len(line.lstrip("│├└─ ")) for line in lines[1:]]
    assert indents == [4, 8, 12, 8]


def test_json_is_what_the_server_answered():
    assert json.loads(run("--json")) == FOUND


def test_statements_and_reads_are_asked_for():
    run("--sql", "--reads")

    assert Answering.asked == ("cases", "BQ-1", "traces", {"statements": True, "reads": True})


def test_lengths_are_told_in_the_unit_they_need():
    assert [length(ms) for ms in (0.04, 1_500, 7_200_000, 172_800_000, None)] == [
        "0.0 ms", "1.5 s", "2.0 h", "2.0 d", "under way",
    ]  # fmt: skip

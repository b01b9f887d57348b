"""``baoquan play`` from a terminal."""

import json

import pytest
import typer
from typer.testing import CliRunner

from api.cli.play import play_command
from tests.builders.process import a_process


@pytest.fixture
def command():
    app = typer.Typer()
    app.command()(play_command)
    runner = CliRunner()
    return lambda *arguments, **more: runner.invoke(app, [str(one) for one in arguments], **more)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "p.bpmn").write_bytes(a_process("p").start().service("A", "check").end().xml())
    return tmp_path


def write(folder, steps, name="s.json", **more):
    path = folder / name
    path.write_text(json.dumps({"models": ["p.bpmn"], "steps": steps, **more}))
    return path


def test_models_are_found_beside_the_scenario(command, folder):
    path = write(folder, [{"start": "p"}, {"complete": "check", "variables": {"x": 1}}])

    answer = command(path, "--json")

    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["instances"] == [
        {"key": 1, "process": "p", "state": "completed", "variables": {"x": 1}}
    ]


def test_a_readable_trail(command, folder):
    answer = command(write(folder, [{"start": "p", "variables": {"x": 1}}]))

    assert answer.exit_code == 0
    assert "A" in answer.stdout
    assert "asks for a job 'check'" in answer.stdout
    assert "#1 p: active" in answer.stdout
    assert "x = 1" in answer.stdout


def test_a_step_in_error_ends_with_one(command, folder):
    answer = command(write(folder, [{"complete": "check"}]))

    assert answer.exit_code == 1
    assert "step 0" in answer.output


def test_a_scenario_that_is_no_json(command, folder):
    path = folder / "s.json"
    path.write_text("{nonsense")

    answer = command(path, "--json")

    assert answer.exit_code == 1
    assert "no JSON" in json.loads(answer.stdout)["error"]["message"]


def test_a_model_that_is_not_there(command, folder):
    path = folder / "s.json"
    path.write_text(json.dumps({"models": ["ghost.bpmn"]}))

    answer = command(path, "--json")

    assert "ghost.bpmn" in json.loads(answer.stdout)["error"]["message"]


def test_a_batch_answers_line_by_line_in_order(command, folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "broken.bpmn").write_text("<nonsense")
    lines = [
        json.dumps({"models": ["p.bpmn"], "steps": [{"start": "p"}]}),
        json.dumps({"models": ["broken.bpmn"]}),
        "nonsense",
        "",
        json.dumps({"models": ["p.bpmn"], "steps": [{"start": "ghost"}]}),
        '{"models": ["p.bpmn"], "steps": [{"start": "p", "variables": {"x": NaN}}]}',
        json.dumps([1]),
    ]
    (folder / "batch.jsonl").write_text("\n".join(lines) + "\n")

    answer = command("--batch", "batch.jsonl")

    results = [json.loads(line) for line in answer.stdout.splitlines()]
    assert answer.exit_code == 0
    assert [bool(one["rejected"]) for one in results] == [False, True, False, False, False, False]
    assert [one["error"] is None for one in results] == [True, True, False, False, False, False]


def test_a_batch_on_stdin(command, folder, monkeypatch):
    monkeypatch.chdir(folder)
    line = json.dumps({"models": ["p.bpmn"], "steps": [{"start": "p"}]})

    answer = command("--batch", "-", input=f"{line}\n")

    assert json.loads(answer.stdout)["instances"][0]["state"] == "active"


def test_either_a_scenario_or_a_batch(command):
    assert command().exit_code == 2


def test_a_line_at_fault_costs_no_other_line(command, folder, monkeypatch):
    monkeypatch.chdir(folder)
    good = json.dumps({"models": ["p.bpmn"], "steps": [{"start": "p"}]}).encode()
    huge = b'{"models": ["p.bpmn"], "steps": [{"start": "p", "variables": {"x": 1e999999}}]}'
    lines = [good, b"\xff\xfe", b"", b"[]", huge, b'{"models": [', b"\xef\xbb\xbf" + good]
    batch = folder / "batch.jsonl"
    batch.write_bytes(b"\r\n".join(lines))

    answer = command("--batch", batch)

    told = [json.loads(line)["error"] for line in answer.stdout.splitlines()]
    assert answer.exit_code == 0
    assert [error is None for error in told] == [True, False, False, False, False, True]


def test_a_batch_that_is_not_there_is_a_usage_error(command, folder):
    answer = command("--batch", folder / "nowhere.jsonl")

    assert answer.exit_code == 2


@pytest.mark.parametrize("clock", ["0001-01-01T00:00:00+08:00", "2026-01-01T00:00:00", "soon"])
def test_a_clock_that_tells_no_time_is_told(command, folder, clock):
    answer = command(write(folder, [], clock=clock), "--json")

    assert "'clock'" in json.loads(answer.stdout)["error"]["message"]


def test_what_a_case_holds_cannot_steer_the_terminal(command, folder):
    steps = [{"start": "p"}, {"complete": "check", "variables": {"x": "\x1b[2J\u202e"}}]

    answer = command(write(folder, steps))

    assert "\x1b" not in answer.stdout
    assert "\u202e" not in answer.stdout

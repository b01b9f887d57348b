"""``baoquan lint`` as it is used: lines with places, an exit status, JSON for tools."""

import json

import pytest
import typer
from typer.testing import CliRunner

from api.cli.lint import lint_command
from tests.builders.process import a_process, timer

app = typer.Typer()
app.command()(lint_command)


@pytest.fixture
def lint(tmp_path):
    def run(source, *options):
        path = tmp_path / "model.bpmn"
        path.write_bytes(source)
        return CliRunner().invoke(app, [str(path), *options])

    return run


SOUND = a_process("p").start("s").end("e").xml()
BROKEN = a_process("p").start("s").task("t").flow().node("complexGateway", "g").end("e").xml()


def test_a_sound_drawing_may_be_deployed(lint):
    result = lint(SOUND)

    assert result.exit_code == 0
    assert "0 errors, 0 warnings: may be deployed." in result.output


def test_a_drawing_at_fault_gives_exit_status_1(lint):
    assert lint(BROKEN).exit_code == 1


def test_a_warning_alone_does_not_fail(lint):
    result = lint(a_process("p").start("s").task("t").xml())

    assert result.exit_code == 0
    assert "0 errors, 1 warning" in result.output


def test_every_finding_has_its_file_line_element_rule_clause(lint):
    line = lint(BROKEN).output.splitlines()[0]

    told = "A complex gateway needs an activationCondition."
    assert f"model.bpmn:6:1 error g activation-condition-required: {told}" in line
    assert line.endswith("[S6]")


def test_json_is_for_tools(lint):
    result = lint(BROKEN, "--json")

    report = json.loads(result.output)
    assert result.exit_code == 1
    assert report["deployable"] is False
    assert report["diagnostics"][0]["element"] == "g"


def test_json_names_the_processes_of_a_sound_drawing(lint):
    assert json.loads(lint(SOUND, "--json").output)["processes"] == ["p"]


def test_a_file_that_is_not_there_is_told(tmp_path):
    result = CliRunner().invoke(app, [str(tmp_path / "none.bpmn")])

    assert result.exit_code == 2


def test_a_drawing_cannot_turn_the_line_around(lint):
    source = a_process("p").start("s").catch("x", timer(duration="\u202eevil")).end("e").xml()

    assert "\u202e" not in lint(source).output

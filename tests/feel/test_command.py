import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from api.cli.feel import feel_command

app = typer.Typer(pretty_exceptions_enable=False)
app.command()(feel_command)


def run(*arguments: str, stdin: str | bytes | None = None):
    return CliRunner().invoke(app, arguments, input=stdin)


def test_it_prints_the_value():
    result = run('if a > 1 then "x" else "y"', "--var", "a=2")

    assert (result.exit_code, result.stdout) == (0, '"x"\n')


def test_a_variable_is_json_where_it_can_be():
    result = run("a.b[2] + c", "--var", 'a={"b": ["x", "y"]}', "--var", "c=z")

    assert result.stdout == '"yz"\n'


def test_variables_come_from_a_file(tmp_path):
    file = tmp_path / "variables.json"
    file.write_text('{"sum insured": 100, "b": 1}')

    result = run("sum insured + b", "--vars", str(file), "--var", "b=2")

    assert result.stdout == "102\n"


@pytest.mark.parametrize("content", ["[1]", "{", ""])
def test_a_file_that_is_no_object_is_refused(tmp_path, content):
    file = tmp_path / "variables.json"
    file.write_text(content)

    assert run("1", "--vars", str(file)).exit_code == 2


@pytest.mark.parametrize("pair", ["a", "=1"])
def test_a_variable_without_name_or_value_is_refused(pair):
    assert run("1", "--var", pair).exit_code == 2


def test_unary_tests_test_the_input():
    assert run("< 5, > 9", "--unary", "--input", "4").stdout == "true\n"


def test_a_syntax_error_is_shown_with_a_caret():
    result = run("1 + * 2")

    assert result.exit_code == 1
    assert result.stderr == (
        "error: Expected an expression, but found '*' (line 1, column 5)\n1 + * 2\n    ^\n"
    )


def test_a_limit_is_an_error():
    result = run("for a in 1..100000 return a")

    assert (result.exit_code, result.stderr) == (1, "error: A list has at most 10000 items.\n")


def test_warnings_go_to_standard_error():
    result = run("a")

    assert result.stdout == "null\n"
    assert result.stderr == "warning: There is no variable 'a'. (line 1, column 1)\na\n^\n"


def test_json_tells_value_and_warnings():
    result = run('[1.50, a, @"P1D"]', "--json")

    assert json.loads(result.stdout) == {
        "value": {
            "t": "list",
            "v": [{"t": "number", "v": "1.5"}, {"t": "null"}, {"t": "duration", "v": "P1D"}],
        },
        "warnings": [
            {
                "message": "There is no variable 'a'.",
                "position": 7,
                "line": 1,
                "column": 8,
                "inputs": {},
            }
        ],
    }


def test_json_tells_an_error_with_its_place():
    result = run("1 +", "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "error": "Expected an expression, but found the end (line 1, column 4)",
        "position": 3,
        "line": 1,
        "column": 4,
    }


def test_an_expression_is_needed():
    assert run().exit_code == 2


BATCH = "\n".join(
    [
        '{"id": 1, "expression": "a + 1", "variables": {"a": {"t": "number", "v": "0.1"}}}',
        '{"id": 2, "mode": "unary", "expression": "< 5", "input": {"t": "number", "v": "4"}}',
        '{"id": 3, "expression": "a.b", "variables": {"a": {"b": [1]}}}',
        "",
        '{"id": 4, "expression": "1 +"}',
        '{"id": 5, "expression": "for a in 1..100000 return a"}',
        '{"id": 6, "expression": "a", "variables": {"a": {"t": "date", "v": "2026-02-30"}}}',
        '{"id": 7}',
        '{"id": 8, "expression": "1", "mode": "table"}',
        '{"id": 9, "expression": "1", "variables": [1]}',
        "[1]",
        "nonsense",
    ]
)


def answers(stdout: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stdout.splitlines()]


def test_a_batch_answers_every_line_in_order(tmp_path):
    file = tmp_path / "cases.jsonl"
    file.write_text(BATCH)

    result = run("--batch", str(file))

    found = answers(result.stdout)
    assert result.exit_code == 0
    assert [answer["id"] for answer in found] == [1, 2, 3, 4, 5, 6, 7, 8, 9, None, None]
    assert [answer.get("value") for answer in found[:3]] == [
        {"t": "number", "v": "1.1"},
        {"t": "boolean", "v": True},
        {"t": "list", "v": [{"t": "number", "v": "1"}]},
    ]
    assert all(isinstance(answer["error"], str) for answer in found[3:])


def test_a_batch_is_read_from_standard_input():
    result = run("--batch", "-", stdin=b'{"id": 1, "expression": "1"}\n\xff\n')

    assert [answer["id"] for answer in answers(result.stdout)] == [1, None]


def test_a_batch_that_is_not_there_is_refused(tmp_path):
    assert run("--batch", str(tmp_path / "none.jsonl")).exit_code == 2

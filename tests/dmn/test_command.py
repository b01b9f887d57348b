"""``baoquan dmn``: one decision readably, a batch as JSON lines."""

import json

import pytest
import typer
from typer.testing import CliRunner

from api.cli.dmn import answer_batch, dmn_command
from tests.dmn.drawing import decision, definitions, input_data, knowledge, literal, table

RULES = [["< 18", '"minor"'], [">= 18", '"adult"']]
app = typer.Typer()
app.command()(dmn_command)


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "age.dmn"
    path.write_bytes(
        definitions(
            input_data("age", "number"),
            decision("class", table(["age"], ["class"], RULES), requires=["input age"]),
            decision("bad", literal("1 / age"), requires=["input age"]),
            knowledge("double", "n: number", literal("n * 2")),
            decision("s1", literal("age + 1"), requires=["input age"]),
            decision("s2", literal("age + 2"), requires=["input age"]),
            "<decisionService id='svc' name='svc'><variable name='svc'/><outputDecision"
            " href='#s1'/><outputDecision href='#s2'/><inputData href='#age'/></decisionService>",
        )
    )
    return path


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def answers(*cases):
    return list(answer_batch([json.dumps(case).encode() for case in cases]))


def number(text):
    return {"t": "number", "v": text}


def test_single_shows_the_answer_with_the_rules_that_fired(model):
    result = run(model, "class", "--var", "age=20")

    assert result.exit_code == 0
    assert "class = adult" in result.output.replace('"', "")
    assert "rules 2" in result.output


def test_single_as_json_bears_fired_rules(model):
    result = run(model, "class", "--var", "age=20", "--json")

    document = json.loads(result.stdout)
    assert document["value"] == "adult"
    assert [rule["number"] for rule in document["fired"][0]["rules"]] == [2]


def test_variable_after_a_second_equals_sign_is_feel(model):
    result = run(model, "class", "--var", "age==9 * 2", "--json")

    assert json.loads(result.stdout)["value"] == "adult"


def test_failed_decision_exits_with_one(model):
    result = run(model, "bad", "--var", "age=0")

    assert result.exit_code == 1
    assert "feel-null" in result.output


def test_unknown_decision_lists_those_there_are(model):
    result = run(model, "nothing")

    assert result.exit_code == 2
    assert "class" in result.output


def test_batch_answers_each_line(model):
    case = {"id": 1, "model": str(model), "invocable": "class", "inputs": {"age": number("3")}}

    (answer,) = answers(case)

    assert answer == {"id": 1, "value": {"t": "string", "v": "minor"}, "diagnostics": []}


def test_batch_calls_knowledge(model):
    case = {"id": 1, "model": str(model), "invocable": "double", "kind": "bkm"}

    (answer,) = answers(case | {"inputs": {"n": number("4")}})

    assert answer["value"] == number("8")


def test_batch_takes_the_wanted_output_of_a_service(model):
    case = {"id": 1, "model": str(model), "invocable": "svc", "kind": "decisionService"}

    whole, one = answers(
        case | {"inputs": {"age": number("4")}},
        case | {"inputs": {"age": number("4")}, "result": "s2"},
    )

    assert whole["value"] == {"t": "context", "v": {"s1": number("5"), "s2": number("6")}}
    assert one["value"] == number("6")


def test_batch_tells_diagnostics(model):
    case = {"id": 1, "model": str(model), "invocable": "bad", "inputs": {"age": number("0")}}

    (answer,) = answers(case)

    assert answer["value"] == {"t": "null"}
    assert [one["code"] for one in answer["diagnostics"]] == ["feel-null"]


@pytest.mark.parametrize(
    "change",
    [
        {"model": "nowhere.dmn"},
        {"invocable": "nothing"},
        {"kind": "process"},
        {"inputs": {"age": {"t": "number", "v": "x"}}},
        {"inputs": [1]},
    ],
)
def test_batch_line_at_fault_is_an_error_of_its_own(model, change):
    case = {"id": 7, "model": str(model), "invocable": "class", "inputs": {"age": number("3")}}

    broken, sound = answers(case | change, case)

    assert broken["id"] == 7
    assert broken["error"]
    assert sound["value"] == {"t": "string", "v": "minor"}


def test_batch_line_that_is_no_json_is_an_error():
    assert [set(answer) for answer in answer_batch([b"nonsense", b"[]", b"", b"{}"])] == [
        {"id", "error"}
    ] * 3


def test_batch_file_makes_a_line_of_each_line(model, tmp_path):
    case = {"id": "a", "model": str(model), "invocable": "class", "inputs": {"age": number("3")}}
    batch = tmp_path / "cases.jsonl"
    batch.write_text(f"{json.dumps(case)}\n{json.dumps(case)}\n")

    result = run("--batch", batch)

    assert result.exit_code == 0
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["a", "a"]


def test_explanation_tells_why_each_rule_matched_or_did_not(model):
    result = run(model, "class", "--var", "age=20", "--explain")

    assert 'decision "class", UNIQUE: age = 20' in result.output
    assert "rule 1 no: age is not < 18" in result.output
    assert "rule 2 matches" in result.output


def test_explanation_as_json_names_the_tests_that_failed(model):
    result = run(model, "class", "--var", "age=20", "--explain", "--json")

    (explained,) = json.loads(result.stdout)["explained"]
    assert explained["inputs"] == {"age": 20}
    assert [rule["failed"] for rule in explained["rules"]] == [
        [{"input": "age", "test": "< 18"}],
        [],
    ]


def test_findings_of_a_check_are_shown_before_the_answer(tmp_path):
    path = tmp_path / "gap.dmn"
    rules = [["< 18", '"minor"'], ["> 18", '"adult"']]
    path.write_bytes(definitions(decision("d", table(["age :: number"], ["class"], rules))))

    result = run(path, "--var", "age=20")

    assert result.exit_code == 0
    assert "warning table table-gap" in result.output
    assert "no rule matches age = 18" in result.output
    assert "[DMN 1.5 §8.2.11]" in result.output


def test_decision_beyond_its_limits_is_told(tmp_path):
    path = tmp_path / "endless.dmn"
    path.write_bytes(definitions(decision("d", literal("for i in 1..20000 return i"))))

    result = run(path)

    assert result.exit_code == 1
    assert "at most 10000 items" in result.output

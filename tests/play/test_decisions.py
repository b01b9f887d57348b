"""Decisions in a dry run: what an analyst is told when one fails."""

from tests.builders.process import a_process
from tests.dmn.drawing import decision, definitions, literal, table
from workflows.play import play


def played(*elements, **variables):
    drawing = a_process("p").start("s").rule("r", "d", "result").end("e")
    files = {"p.bpmn": drawing.xml(), "d.dmn": definitions(*elements)}
    return play({"models": list(files), "steps": [{"start": "p", "variables": variables}]}, files)


def incident(result):
    assert result["rejected"] is None
    assert result["error"] is None
    (one,) = result["incidents"]
    assert (one["element"], one["kind"]) == ("r", "decision-failed")
    return str(one["message"])


def test_incident_names_rule_column_expression_with_its_inputs():
    drawn = table(["age"], ["rate"], [["< 18", "1"], [">= 18", "base / age"]])

    told = incident(played(decision("d", drawn), age=20, base="high"))

    assert 'decision "d", rule 2, output "rate"' in told
    assert "In: base / age (column 6)." in told
    assert "Inputs: age: number, base: string." in told


def test_incident_names_the_variable_that_is_not_there():
    told = incident(played(decision("d", literal("amount * 2"))))

    assert "There is no variable 'amount'" in told
    assert "Inputs: amount: not given." in told


def test_incident_names_the_rules_that_match_together():
    drawn = table(["age"], [""], [[">= 60", "1"], [">= 65", "2"]])

    told = incident(played(decision("d", drawn), age=70))

    assert "The hit policy is UNIQUE, but rules 1, 2 match." in told


def test_null_among_several_outputs_is_an_incident():
    drawn = table(["age"], ["a", "b"], [["-", "1", "1 / age"]])

    told = incident(played(decision("d", drawn), age=0))

    assert 'rule 1, output "b": null, where the rule needs a value' in told


def test_table_that_no_rule_of_matches_answers_null():
    result = played(decision("d", table(["age"], [""], [["> 60", "1"]])), age=5)

    assert result["incidents"] == []
    assert result["instances"][0]["variables"] == {"age": 5, "result": None}

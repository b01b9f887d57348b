"""Slips that a check finds before anything runs: names, functions, types."""

import pytest

from tests.dmn.drawing import decision, definitions, input_data, knowledge, literal, table
from workflows.dmn import compile_decisions
from workflows.dmn.check import check_decisions


def checked(*elements):
    library = compile_decisions({"f.dmn": definitions(*elements)})
    assert library.diagnostics == ()
    return [one for one in check_decisions(library) if one.code != "table-not-analysed"]


def told(*elements):
    return [(one.code, one.severity) for one in checked(*elements)]


# --- names -----------------------------------------------------------------------------------


def test_function_that_nobody_has_is_an_error():
    (finding,) = checked(decision("d", literal("lenght(y)")))

    assert (finding.code, finding.severity) == ("function-unknown", "error")
    assert finding.clause == "DMN 1.5 §10.3.4"


def test_function_of_a_close_name_is_offered():
    (finding,) = checked(decision("d", literal('contain("ab", "b")')))

    assert 'did you mean "contains"?' in finding.message


def test_knowledge_is_a_function():
    double = knowledge("double", "n", literal("n * 2"))

    assert told(double, decision("d", literal("double(2)"), requires=["knowledge double"])) == []


def test_knowledge_that_is_not_required_is_no_function():
    double = knowledge("double", "n", literal("n * 2"))

    assert told(double, decision("d", literal("double(2)"))) == [("function-unknown", "error")]


def test_functions_of_an_expression_are_its_own():
    text = "{twice: function(n) n * 2, a: twice(2), b: sum(for each in [1] return twice(each))}"

    assert told(decision("d", literal(text))) == []


def test_knowledge_sees_nothing_but_its_parameters():
    found = checked(knowledge("rate", "amount", literal("amout * 2")))

    assert [(one.code, one.severity) for one in found] == [("name-unknown", "error")]
    assert 'did you mean "amount"?' in found[0].message


def test_name_beside_drawn_inputs_is_a_warning():
    found = told(
        input_data("amount"), decision("d", literal("amount + rate"), requires=["input amount"])
    )

    assert found == [("name-unknown", "warning")]


def test_decision_without_drawn_inputs_may_name_what_it_likes():
    assert told(decision("d", literal("amount + rate"))) == []


def test_entries_of_filtered_items_are_no_slip():
    body = literal("items[price > 1 and valid(code)]")

    assert told(knowledge("k", "items", body)) == []


def test_names_in_a_cell_are_checked_too():
    body = table(["amount"], [""], [["> limit", "1"], ["-", "bonus"]], "FIRST")
    found = checked(knowledge("k", "amount", body))

    assert [one.code for one in found] == ["name-unknown", "name-unknown"]
    assert "rule 1, input" in found[0].message


def test_entries_of_a_context_are_seen_below():
    drawn = (
        "<context><contextEntry><variable name='a'/><literalExpression><text>n</text>"
        "</literalExpression></contextEntry><contextEntry><literalExpression><text>a + b</text>"
        "</literalExpression></contextEntry></context>"
    )

    (finding,) = checked(knowledge("k", "n", drawn))

    assert '"b"' in finding.message


# --- types -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("number", '"ten"'),
        ("string", "10"),
        ("string", "> 10"),
        ("boolean", '"true"'),
        ("date", '"2026-01-01"'),
        ("date", '> "2026-01-01"'),
        ("date", '@"2026-01-01T00:00:00Z"'),
        ("days and time duration", '@"P1Y"'),
    ],
)
def test_cell_that_no_value_of_the_type_passes_is_an_error(kind, cell):
    drawn = table([f"x :: {kind}"], [""], [[cell, "1"], ["-", "2"]], "FIRST")

    assert ("cell-type", "error") in told(decision("d", drawn))


def test_text_in_a_column_of_dates_is_told_how_to_write_it():
    drawn = table(["x :: date"], [""], [['> "2026-01-01"', "1"], ["-", "2"]], "FIRST")

    found = [one for one in checked(decision("d", drawn)) if one.code == "cell-type"]

    assert 'write date("2026-01-01")' in found[0].message


def test_one_of_several_tests_of_the_wrong_type_is_a_warning():
    drawn = table(["x :: number"], [""], [['1, "2"', "1"], ["-", "2"]], "FIRST")

    assert told(decision("d", drawn)) == [("cell-type", "warning")]


@pytest.mark.parametrize("cell", ["-", "null", "not(null)", "1", "> 1, < 0", "not(1)", "> y"])
def test_cells_of_the_type_are_no_fault(cell):
    drawn = table(["x :: number"], [""], [[cell, "1"], ["-", "2"]], "FIRST")

    assert [code for code, _ in told(decision("d", drawn)) if code == "cell-type"] == []


def test_output_of_another_type_is_an_error():
    drawn = table(["x"], ["rate :: number"], [["-", '"high"']])

    (finding,) = checked(decision("d", drawn))

    assert (finding.code, finding.severity) == ("output-type", "error")
    assert 'rule 1, output "rate": expected number, but found string' in finding.message


def test_output_that_is_not_listed_is_an_error():
    drawn = table(["x"], ['a = "x","y" | "z"'], [["-", '"w"']])

    assert [code for code, _ in told(decision("d", drawn))] == ["output-not-allowed"] * 2


@pytest.mark.parametrize("cell", ["1", "null", "1 + 1", "x", "[2]"])
def test_outputs_of_the_type_are_no_fault(cell):
    assert told(decision("d", table(["x"], ["rate :: number"], [["-", cell]]))) == []

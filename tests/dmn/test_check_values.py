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

    assert "did you mean 'contains'?" in finding.message


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
    assert "did you mean 'amount'?" in found[0].message


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

    assert "'b'" in finding.message


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


# --- operators -------------------------------------------------------------------------------


def typed(text, **types):
    """Check an expression over inputs of some types."""
    drawn = [input_data(name, kind) for name, kind in types.items()]
    requires = [f"input {name}" for name in types]
    return checked(*drawn, decision("it", literal(text), requires=requires))


@pytest.mark.parametrize(
    "text",
    [
        "n + s",
        "s - s",
        "n = s",
        "n < d",
        "d + d",
        "d * n",
        "if b then n else n + b",
        "for i in [1] return s * i + (n + s)",
        "-1 + n ** s",
    ],
)
def test_operator_that_is_null_whatever_the_inputs_is_an_error(text):
    found = typed(text, n="number", s="string", b="boolean", d="date")

    assert [(one.code, one.severity) for one in found] == [("type-clash", "error")]


@pytest.mark.parametrize(
    "text",
    [
        "n + n",
        "s + s",
        "n = null",
        "d + p",
        "d - d",
        "t - t",
        "t < t",
        "b = true",
        "for n in [s] return n + s",
        "{n: s, o: n + s}",
        "function(n) n + s",
        "[s][item + s = s]",
    ],
)
def test_operator_that_may_have_an_answer_is_no_fault(text):
    kinds = {"n": "number", "s": "string", "b": "boolean", "d": "date", "t": "date and time"}

    assert typed(text, **kinds, p="days and time duration") == []


@pytest.mark.parametrize(
    "text",
    ["upper case(n)", "substring(s, d)", "abs(s)", "years and months duration(d, n)"],
)
def test_call_that_no_value_of_the_types_drawn_can_satisfy_is_an_error(text):
    found = typed(text, n="number", s="string", d="date")

    assert [(one.code, one.severity) for one in found] == [("call-clash", "error")]


@pytest.mark.parametrize("text", ['"a" + 1', "abs(true)", "floor()", '@"2026-02-30"'])
def test_expression_that_is_null_by_its_own_words_is_a_warning(text):
    ((_, severity),) = told(decision("d", literal(text)))

    assert severity == "warning"


def test_condition_of_a_type_that_decides_nothing_is_a_warning():
    found = typed("if n then 1 else 2", n="number")

    assert [(one.code, one.severity) for one in found] == [("type-clash", "warning")]


def test_call_in_a_cell_is_asked_with_the_type_of_its_column():
    drawn = table(["n :: number"], [""], [['starts with(?, "A")', "1"], ["-", "2"]], "FIRST")
    found = told(input_data("n", "number"), decision("d", drawn, requires=["input n"]))

    assert ("call-clash", "error") in found


def test_clash_names_its_column():
    (finding,) = typed("1 + n + s", n="number", s="string")

    assert finding.message.endswith("There is no number + string.\n1 + n + s\n      ^")
    assert finding.column == 7


def test_components_of_types_are_known():
    kind = (
        "<itemDefinition name='tPolicy'><itemComponent name='state'><typeRef>string</typeRef>"
        "</itemComponent></itemDefinition>"
    )
    drawn = decision("d", literal("policy.state = 1"), requires=["input policy"])

    assert told(kind, input_data("policy", "tPolicy"), drawn) == [("type-clash", "error")]


def test_test_against_an_input_of_another_type_is_an_error():
    drawn = table(["n :: number"], [""], [["> s", "1"], ["-", "2"]], "FIRST")
    found = told(
        input_data("n", "number"),
        input_data("s", "string"),
        decision("d", drawn, requires=["input n", "input s"]),
    )

    assert found == [("type-clash", "error")]


def test_input_expression_of_another_type_than_its_column_is_an_error():
    drawn = table(["s :: number"], [""], [["> 1", "1"], ["-", "2"]], "FIRST")
    found = told(input_data("s", "string"), decision("d", drawn, requires=["input s"]))

    assert found == [("input-type", "error")]

"""Types wherever the drawing writes one: of tables, functions, their variables and columns."""

from decimal import Decimal
from xml.sax.saxutils import quoteattr

import pytest

from tests.dmn.drawing import (
    asked,
    codes,
    compiled,
    decision,
    input_data,
    knowledge,
    literal,
    table,
)

SIGNATURE = (
    "<itemDefinition name='tRate'><functionItem outputTypeRef='number'>"
    "<parameters name='age' typeRef='number'/></functionItem></itemDefinition>"
)
RULES = [["> 0", "10"], ["> 1", "30"]]


def of_type(logic, element, type_ref):
    return logic.replace(f"<{element}", f"<{element} typeRef={quoteattr(type_ref)}", 1)


def called(model, argument, *more):
    """Call the knowledge model 'rate'."""
    d = decision("d", literal(f"rate({argument})"), requires=["knowledge rate"])
    return asked(compiled(*more, model, d), "d")


# --- tables ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "aggregation", "type_ref", "value"),
    [
        ("FIRST", None, "number", 10),
        ("FIRST", None, "list<number>", [10]),
        ("FIRST", None, "string", None),
        ("COLLECT", "SUM", "number", 40),
        ("COLLECT", "SUM", "string", None),
        ("COLLECT", None, "number", [10, 30]),
        ("COLLECT", None, "list<number>", [10, 30]),
        ("COLLECT", None, "string", None),
        ("RULE ORDER", None, "string", None),
        ("RULE ORDER", None, "Any", [10, 30]),
    ],
)
def test_table_answers_by_its_type(policy, aggregation, type_ref, value):
    drawn = of_type(table(["n"], [""], RULES, policy, aggregation), "decisionTable", type_ref)

    outcome = asked(compiled(decision("d", drawn)), "d", n=Decimal(2))

    assert outcome.value == value
    assert codes(outcome) == ([] if value is not None else ["decision-type"])


def test_singleton_list_is_taken_as_the_item_that_a_column_wants():
    drawn = table(["n :: number"], [""], [["5", '"five"'], ["-", '"other"']], "FIRST")
    library = compiled(input_data("n"), decision("d", drawn, requires=["input n"]))

    outcome = asked(library, "d", n=[Decimal(5)])

    assert (outcome.value, codes(outcome)) == ("five", [])


# --- functions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "text", "value", "found"),
    [
        ("body", "age * 2", 84, []),
        ("body", "[age]", 42, []),
        ("body", "string(age)", None, ["decision-type"]),
        ("logic", "[age]", 42, []),
        ("logic", "string(age)", None, ["decision-type"]),
        ("variable", "[age]", 42, []),
        ("variable", "string(age)", None, ["decision-type"]),
    ],
)
def test_result_of_a_knowledge_model_is_of_the_type_drawn(where, text, value, found):
    element = {"body": "literalExpression", "logic": "encapsulatedLogic", "variable": "variable"}
    model = of_type(knowledge("rate", "age", literal(text)), element[where], "number")

    outcome = called(model, "42")

    assert outcome.value == value
    assert codes(outcome) == found


@pytest.mark.parametrize("element", ["variable", "encapsulatedLogic"])
@pytest.mark.parametrize(
    ("text", "argument", "value", "found"),
    [
        ("age * 2", "42", 84, []),
        ("age * 2", "[42]", 84, []),
        ("string(age)", "42", None, ["decision-type"]),
        ("1", '"young"', 1, ["decision-type"]),
    ],
)
def test_function_type_tells_parameters_and_result(element, text, argument, value, found):
    model = of_type(knowledge("rate", "age", literal(text)), element, "tRate")

    outcome = called(model, argument, SIGNATURE)

    assert outcome.value == value
    assert codes(outcome) == found


def test_parameter_keeps_a_type_of_its_own():
    model = of_type(knowledge("rate", "age: string", literal("1")), "variable", "tRate")

    assert codes(called(model, '"young"', SIGNATURE)) == []


def test_boxed_function_gives_its_type():
    function = (
        "<context><contextEntry><variable name='twice'/><functionDefinition typeRef='tRate'>"
        f"<formalParameter name='n'/>{literal('string(n * 2)')}</functionDefinition></contextEntry>"
        f"<contextEntry>{literal('twice(2)')}</contextEntry></context>"
    )

    outcome = asked(compiled(SIGNATURE, decision("d", function)), "d")

    assert outcome.value is None
    assert codes(outcome) == ["decision-type"]


@pytest.mark.parametrize(
    ("text", "fits"),
    [("function(a) a", True), ("function() 1", False), ("function(a, b) a", False), ("1", False)],
)
def test_value_of_a_function_type_takes_as_many_arguments(text, fits):
    outcome = asked(compiled(SIGNATURE, decision("d", literal(text), type_ref="tRate")), "d")

    assert (codes(outcome) == []) is fits


@pytest.mark.parametrize("type_ref", ["number", "tRate"])
def test_service_gives_the_type_of_its_variable(type_ref):
    service = (
        f"<decisionService id='s' name='s'><variable name='s' typeRef='{type_ref}'/>"
        "<outputDecision href='#out'/></decisionService>"
    )
    library = compiled(
        SIGNATURE,
        service,
        decision("out", literal('"much"')),
        decision("d", literal("s()"), requires=["knowledge s"]),
    )

    outcome = asked(library, "d")

    assert outcome.value is None
    assert "decision-type" in codes(outcome)

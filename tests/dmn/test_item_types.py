"""Types: what conforms, what is converted, what is refused."""

from decimal import Decimal

import pytest

from tests.dmn.drawing import (
    asked,
    codes,
    compiled,
    decision,
    definitions,
    input_data,
    literal,
)
from workflows.dmn import compile_decisions

GRADE = (
    "<itemDefinition name='tGrade'><typeRef>string</typeRef>"
    '<allowedValues><text>"A","B"</text></allowedValues></itemDefinition>'
)
GRADES = (
    "<itemDefinition name='tGrades' isCollection='true'><typeRef>tGrade</typeRef></itemDefinition>"
)
LOAN = (
    "<itemDefinition name='tLoan'><itemComponent name='amount'><typeRef>number</typeRef>"
    "</itemComponent><itemComponent name='grade'><typeRef>tGrade</typeRef></itemComponent>"
    "</itemDefinition>"
)


def typed(text, type_ref):
    library = compiled(GRADE, GRADES, LOAN, decision("d", literal(text), type_ref=type_ref))
    return asked(library, "d")


@pytest.mark.parametrize(
    ("text", "type_ref"),
    [
        ("1", "number"),
        ("[null]", "list<number>"),
        ('"x"', "Any"),
        ('date("2026-01-01")', "date"),
        ('duration("P1D")', "days and time duration"),
        ('"A"', "tGrade"),
        ('["A","B"]', "tGrades"),
        ('{amount: 1, grade: "A", extra: true}', "tLoan"),
        ("{amount: 1}", "tLoan"),
        ("[1,2]", "list<number>"),
        ("function(a) a", "function"),
    ],
)
def test_value_conforms(text, type_ref):
    outcome = typed(text, type_ref)

    assert outcome.diagnostics == ()


@pytest.mark.parametrize(
    ("text", "type_ref"),
    [
        ('"1"', "number"),
        ("true", "number"),
        ("1", "boolean"),
        ('"C"', "tGrade"),
        ('["A","C"]', "tGrades"),
        ('{amount: "1"}', "tLoan"),
        ('{grade: "C"}', "tLoan"),
        ("1", "tLoan"),
        ('["x"]', "list<number>"),
    ],
)
def test_value_does_not_conform(text, type_ref):
    outcome = typed(text, type_ref)

    assert outcome.value is None
    assert outcome.failed
    assert codes(outcome) == ["decision-type"]


@pytest.mark.parametrize(
    ("text", "type_ref", "expected"),
    [("[1]", "number", Decimal(1)), ('"A"', "tGrades", ["A"]), ("1", "list<number>", [Decimal(1)])],
)
def test_singleton_lists_are_converted_both_ways(text, type_ref, expected):
    outcome = typed(text, type_ref)

    assert outcome.value == expected
    assert outcome.diagnostics == ()


def test_date_becomes_its_midnight():
    outcome = typed('date("2026-01-02")', "date and time")

    assert str(outcome.value) == "2026-01-02T00:00:00Z"


def test_input_of_wrong_type_is_null_with_a_finding():
    library = compiled(
        GRADE, input_data("g", "tGrade"), decision("d", literal("g"), requires=["input g"])
    )

    outcome = asked(library, "d", g="Z")

    assert outcome.value is None
    assert "not allowed by tGrade" in outcome.diagnostics[0].message


def test_unknown_type_is_a_warning():
    library = compile_decisions({"f": definitions(decision("d", literal("1"), type_ref="tNone"))})

    assert codes(library) == ["type-unknown"]
    assert library.is_deployable
    assert asked(library, "d").value == 1


def test_type_that_holds_itself_compiles():
    tree = (
        "<itemDefinition name='tTree'><itemComponent name='children' isCollection='true'>"
        "<typeRef>tTree</typeRef></itemComponent></itemDefinition>"
    )
    library = compiled(tree, decision("d", literal("{children: [{}]}"), type_ref="tTree"))

    assert asked(library, "d").value == {"children": [{}]}


def test_collection_constraint_is_asked_of_the_list():
    short = (
        "<itemDefinition name='tShort' isCollection='true'><typeRef>number</typeRef>"
        "<allowedValues><text>&lt; 10</text></allowedValues>"
        "<typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>"
    )
    texts = {"ok": "[1,2]", "long": "[1,2,3]", "large": "[1,20]"}
    library = compiled(
        short, *(decision(name, literal(text), type_ref="tShort") for name, text in texts.items())
    )

    found = {name: asked(library, name).value for name in texts}

    assert found == {"ok": [1, 2], "long": None, "large": None}


def test_function_type_takes_functions():
    drawn = "<itemDefinition name='tF'><functionItem outputTypeRef='number'/></itemDefinition>"
    library = compiled(
        drawn,
        decision("f", literal("function() 1"), type_ref="tF"),
        decision("n", literal("1"), type_ref="tF"),
    )

    assert asked(library, "f").diagnostics == ()
    assert codes(asked(library, "n")) == ["decision-type"]


def test_prefix_of_a_type_of_dmn_11_is_understood():
    library = compiled(
        GRADE,
        decision("a", literal('"C"'), type_ref="ns:tGrade"),
        decision("b", literal('"1"'), type_ref="feel:number"),
    )

    assert codes(asked(library, "a")) == ["decision-type"]
    assert codes(asked(library, "b")) == ["decision-type"]


def test_imported_type_is_known_under_the_import():
    importing = "<import name='lib' namespace='urn:lib' importType='http://www.omg.org/spec/DMN/20180521/MODEL/'/>"
    files = {
        "main.dmn": definitions(importing, decision("d", literal('"C"'), type_ref="lib.tGrade")),
        "lib.dmn": definitions(GRADE, own="urn:lib"),
    }
    library = compile_decisions(files)

    assert library.diagnostics == ()
    assert codes(asked(library, "d")) == ["decision-type"]


@pytest.mark.parametrize(
    ("type_ref", "fits"),
    [("range<number>", False), ("list<list<number>>", False), ("context<a: number>", True)],
)
def test_generic_types_are_checked_by_their_kind(type_ref, fits):
    outcome = typed("{a: 1}", type_ref)

    assert (outcome.value is not None) is fits


@pytest.mark.parametrize(
    ("text", "type_ref"),
    [
        ("2026-01-02", "date"),
        ("2026-01-02T10:00:00+08:00", "date and time"),
        ("10:00:00Z", "time"),
        ("P1Y2M", "years and months duration"),
        ("PT1H", "days and time duration"),
    ],
)
def test_text_from_outside_is_read_as_the_type_drawn(text, type_ref):
    library = compiled(
        input_data("x", type_ref), decision("d", literal("string(x)"), requires=["input x"])
    )

    outcome = asked(library, "d", x=text)

    assert outcome.value == text
    assert outcome.diagnostics == ()


def test_text_within_an_input_is_read_too():
    policy = (
        "<itemDefinition name='tPolicy'><itemComponent name='dates' isCollection='true'>"
        "<typeRef>date</typeRef></itemComponent></itemDefinition>"
    )
    library = compiled(
        policy,
        input_data("p", "tPolicy"),
        decision("d", literal("p.dates[1].year + p.n"), requires=["input p"]),
    )

    assert asked(library, "d", p={"dates": ["2026-01-02"], "n": Decimal(1)}).value == 2027


@pytest.mark.parametrize("text", ["tomorrow", "P1Y"])
def test_text_that_is_none_of_the_type_is_refused(text):
    library = compiled(input_data("x", "date"), decision("d", literal("x"), requires=["input x"]))

    assert codes(asked(library, "d", x=text)) == ["decision-type"]

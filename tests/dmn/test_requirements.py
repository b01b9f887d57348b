"""Decisions that require one another."""

from decimal import Decimal

import pytest

from tests.dmn.drawing import (
    NOW,
    asked,
    codes,
    compiled,
    decision,
    definitions,
    input_data,
    knowledge,
    literal,
    table,
)
from workflows.dmn import compile_decisions
from workflows.feel import Environment, FeelLimitError


def asked_program(program, **inputs):
    return program.evaluate(inputs, Environment(now=NOW))


def test_required_decisions_are_made_once():
    library = compiled(
        input_data("in put", "number"),
        decision("base", literal("in put + 1"), requires=["input in put"]),
        decision("left", literal("base * 2"), requires=["decision base"]),
        decision("right", literal("base * 3"), requires=["decision base"]),
        decision("top", literal("left + right"), requires=["decision left", "decision right"]),
    )

    outcome = asked(library, "top", **{"in put": Decimal(1)})

    assert outcome.value == 10
    assert [name for name, _ in outcome.evaluated] == ["base", "left", "right", "top"]


def test_inputs_are_those_needed_all_the_way_down():
    library = compiled(
        input_data("a"),
        decision("base", literal("a + undrawn"), requires=["input a"]),
        decision("top", literal("base + abs(b.c)"), requires=["decision base"]),
    )

    assert library.decisions["top"].inputs == ("a", "b", "undrawn")


def test_undrawn_inputs_are_in_sight():
    library = compiled(decision("d", table(["season"], [""], [['"Winter"', '"Roast"']])))

    assert asked(library, "d", season="Winter").value == "Roast"


def test_missing_input_is_null_with_a_warning():
    library = compiled(input_data("a"), decision("d", literal("a = null"), requires=["input a"]))

    outcome = asked(library, "d")

    assert outcome.value is True
    assert [(one.code, one.severity) for one in outcome.diagnostics] == [
        ("decision-input-missing", "warning")
    ]
    assert not outcome.failed


def test_knowledge_is_called_from_feel():
    library = compiled(
        knowledge("double", "n: number", literal("n * 2")),
        knowledge("four times", "n", literal("double(double(n))"), requires=["knowledge double"]),
        decision("d", literal("four times(3)"), requires=["knowledge four times"]),
    )

    assert asked(library, "d").value == 12


def test_knowledge_sees_only_its_parameters():
    library = compiled(
        knowledge("f", "n", literal("n + secret")),
        decision("d", literal("f(1)"), requires=["knowledge f"]),
    )

    assert asked(library, "d", secret=Decimal(1)).value is None


def test_knowledge_refuses_an_argument_of_wrong_type():
    library = compiled(
        knowledge("f", "n: number", literal("n = null")),
        decision("d", literal('f("x")'), requires=["knowledge f"]),
    )

    outcome = asked(library, "d")

    assert outcome.value is True
    assert codes(outcome) == ["decision-type"]


def test_knowledge_is_asked_by_itself():
    library = compiled(knowledge("f", "a, b", literal("a - b")))
    program = library.find("f", "bkm")

    assert program is not None
    assert program.inputs == ("a", "b")
    assert asked_program(program, b=Decimal(1), a=Decimal(3)).value == 2


def test_circle_is_refused():
    files = {
        "f.dmn": definitions(
            decision("a", literal("b"), requires=["decision b"]),
            decision("b", literal("a"), requires=["decision a"]),
        )
    }

    library = compile_decisions(files)

    assert codes(library) == ["requirement-circular"]
    outcome = asked(library, "a")
    assert outcome.value is None
    assert codes(outcome) == ["requirement-circular"]


def test_endless_recursion_is_a_limit():
    library = compiled(
        decision(
            "d",
            "<context><contextEntry><variable name='f'/><functionDefinition>"
            "<formalParameter name='g'/>" + literal("g(g)") + "</functionDefinition>"
            "</contextEntry><contextEntry>" + literal("f(f)") + "</contextEntry></context>",
        )
    )

    with pytest.raises(FeelLimitError):
        asked(library, "d")


def test_long_chain_needs_no_recursion():
    chain = [decision("d0", literal("1"))]
    chain += [
        decision(f"d{n}", literal(f"d{n - 1} + 1"), requires=[f"decision d{n - 1}"])
        for n in range(1, 1500)
    ]

    assert asked(compiled(*chain), "d1499").value == 1500


def service(name, **parts):
    inner = "".join(
        f"<{part} href='#{one}'/>" for part, targets in parts.items() for one in targets
    )
    variable = f"<variable name={name!r}/>"
    return f"<decisionService id={name!r} name={name!r}>{variable}{inner}</decisionService>"


SERVED = (
    input_data("a", "number"),
    decision("given", literal("a * 100"), requires=["input a"]),
    decision("sum", literal("a + given"), requires=["input a", "decision given"]),
    decision("more", literal("sum + 1"), requires=["decision sum"]),
)


def test_service_is_called_with_its_inputs():
    library = compiled(
        *SERVED,
        service("s", outputDecision=["sum"], inputDecision=["given"], inputData=["a"]),
        decision("d", literal("s(1, 2)"), requires=["knowledge s"]),
    )

    assert asked(library, "d").value == 3


def test_service_with_several_outputs_answers_a_context():
    library = compiled(
        *SERVED,
        service(
            "s", outputDecision=["sum", "more"], encapsulatedDecision=["given"], inputData=["a"]
        ),
    )
    program = library.find("s", "decisionService")

    assert program is not None
    assert asked_program(program, a=Decimal(1)).value == {"sum": 101, "more": 102}


def test_service_that_calls_a_later_service_answers():
    library = compiled(
        decision("d", literal("outer()"), requires=["knowledge outer"]),
        service("outer", outputDecision=["middle"]),
        decision("middle", literal("inner() + 1"), requires=["knowledge inner"]),
        service("inner", outputDecision=["leaf"]),
        decision("leaf", literal("1")),
    )

    assert asked(library, "d").value == 2


def test_service_within_its_own_decision_is_a_circle():
    library = compile_decisions(
        {
            "f": definitions(
                service("s", outputDecision=["d"]),
                decision("d", literal("s()"), requires=["knowledge s"]),
            )
        }
    )

    assert codes(library) == ["requirement-circular"]
    assert asked(library, "d").value is None


def imported(name, own):
    return f"<import name='{name}' namespace='{own}' importType='https://www.omg.org/spec/DMN/20191111/MODEL/'/>"


def test_imported_decision_is_seen_under_the_import():
    files = {
        "main.dmn": definitions(
            imported("Lib 1", "urn:lib"),
            decision("d", literal("Lib 1.base rate * 2"), requires=["decision urn:lib#base_rate"]),
        ),
        "lib.dmn": definitions(
            input_data("x", "number"),
            decision("base rate", literal("x + 1"), requires=["input x"]),
            own="urn:lib",
        ),
    }

    library = compile_decisions(files)

    assert library.diagnostics == ()
    assert asked(library, "d", x=Decimal(1)).value == 4


def test_inputs_of_an_import_may_come_in_its_context():
    files = {
        "main.dmn": definitions(
            imported("lib", "urn:lib"),
            decision("d", literal("lib.base"), requires=["decision urn:lib#base"]),
        ),
        "lib.dmn": definitions(
            input_data("x"), decision("base", literal("x"), requires=["input x"]), own="urn:lib"
        ),
    }

    assert asked(compile_decisions(files), "d", lib={"x": "inner"}, x="outer").value == "inner"


def test_imported_knowledge_is_called_under_the_import():
    files = {
        "main.dmn": definitions(
            imported("lib", "urn:lib"),
            decision("d", literal("lib.twice(2)"), requires=["knowledge urn:lib#twice"]),
        ),
        "lib.dmn": definitions(knowledge("twice", "n", literal("n * 2")), own="urn:lib"),
    }

    assert asked(compile_decisions(files), "d").value == 4

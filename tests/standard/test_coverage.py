"""Every cell of the matrix has a scenario, and the document tells what the scenarios show."""

import pytest

from tests.builders.events import cancel, compensation, condition, escalation, signal
from tests.builders.process import a_flow, a_process, error, link, message, terminate, timer
from tests.standard.clauses import CLAUSES
from tests.standard.coverage import DOCUMENT, SCENARIOS, by_cell, renewed
from tests.standard.matrix import EVENTS, cells
from workflows.bpmn.compiler.rules import RULES
from workflows.bpmn.compiler.rules.positions import POSITIONS
from workflows.bpmn.deployment import compile_bundle

DEFINITIONS = {
    "message": message("m", '="1"', publish={"correlationKey": '="1"'}),
    "timer": timer(duration="PT1H"),
    "error": error("E"),
    "escalation": escalation("X"),
    "signal": signal("s"),
    "conditional": condition("=n > 1"),
    "link": link("L"),
    "compensation": compensation(),
    "cancel": cancel(),
    "terminate": terminate(),
}


def test_every_cell_of_the_matrix_has_a_scenario_and_every_scenario_a_cell():
    assert set(by_cell()) == set(cells())


def test_every_scenario_names_clauses_of_the_standard_and_what_they_ask():
    for one in SCENARIOS:
        assert set(one.clause.split(", ")) <= CLAUSES.keys(), one.name
        assert len(one.rule.split()) > 4, one.name


def test_every_rule_of_a_deployment_names_clauses_that_the_standard_has():
    for rule in RULES:
        named = (rule.clause or "").partition("BPMN 2.0.2 §")[2].partition(",")[0]
        assert not named or named in CLAUSES, rule.code


def test_no_two_scenarios_are_the_same():
    assert len({one.name for one in SCENARIOS}) == len(SCENARIOS)


def test_no_two_scenarios_of_one_cell_play_the_same():
    for (element, position), found in by_cell().items():
        played = [(tuple(model.xml() for model in one.models), repr(one.steps)) for one in found]
        assert len(set(played)) == len(played), f"{element} {position}"


def everywhere(element):
    """Where an event may stand; compensation has no interrupting and other kinds."""
    positions = EVENTS[element]
    if element == "compensation":
        positions = positions.replace("ES", "ESi ESn").replace("Bi", "Bi Bn")
    return set(positions.split())


def test_the_compiler_lets_every_event_stand_where_the_matrix_has_it():
    names = {"compensation": "compensate"}
    for element in (*DEFINITIONS, "none"):
        allowed = POSITIONS[names.get(element, element)]
        assert everywhere(element) == allowed - {"Ss"}, element


def standing(position, event):
    """A drawing with an event at a position."""
    model = a_process("p").start("s").service("work").end("e")
    match position:
        case "St":
            return a_process("p").start("x", event).end("e")
        case "ESi" | "ESn":
            inner = a_flow().start("x", event, interrupting=position == "ESi").end("he")
            return model.event_sub_process("h", inner)
        case "Ca":
            return a_process("p").start("s").catch("x", event).end("e")
        case "Bi" | "Bn":
            return model.boundary("work", "x", event, interrupting=position == "Bi").end("be")
        case "Th":
            return a_process("p").start("s").throw("x", event).end("e")
        case _:
            return a_process("p").start("s").end("x", event)


ELSEWHERE = [
    (element, position)
    for element in DEFINITIONS
    for position in ("St", "ESi", "ESn", "Ca", "Bi", "Bn", "Th", "En")
    if position not in everywhere(element)
]


@pytest.mark.parametrize(("element", "position"), ELSEWHERE)
def test_an_event_at_any_other_position_is_refused(element, position):
    drawing = standing(position, DEFINITIONS[element])

    found = compile_bundle({"p.bpmn": drawing.xml()}).diagnostics

    assert ("event-position", "x") in [(one.code, one.element) for one in found]


def test_the_table_of_the_document_is_the_generated_one():
    document = DOCUMENT.read_text("utf-8")

    assert document == renewed(document), "Run: make docs"

"""Tasks: what each type does between its incoming and its outgoing flow."""

from __future__ import annotations

from typing import Any

from tests.builders.process import ProcessBuilder, a_process, message
from tests.standard.scenario import START, Scenario
from tests.standard.throwing import SENT, hearer

DECISION = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">
<decision id="answer" name="answer"><variable name="answer" />
<literalExpression><text>6 * 7</text></literalExpression></decision></definitions>"""


def _around(kind: str, *given: object, **more: object) -> ProcessBuilder:
    """One task between a start and an end."""
    model = a_process("p").start("s")
    getattr(model, kind)("work", *given, **more)
    return model.end("e")


def _global(kind: str, inside: str = "") -> ProcessBuilder:
    root = f'<bpmn:{kind} id="shared">{inside}</bpmn:{kind}>'
    called = {"calledElement": "shared"}
    return a_process("p").start("s").node("callActivity", "work", called).end("e").root(root)


def _called(kind: str, rule: str, inside: str = "", **more: Any) -> Scenario:
    return Scenario(
        element=f"call activity: {kind}",
        clause="10.3.6, 10.3.7",
        rule=rule,
        models=(_global(kind, inside),),
        done="s work e",
        **more,
    )


def _extended(xml: str) -> str:
    return f"<bpmn:extensionElements>{xml}</bpmn:extensionElements>"


SCENARIOS = (
    Scenario(
        element="undefined task",
        clause="13.3.3",
        rule="an abstract task completes as soon as it is activated",
        models=(_around("task"),),
        done="s work e",
    ),
    Scenario(
        element="user task",
        clause="13.3.3",
        rule="the task is given to a person and completes when that person is done",
        models=(_around("user"),),
        steps=(START, {"complete": "", "element": "work", "variables": {"said": True}}),
        done="s work e",
        variables={"said": True},
    ),
    Scenario(
        element="service task",
        clause="13.3.3",
        rule="the operation is called, and what it answers is the task's output",
        models=(_around("service", "type"),),
        steps=(START, {"complete": "type", "variables": {"n": 1}}),
        done="s work e",
        variables={"n": 1},
    ),
    Scenario(
        element="send task",
        clause="13.3.3",
        rule="the message is sent when the task is activated; then it completes",
        models=(_around("send", SENT), hearer(message("m", '="1"'))),
        steps=({"start": "q"}, START),
        done="qs s work e heard qe",
        any_order=True,
        states=("completed", "completed"),
    ),
    Scenario(
        element="receive task",
        clause="13.3.3",
        rule="the task waits for its message and completes when it has arrived",
        models=(_around("receive", message("m", '="1"')),),
        steps=(START, {"publish": "m", "key": "1", "variables": {"n": 1}}),
        done="s work e",
        variables={"n": 1},
    ),
    Scenario(
        element="receive task, instantiate",
        clause="10.3.3, 13.2",
        rule="a receive task without incoming flow begins the process by its message",
        models=(a_process("p").receive("work", message("m", '="1"'), instantiate=True).end("e"),),
        steps=({"publish": "m", "key": "1"},),
        done="work e",
    ),
    Scenario(
        element="script task",
        clause="13.3.3",
        rule="the engine itself runs the script when the task is activated",
        models=(_around("script", "=6 * 7", "n"),),
        done="s work e",
        variables={"n": 42},
    ),
    Scenario(
        element="business rule task",
        clause="13.3.3",
        rule="the rules are asked when the task is activated; what they answer is its output",
        models=(_around("rule", "answer", "n"),),
        files={"answer.dmn": DECISION},
        done="s work e",
        variables={"n": 42},
    ),
    Scenario(
        element="manual task",
        clause="13.3.3, 10.3.4",
        rule="a manual task is done outside and never executed: the token passes",
        models=(_around("manual"),),
        done="s work e",
    ),
    Scenario(
        element="call activity: process",
        clause="13.3.4, 10.3.6",
        rule="control goes to the called process and comes back when it has completed",
        models=(_around("call", "q"), a_process("q").start("qs").service("qw").end("qe")),
        steps=(START, {"complete": "qw", "variables": {"n": 1}}),
        done="s qs qw qe work e",
        states=("completed", "completed"),
        variables={"n": 1},
    ),
    _called(
        "globalUserTask",
        "a person does the global task as if it stood in place",
        _extended("<zeebe:userTask />"),
        steps=(START, {"complete": "", "element": "work"}),
    ),
    _called("globalManualTask", "the global task is done outside, and the token passes"),
    _called(
        "globalScriptTask",
        "the global script runs as if it stood in place",
        _extended('<zeebe:script expression="=6 * 7" resultVariable="n" />'),
        variables={"n": 42},
    ),
    _called(
        "globalBusinessRuleTask",
        "the global rules are asked as if they stood in place",
        _extended('<zeebe:calledDecision decisionId="answer" resultVariable="n" />'),
        files={"answer.dmn": DECISION},
        variables={"n": 42},
    ),
)

"""Activities that run more than once: standard loops and multiple instances."""

from __future__ import annotations

from typing import Any

from tests.builders.events import escalation, standard_loop
from tests.builders.process import ProcessBuilder, a_process, multi_instance
from tests.standard.scenario import START, Scenario

THREE = multi_instance("=[1, 2, 3]", element="n", output="all", output_element="=n * 10")
DONE = (
    '<bpmn:escalationEventDefinition id="Done" escalationRef="Escalation_D" />\n'
    f"{escalation('D').root}"
)


def _looped(loop: str) -> ProcessBuilder:
    return a_process("p").start("s").service("work", loop=loop).end("e")


def _counted(loop: str) -> ProcessBuilder:
    """A loop over a script that counts its rounds."""
    return a_process("p").start("s").script("work", "=n + 1", "n", loop=loop).end("e")


def _rounds(n: int) -> tuple[dict[str, Any], ...]:
    return (START, {"complete": "work", "count": n})


def _throwing(attributes: str, inside: str = "") -> ProcessBuilder:
    head, tail = multi_instance(cardinality="3").split(">", 1)
    end = "</bpmn:multiInstanceLoopCharacteristics>"
    loop = f"{head} {attributes}>{tail}".replace(end, inside + end)
    model = _looped(loop).boundary("work", "caught", escalation("D"), interrupting=False)
    return model.end("told").root(DONE)


COMPLEX = (
    "<bpmn:complexBehaviorDefinition><bpmn:condition>=numberOfCompletedInstances = 2"
    '</bpmn:condition><bpmn:event id="Thrown"><bpmn:eventDefinitionRef>Done'
    "</bpmn:eventDefinitionRef></bpmn:event></bpmn:complexBehaviorDefinition>"
)


def _behavior(name: str, rule: str, attributes: str, times: int, inside: str = "") -> Scenario:
    return Scenario(
        element=f"multi-instance, behavior {name}",
        clause="13.3.7, 10.3.8",
        rule=rule,
        models=(_throwing(attributes, inside),),
        steps=_rounds(3),
        done=" ".join(["s work work work", *["caught told"] * times, "e"]),
        any_order=True,
    )


SCENARIOS = (
    Scenario(
        element="multi-instance, parallel",
        clause="13.3.7, 10.3.8",
        rule="all instances run at the same time; the activity completes with the last",
        models=(_looped(multi_instance("=[1, 2]")),),
        done="s",
        states=("active",),
        waiting=("work job", "work job"),
    ),
    Scenario(
        element="multi-instance, sequential",
        clause="13.3.7, 10.3.8",
        rule="an instance begins when the one before it has completed",
        models=(_looped(multi_instance("=[1, 2]", sequential=True)),),
        steps=_rounds(1),
        done="s work",
        states=("active",),
        waiting=("work job",),
    ),
    Scenario(
        element="multi-instance, collection",
        clause="13.3.7, 10.3.8",
        rule="one instance for each item, which it reads as its own",
        models=(a_process("p").start("s").script("work", "=n", "seen", loop=THREE).end("e"),),
        done="s work work work e",
    ),
    Scenario(
        element="multi-instance, output collection",
        clause="13.3.7, 10.3.8",
        rule="what each instance gives is collected, item by item",
        models=(_looped(THREE),),
        steps=_rounds(3),
        done="s work work work e",
        variables={"all": [10, 20, 30]},
    ),
    Scenario(
        element="multi-instance, loopCardinality",
        clause="13.3.7, 10.3.8",
        rule="as many instances as the expression says, evaluated once at the beginning",
        models=(_looped(multi_instance(cardinality="=1 + 1")),),
        steps=_rounds(2),
        done="s work work e",
    ),
    Scenario(
        element="multi-instance, completionCondition",
        clause="13.3.7, 10.3.8",
        rule="tested at each completion; true, it cancels the instances that remain",
        models=(_looped(multi_instance("=[1,2,3]", until="=numberOfCompletedInstances >= 2")),),
        steps=_rounds(2),
        done="s work work e",
    ),
    _behavior(
        "None",
        "its event is thrown at the completion of every instance",
        'behavior="None" noneBehaviorEventRef="Done"',
        3,
    ),
    _behavior(
        "One",
        "its event is thrown at the completion of the first instance",
        'behavior="One" oneBehaviorEventRef="Done"',
        1,
    ),
    _behavior("All", "no event is thrown; one token leaves after the last", 'behavior="All"', 0),
    _behavior(
        "Complex",
        "at each completion the events are thrown whose condition is true",
        'behavior="Complex"',
        1,
        COMPLEX,
    ),
    Scenario(
        element="standard loop",
        clause="13.3.6, 10.3.8",
        rule="without testBefore it runs first and is asked afterwards: once at least",
        models=(_counted(standard_loop("=n < 3")),),
        steps=({"start": "p", "variables": {"n": 5}},),
        done="s work e",
        variables={"n": 6},
    ),
    Scenario(
        element="standard loop, testBefore",
        clause="13.3.6, 10.3.8",
        rule="it is asked before each round: perhaps none",
        models=(_counted(standard_loop("=n < 3", before=True)),),
        steps=(
            {"start": "p", "variables": {"n": 1}},
            {"start": "p", "variables": {"n": 3}},
        ),
        done="s work work e s e",
        states=("completed", "completed"),
        variables={"n": 3},
    ),
    Scenario(
        element="standard loop, loopMaximum",
        clause="13.3.6, 10.3.8",
        rule="no more rounds than the maximum, whatever the condition says",
        models=(_counted(standard_loop("=true", most=2)),),
        steps=({"start": "p", "variables": {"n": 0}},),
        done="s work work e",
        variables={"n": 2},
    ),
)

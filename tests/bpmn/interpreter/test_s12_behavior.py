"""S12: what the completion of the instances of a multi-instance activity throws (10.3.8)."""

import pytest

from tests.builders.events import escalation, signal
from tests.builders.process import a_flow, a_process, multi_instance
from tests.playing import play
from workflows.bpmn.interpreter.commands import BroadcastSignal

DEFINITION = (
    '<bpmn:escalationEventDefinition id="Done" escalationRef="Escalation_DONE" />\n'
    f"{escalation('DONE').root}"
)


def throwing(attributes, *, interrupting=False, inside="", **loop):
    given = multi_instance(cardinality="3", **loop)
    head, tail = given.split(">", 1)
    loop_xml = f"{head} {attributes}>{tail}"
    if inside:
        end = "</bpmn:multiInstanceLoopCharacteristics>"
        loop_xml = loop_xml.replace(end, inside + end)
    model = a_process().start().service("work", loop=loop_xml).end("over")
    model = model.boundary("work", "edge", escalation("DONE"), interrupting=interrupting)
    return model.end("told").root(DEFINITION)


def finished(model, rounds=3, **more):
    run = play(model)
    for number in range(rounds):
        run.complete("work", **{name: value(number) for name, value in more.items()})
    return run


def test_none_throws_at_every_completion():
    run = finished(throwing('behavior="None" noneBehaviorEventRef="Done"')).assert_over()

    assert run.entered["told"] == 3


def test_one_throws_at_the_first_completion_only():
    run = finished(throwing('behavior="One" oneBehaviorEventRef="Done"')).assert_over()

    assert run.entered["told"] == 1


@pytest.mark.parametrize("attributes", ["", 'behavior="All"'])
def test_all_throws_nothing(attributes):
    run = finished(throwing(attributes)).assert_over()

    assert run.entered["told"] == 0


def test_complex_throws_where_its_condition_is_true():
    inside = (
        "<bpmn:complexBehaviorDefinition><bpmn:condition>=numberOfCompletedInstances = 2"
        '</bpmn:condition><bpmn:event id="Thrown"><bpmn:eventDefinitionRef>Done'
        "</bpmn:eventDefinitionRef></bpmn:event></bpmn:complexBehaviorDefinition>"
    )
    run = finished(throwing('behavior="Complex"', inside=inside)).assert_over()

    assert run.entered["told"] == 1


def test_an_interrupting_boundary_ends_the_other_instances():
    model = throwing('behavior="One" oneBehaviorEventRef="Done"', interrupting=True)

    run = play(model).complete("work").assert_over()

    assert "over" not in run.completed


def test_the_body_waits_for_what_its_instances_throw():
    model = throwing('behavior="None" noneBehaviorEventRef="Loud"', sequential=True)
    definition = '<bpmn:signalEventDefinition id="Loud" signalRef="Signal_s" />'
    model = model.root(definition).root(signal("s").root)
    run = play(model)
    for _ in range(3):
        run.complete("work").complete("work/behavior1")

    assert len(run.issued(BroadcastSignal)) == 3
    run.assert_over()


def test_outputs_and_the_completion_condition_are_unchanged():
    model = throwing(
        'behavior="None" noneBehaviorEventRef="Done"',
        output="all",
        output_element="=loopCounter",
        until="=numberOfCompletedInstances = 2",
    )

    run = finished(model, 2).assert_over()

    assert run.variables == {"all": [1, 2, None]}
    assert run.entered["told"] == 2


def test_inside_a_sub_process_as_well():
    inner = a_flow().start("in").service("w").end("out")
    loop = multi_instance(cardinality="2").replace(
        ">", ' behavior="None" noneBehaviorEventRef="Done">', 1
    )
    model = a_process().start().sub_process("sub", inner, loop=loop).end()
    model = model.boundary("sub", "edge", escalation("DONE"), interrupting=False).end("told")

    run = play(model.root(DEFINITION)).complete("w").complete("w").assert_over()

    assert run.entered["told"] == 2

"""S28: several definitions at one event: any, all, or one after the other (10.5.1, 13.5.3)."""

import pytest

from tests.builders.events import (
    compensation,
    condition,
    escalation,
    several,
    shared,
    signal,
    undone_by,
)
from tests.builders.process import a_flow, a_process, error, message, timer
from tests.playing import Playing, compiled, play
from workflows.bpmn.interpreter.commands import BroadcastSignal, PublishMessage

EITHER = several(message("m", "=1"), signal("s"), timer(duration="PT1H"), condition("=n > 1"))
BOTH = several(message("m", "=1"), signal("s"))


def all_of(model, element):
    """Mark an event as parallel multiple."""
    next(node for node in model.nodes if node.id == element).attributes["parallelMultiple"] = "true"
    return model


def any_trigger(run, which):
    match which:
        case "message":
            return run.message("m", by=which)
        case "signal":
            return run.signal("s", by=which)
        case "timer":
            return run.fire(run.waits("timer")[0].element)
        case _:
            return run.set(n=2)


@pytest.mark.parametrize("which", ["message", "signal", "timer", "condition"])
def test_the_first_of_several_is_caught_and_the_rest_closed(which):
    run = play(a_process().start().catch("wait", EITHER).end(), n=0)

    any_trigger(run, which).assert_over()


@pytest.mark.parametrize("which", ["message", "signal", "timer", "condition"])
def test_an_interrupting_boundary_catches_any(which):
    model = a_process().start().service("work").end().boundary("work", "edge", EITHER)

    any_trigger(play(model.end("handled"), n=0), which).assert_over()


def test_at_a_non_interrupting_boundary_all_subscriptions_stay():
    model = a_process().start().service("work").end()
    model = model.boundary("work", "edge", BOTH, interrupting=False).service("handle").end("he")

    run = play(model).message("m").signal("s").message("m")

    assert run.entered["handle"] == 3


def test_event_sub_processes_catch_any():
    handler = a_flow().start("es", BOTH).service("handle").end("he")
    model = a_process().start().service("work").end().event_sub_process("esp", handler)

    run = play(model).signal("s")

    assert run.waiting == ["handle"]
    run.complete("handle").assert_over()


def test_errors_and_escalations_are_among_what_any_may_be():
    inner = a_flow().start("in").service("work").end("up", escalation("X"))
    model = a_process().start().sub_process("sub", inner).end()
    model = model.boundary("sub", "edge", several(error("E"), escalation("X"))).end("handled")

    assert "handled" in play(model).throw("work", "E").assert_over().completed
    assert "handled" in play(model).complete("work").assert_over().completed


def test_all_of_several_waits_for_each_of_them():
    run = play(all_of(a_process().start().catch("wait", BOTH).end(), "wait"))

    run.signal("s", a=1)
    assert run.waiting == ["wait"]
    run.message("m", b=2).assert_over()
    assert run.variables == {"a": 1, "b": 2}


def test_an_interrupting_boundary_for_all_of_several():
    model = a_process().start().service("work").end().boundary("work", "edge", BOTH)
    run = play(all_of(model.end("handled"), "edge")).message("m")

    assert run.outcome == ""
    run.signal("s").assert_over()


def test_a_non_interrupting_one_consumes_one_of_each_and_counts_on():
    model = a_process().start().service("work").end()
    model = model.boundary("work", "edge", BOTH, interrupting=False).service("handle").end("he")
    run = play(all_of(model, "edge")).message("m").message("m").signal("s")

    assert run.entered["handle"] == 1
    run.signal("s")
    assert run.entered["handle"] == 2


def test_an_event_sub_process_for_all_of_several():
    handler = all_of(a_flow().start("es", BOTH, interrupting=False).end("he"), "es")
    model = a_process().start().service("work").end().event_sub_process("esp", handler)

    run = play(model).message("m").signal("s").signal("s").message("m")

    assert run.entered["es"] == 2


def test_all_definitions_are_thrown_in_document_order():
    thrown = several(signal("s"), escalation("E"), message("m", publish={"correlationKey": "=1"}))
    run = play(a_process().start().throw("up", thrown).end())

    assert len(run.issued(BroadcastSignal)) == 1
    assert run.issued(PublishMessage) == []
    run.complete("up")
    assert len(run.issued(PublishMessage)) == 1
    run.complete("up").assert_over()
    assert [one.event for one in run.trail if one.event == "escalation"] == ["escalation"]


def test_an_end_event_throws_all_too():
    inner = a_flow().start("in").end("up", several(signal("s"), escalation("E")))
    model = a_process().start().sub_process("sub", inner).end()
    model = model.boundary("sub", "edge", escalation("E")).end("handled")

    assert "handled" in play(model).complete("up").assert_over().completed


def test_compensation_is_one_of_what_may_be_thrown():

    model = a_process().start().service("a")
    undone_by(model, "a", "undo_a")
    model = model.throw("up", several(compensation(), signal("s"))).end()
    run = play(model).complete("a").complete("undo_a")

    run.complete("up").assert_over()


def test_referenced_definitions_behave_as_if_written_in_place():
    definition = shared("Shared_1", signal("s"))
    model = a_process().start().catch("wait", definition).throw("up", definition).end()

    run = play(model).signal("s")

    assert run.issued(BroadcastSignal)[0].signal == "s"


def test_a_process_starts_by_any_of_several():
    run = Playing(compiled(a_process().start("by", BOTH).service("work").end()))

    assert run.start("by", n=1).waiting == ["work"]

"""S18: escalations are caught innermost first; uncaught, the process continues (10.5.5)."""

import pytest

from tests.builders.events import escalation
from tests.builders.process import a_flow, a_process
from tests.playing import Playing, compiled, play
from workflows.bpmn.interpreter.commands import Escalate, StartChild
from workflows.bpmn.interpreter.occurrences import Started


def throwing(code="E", **boundary):
    """A sub-process that throws on its way; ``boundary``: a catcher on its edge."""
    inner = a_flow().start("in").throw("up", escalation(code)).service("after").end("out")
    model = a_process().start().sub_process("sub", inner).end("over")
    if boundary:
        model = model.boundary("sub", "edge", **boundary).service("handle").end("handled")
    return model


def test_an_uncaught_escalation_lets_the_process_continue_and_is_on_record():
    run = play(throwing())

    assert run.waiting == ["after"]
    told = [one.detail for one in run.trail if one.event == "escalation"]
    assert told == [{"code": "E", "caught": None}]
    run.complete("after").assert_over()


def test_a_non_interrupting_boundary_starts_and_the_throw_goes_on():
    run = play(throwing(event=escalation("E"), interrupting=False))

    assert run.waiting == ["after", "handle"]
    run.complete("after").complete("handle").assert_over()


def test_an_interrupting_boundary_ends_the_scope_and_the_throw_never_completes():
    run = play(throwing(event=escalation("E")))

    assert run.waiting == ["handle"]
    assert "up" not in run.completed
    assert "up" in run.events("terminated")
    run.complete("handle").assert_over()


def test_a_catch_without_reference_catches_every_escalation():
    assert play(throwing(event=escalation())).waiting == ["handle"]


def test_at_one_level_the_exact_code_beats_the_catch_all():
    model = throwing(event=escalation()).boundary("sub", "exact", escalation("E")).end("precise")

    assert "precise" in play(model).completed


def test_another_code_is_not_caught():
    assert play(throwing("OTHER", event=escalation("E"))).waiting == ["after"]


@pytest.mark.parametrize("kind", ["throw", "end"])
def test_it_is_thrown_on_the_way_and_at_an_end(kind):
    inner = a_flow().start("in")
    inner = inner.throw("up", escalation("E")).end("out") if kind == "throw" else inner
    inner = inner.end("up", escalation("E")) if kind == "end" else inner
    model = a_process().start().sub_process("sub", inner).end("over")
    model = model.boundary("sub", "edge", escalation("E"), interrupting=False).end("handled")

    assert set(play(model).assert_over().completed) >= {"up", "handled", "over"}


def in_event_sub_process(*, interrupting):
    handler = a_flow().start("es", escalation("E"), interrupting=interrupting)
    model = a_process().start().throw("up", escalation("E")).service("after").end()
    return model.event_sub_process("esp", handler.service("handle").end("he"))


def test_an_interrupting_event_sub_process_takes_the_scope_over():
    run = play(in_event_sub_process(interrupting=True))

    assert run.waiting == ["handle"]
    assert "up" not in run.completed
    run.complete("handle").assert_over()


def test_a_non_interrupting_event_sub_process_runs_beside():
    run = play(in_event_sub_process(interrupting=False))

    assert run.waiting == ["after", "handle"]
    run.complete("handle").complete("after").assert_over()


def test_an_event_sub_process_never_catches_what_it_throws_itself():
    handler = a_flow().start("es", escalation("E"), interrupting=False)
    handler = handler.throw("again", escalation("E")).end("he")
    model = a_process().start().throw("up", escalation("E")).end().event_sub_process("esp", handler)

    run = play(model).assert_over()

    assert run.entered["es"] == 1


def test_event_sub_processes_of_a_scope_go_before_its_boundary():
    handler = a_flow().start("es", escalation("E"), interrupting=False).end("inside")
    inner = a_flow().start("in").end("up", escalation("E")).event_sub_process("esp", handler)
    model = a_process().start().sub_process("sub", inner).end("over")
    model = model.boundary("sub", "edge", escalation("E")).end("outside")

    run = play(model).assert_over()

    assert "inside" in run.completed
    assert "outside" not in run.completed


def test_what_the_throw_was_given_reaches_the_catcher():
    inner = a_flow().start("in").throw("up", escalation("E"), inputs={"why": '="late"'}).end("out")
    model = a_process().start().sub_process("sub", inner).end("over")
    model = model.boundary("sub", "edge", escalation("E"), interrupting=False).end("handled")

    assert play(model).assert_over().variables == {"why": "late"}


def test_a_code_may_be_an_expression_where_it_is_thrown():
    model = throwing("=code", event=escalation("E7"))

    assert play(model, code="E7").waiting == ["handle"]


def test_a_code_that_is_no_text_is_an_incident_at_the_throw():
    run = play(throwing("=code"))

    assert run.codes == ["error-code-invalid"]
    run.resolve(code="E").complete("after").assert_over()


def a_task_that_escalates(*, interrupting):
    model = a_process().start().service("work").end("over")
    return model.boundary("work", "edge", escalation("E"), interrupting=interrupting).end("told")


def test_a_worker_that_escalates_goes_on_with_its_job():
    run = play(a_task_that_escalates(interrupting=False)).escalate("work", "E")

    assert "told" in run.completed
    run.complete("work").assert_over()


def test_an_interrupting_boundary_withdraws_the_job_that_escalated():
    run = play(a_task_that_escalates(interrupting=True)).escalate("work", "E")

    assert "told" in run.assert_over().completed


# --- across called processes (S18: "crosses call activities, stops at the root") ----------------


def called(escalations):
    model = a_process().start().throw("up", escalation("E"), inputs={"n": "=1"})
    run = Playing(compiled(model.service("after").end()))
    return run.happen(Started(at=run.now, escalations=escalations))


def test_a_call_tells_which_escalations_are_caught_around_it():
    inner = a_flow().start("in").call("call", "other").end("out")
    inner = inner.boundary("call", "near", escalation("A"), interrupting=False).end("n")
    model = a_process().start().sub_process("sub", inner).end()
    model = model.boundary("sub", "far", escalation("A")).end("f")
    model = model.boundary("sub", "every", escalation()).end("e")

    assert play(model).issued(StartChild)[0].escalations == (("A", False), (None, True))


def test_a_called_process_tells_its_caller_and_goes_on_where_that_does_not_interrupt():
    run = called((("E", False),))

    (told,) = run.issued(Escalate)
    assert (told.code, told.variables, told.interrupts) == ("E", {"n": 1}, False)
    assert run.complete("up").waiting == ["after"]


def test_a_called_process_stops_at_the_throw_where_the_caller_interrupts():
    run = called(((None, True),))

    assert run.waiting == []
    run.cancel().assert_over("terminated")


def test_an_escalation_nobody_outside_catches_stays_inside():
    run = called((("OTHER", True),))

    assert run.issued(Escalate) == []
    assert run.waiting == ["after"]

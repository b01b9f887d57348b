"""S17: errors are caught innermost first, exact codes before catch-alls; uncaught → incident."""

from tests.builders.process import a_flow, a_process, error
from tests.playing import play
from workflows.bpmn.interpreter.commands import Finish, StartChild


def nested(inner_event=None, outer_event=None):
    inner = a_flow().start("in").service("work").end("out")
    model = a_process().start().sub_process("sub", inner).end()
    if inner_event is not None:
        inner.boundary("work", "inner", inner_event).end("inner_end")
        model = a_process().start().sub_process("sub", inner).end()
    if outer_event is not None:
        model = model.boundary("sub", "outer", outer_event).end("outer_end")
    return model


def test_the_boundary_of_the_task_catches_first():
    run = play(nested(error("E"), error("E"))).throw("work", "E")

    assert "inner_end" in run.completed
    assert "outer_end" not in run.completed


def test_an_error_goes_outward():
    run = play(nested(error("OTHER"), error("E"))).throw("work", "E")

    assert "outer_end" in run.assert_over().completed


def test_an_inner_catch_all_beats_an_outer_exact_code():
    run = play(nested(error(), error("E"))).throw("work", "E")

    assert "inner_end" in run.completed


def test_at_one_level_the_exact_code_beats_the_catch_all():
    model = (
        a_process().start().service("work").end()
        .boundary("work", "all", error()).end("all_end")
        .boundary("work", "exact", error("E")).end("exact_end")
    )  # fmt: skip

    assert "exact_end" in play(model).throw("work", "E").completed
    assert "all_end" in play(model).throw("work", "X").completed


def test_an_error_end_event_is_caught_at_its_scope():
    inner = a_flow().start("in").end("bad", error("E"))
    model = (
        a_process().start().sub_process("sub", inner).end()
        .boundary("sub", "edge", error("E")).end("caught")
    )  # fmt: skip

    run = play(model)

    assert "caught" in run.assert_over().completed
    assert "sub" in run.events("terminated")


def test_an_error_terminates_the_parallel_branches_of_its_scope():
    inner = (
        a_flow()
        .start("in")
        .parallel("f")
        .service("other")
        .end("o")
        .at("f")
        .service("work")
        .end("w")
    )
    model = (
        a_process().start().sub_process("sub", inner).end()
        .boundary("sub", "edge", error("E")).end("caught")
    )  # fmt: skip

    run = play(model).throw("work", "E")

    assert set(run.events("terminated")) == {"other", "work", "sub"}
    run.assert_over()


def test_an_uncaught_error_is_an_incident_at_the_thrower_which_stays_active():
    run = play(nested(None, error("OTHER"))).throw("work", "E", note="n")

    assert run.codes == ["unhandled-error"]
    assert run.instance("work").phase == "activated"


def test_resolving_repeats_the_search():
    run = play(nested()).throw("work", "E")

    run.resolve()

    assert run.codes == ["unhandled-error"]


def test_an_uncaught_error_end_event_is_an_incident():
    run = play(a_process().start().end("bad", error("E")))

    assert run.codes == ["unhandled-error"]
    assert run.instance("bad").phase == "activated"


def test_the_payload_goes_into_the_scope_of_the_catcher_through_its_mappings():
    model = (
        a_process().start().service("work").end()
        .boundary("work", "edge", error("E"), outputs={"why": "=reason"}).end("caught")
    )  # fmt: skip

    run = play(model).throw("work", "E", reason="no funds", noise=1)

    assert run.assert_over().variables == {"why": "no funds"}


def test_an_error_code_may_be_an_expression_where_it_is_thrown():
    inner = a_flow().start("in").end("bad", error("=code"))
    model = (
        a_process().start().sub_process("sub", inner).end()
        .boundary("sub", "edge", error("E7")).end("caught")
    )  # fmt: skip

    assert "caught" in play(model, code="E7").completed


def test_a_called_process_gets_the_codes_its_callers_catch():
    model = (
        a_process().start().call("call", "other").end()
        .boundary("call", "edge", error("E")).end("caught")
    )  # fmt: skip
    other = a_process("other").start("os").service("ow").end("oe")
    run = play(model, other, process="process")

    (start,) = run.issued(StartChild)
    assert start.catches == ("E",)

    run.throw("call", "E").assert_over()
    assert "caught" in run.completed


def test_a_called_process_ends_with_an_error_that_its_caller_catches():
    from tests.playing import Playing, compiled
    from workflows.bpmn.interpreter.occurrences import Started

    run = Playing(compiled(a_process().start().service("work").end()))
    run.happen(Started(at=run.now, catches=("E",)))

    run.throw("work", "E", reason="r")

    finish = run.issued(Finish)[0]
    assert (finish.outcome, finish.error_code, finish.variables) == ("error", "E", {"reason": "r"})
    run.assert_over("error")


def test_an_error_its_caller_does_not_catch_stays_in_the_called_process():
    from tests.playing import Playing, compiled
    from workflows.bpmn.interpreter.occurrences import Started

    run = Playing(compiled(a_process().start().service("work").end()))
    run.happen(Started(at=run.now, catches=("OTHER",)))

    assert run.throw("work", "E").codes == ["unhandled-error"]

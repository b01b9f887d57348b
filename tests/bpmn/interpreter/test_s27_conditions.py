"""S27: conditional events fire when their condition becomes true (10.5.5, Conditional)."""

import pytest

from tests.builders.events import condition
from tests.builders.process import a_flow, a_process, timer
from tests.playing import play
from workflows.bpmn.interpreter import OccurrenceRefused


def waiting(text="=n > 1", **only):
    return a_process().start().catch("wait", condition(text, **only)).end()


def test_a_condition_that_holds_when_it_is_reached_passes_at_once():
    play(waiting(), n=2).assert_over()


def test_a_write_to_its_variable_makes_it_pass():
    run = play(waiting(), n=1)

    assert run.waits("condition")[0].name == "n > 1"
    run.set(n=2).assert_over()


def test_a_write_to_another_variable_does_not():
    assert play(waiting(), n=1).set(m=2).waiting == ["wait"]


def test_null_does_not_trigger_and_is_no_incident():
    run = play(waiting())

    assert run.waiting == ["wait"]
    assert run.codes == []


def test_what_is_not_boolean_is_an_incident_at_the_event():
    run = play(waiting("=n"), n=7)

    assert run.codes == ["condition-not-boolean"]
    run.resolve("wait", n=True).assert_over()


def with_boundary(text="=n > 1", *, interrupting=False, **more):
    model = a_process().start().service("work", **more).end()
    model = model.boundary("work", "edge", condition(text), interrupting=interrupting)
    return model.service("handle").end("handled")


def test_an_interrupting_boundary_ends_its_host():
    run = play(with_boundary(interrupting=True), n=1).set(n=2)

    assert run.waiting == ["handle"]


def test_it_fires_on_the_edge_only():
    run = play(with_boundary(), n=1).set(n=2).set(n=3)

    assert run.entered["handle"] == 1


def test_it_must_be_false_again_before_it_fires_again():
    run = play(with_boundary(), n=2).set(n=1).set(n=2)

    assert run.entered["handle"] == 2


def test_the_hosts_own_output_mappings_do_not_trigger_its_boundary():
    run = play(with_boundary(outputs={"n": "=9"}), n=1).complete("work")

    run.assert_over()
    assert "handle" not in run.entered


def test_the_result_of_another_branch_triggers_it():
    model = a_process().start().parallel("fork").service("other").end("o")
    model = model.at("fork").catch("wait", condition("=n > 1")).end("w")

    play(model, n=1).complete("other", n=2).assert_over()


def test_a_local_of_the_host_counts():
    run = play(with_boundary(inputs={"n": "=1"})).set("work", n=2)

    assert run.entered["handle"] == 1


def test_a_local_of_another_branch_does_not():
    inner = a_flow().start("in").service("inside").end("out")
    model = a_process().start().parallel("fork").sub_process("sub", inner, inputs={"n": "=1"})
    model = model.end("s").at("fork").catch("wait", condition("=n > 1")).end("w")

    assert "wait" in play(model).set("sub", n=2).waiting


def test_a_host_whose_work_has_failed_is_interrupted_all_the_same():
    run = play(with_boundary(interrupting=True), n=1).fail("work").set(n=2)

    assert run.waiting == ["handle"]
    assert run.codes == []


def test_one_that_is_neither_true_nor_false_waits_while_its_host_has_another_incident():
    run = play(with_boundary("=n"), n=False).fail("work").set(n=7)
    assert run.codes == ["job-failed"]

    run.resolve("work")

    assert run.codes == ["condition-not-boolean"]


def test_one_that_cannot_be_tested_does_not_keep_others_from_it():
    model = with_boundary("=n").boundary("work", "other", condition("=m"), interrupting=False)
    run = play(model.end("heard"), n=7, m=False)
    assert run.codes == ["condition-not-boolean"]

    run.set(m=True)

    assert run.entered["heard"] == 1


def test_outer_scopes_go_first():
    handler = a_flow().start("es", condition("=n > 1")).end("outer")
    model = with_boundary(interrupting=True).event_sub_process("esp", handler)

    run = play(model, n=1).set(n=2).assert_over()

    assert "outer" in run.completed
    assert "handle" not in run.entered


def test_a_non_interrupting_event_sub_process_runs_beside():
    handler = a_flow().start("es", condition("=n > 1"), interrupting=False).end("he")
    model = a_process().start().service("work").end().event_sub_process("esp", handler)

    run = play(model, n=1).set(n=2).set(n=1).set(n=2)

    assert run.entered["es"] == 2
    run.complete("work").assert_over()


def test_behind_an_event_based_gateway():
    model = a_process().start().event_based("race").catch("c", condition("=n > 1")).end("by_c")
    model = model.at("race").catch("t", timer(duration="PT1H")).end("by_t")

    assert "by_c" in play(model, n=1).set(n=2).assert_over().completed


def test_a_filter_narrows_the_variables():
    run = play(waiting("=n + m > 2", variableNames="m"), n=1, m=1)

    assert run.set(n=9).waiting == ["wait"]
    run.set(m=1).assert_over()


def test_a_filter_narrows_the_kinds_of_write():
    run = play(waiting("=n > 1", variableEvents="create"), n=1)

    assert run.set(n=2).waiting == ["wait"]


def begun(**variables):
    model = a_process().start("low", condition("=n < 0")).end("a")
    return play(model.start("high", condition("=n > 1")).end("b"), **variables)


def test_a_process_begins_at_the_first_start_whose_condition_is_true():
    assert begun(n=2).assert_over().completed[:2] == ["high", "b"]
    assert begun(n=-1).assert_over().completed[:2] == ["low", "a"]


@pytest.mark.parametrize("variables", [{"n": 1}, {}, {"n": "text"}])
def test_a_process_does_not_begin_where_no_condition_is_true(variables):
    with pytest.raises(OccurrenceRefused, match="no start condition is true"):
        begun(**variables)


def test_a_none_start_event_goes_before_any_condition():
    model = a_process().start("plain").end("a").start("high", condition("=n > 1")).end("b")

    assert play(model, n=2).assert_over().completed[:2] == ["plain", "a"]

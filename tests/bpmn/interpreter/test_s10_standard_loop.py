"""S10: an activity repeats while its loop condition is true (10.3.8, Standard Loop)."""

import pytest

from tests.builders.events import standard_loop
from tests.builders.process import a_flow, a_process, error
from tests.playing import play, unplain


def local(run, name):
    return unplain(run.instance("work").locals or {})[name]


def looped(**given):
    return a_process().start().service("work", loop=standard_loop(**given)).end()


def test_it_runs_first_and_then_tests():
    run = play(looped(while_="=again"), again=False)

    run.complete("work").assert_over()
    assert run.entered["work"] == 1


def test_it_goes_on_while_the_condition_is_true():
    run = play(looped(while_="=again")).complete("work", again=True)

    assert run.waiting == ["work"]
    run.complete("work", again=False).assert_over()


def test_tested_before_it_may_not_run_at_all():
    run = play(looped(while_="=again", before=True), again=False).assert_over()

    assert run.entered["work"] == 0


def test_a_maximum_caps_the_rounds():
    run = play(looped(while_="=true", most=2)).complete("work").complete("work")

    run.assert_over()


def test_a_maximum_alone_is_a_number_of_rounds():
    run = play(looped(most=3)).complete("work").complete("work").complete("work")

    run.assert_over()


def test_each_round_knows_its_number_from_1():
    run = play(looped(while_="=loopCounter < 3"))
    seen = []
    for _ in range(3):
        seen.append(local(run, "loopCounter"))
        run.complete("work")

    assert seen == [1, 2, 3]
    run.assert_over()


def test_each_round_is_a_scope_of_its_own():
    loop = standard_loop(most=2)
    model = a_process().start().service("work", loop=loop, inputs={"x": "=loopCounter"}).end()
    run = play(model)
    first = run.instance("work").key
    run.complete("work")

    assert run.instance("work").key != first
    assert local(run, "x") == 2


def test_boundary_events_belong_to_the_whole_loop():
    model = looped(most=5).boundary("work", "edge", error("E")).end("handled")
    run = play(model).complete("work").throw("work", "E").assert_over()

    assert run.entered["edge"] == 1


def test_a_condition_that_is_not_boolean_is_an_incident_and_tested_again():
    run = play(looped(while_="=again")).complete("work")

    assert run.codes == ["condition-not-boolean"]
    run.resolve(again=False).assert_over()


def test_a_sub_process_loops_whole():
    inner = a_flow().start("in").service("a").service("b").end("out")
    model = a_process().start().sub_process("sub", inner, loop=standard_loop(most=2)).end()
    run = play(model)
    for _ in range(2):
        run.complete("a").complete("b")

    run.assert_over()


@pytest.mark.parametrize("most", [None, 50_000])
def test_a_loop_that_never_waits_is_stopped_as_a_runaway(most):
    model = a_process().start().task("work", loop=standard_loop("=true", most=most)).end()

    assert play(model).codes == ["step-budget-spent"]

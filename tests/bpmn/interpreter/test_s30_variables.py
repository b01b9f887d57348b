"""S30: input mappings write locals, output mappings go up; results merge where nobody maps."""

import pytest

from tests.builders.process import a_flow, a_process
from tests.playing import START, Playing, compiled, play, unplain
from workflows.bpmn.interpreter.commands import RunTask
from workflows.bpmn.interpreter.occurrences import Started


def test_an_input_mapping_makes_a_local_variable():
    run = play(a_process().start().service("t", inputs={"y": "=x + 1"}).end(), x=1)

    assert run.variables == {"x": 1}
    assert unplain(run.issued(RunTask)[0].variables) == {"y": 2}


def test_inputs_run_in_order_and_see_the_earlier_ones():
    run = play(a_process().start().service("t", inputs={"y": "=x + 1", "z": "=y * 2"}).end(), x=1)

    assert unplain(run.issued(RunTask)[0].variables) == {"y": 2, "z": 4}


def test_without_input_mappings_all_visible_variables_are_given():
    run = play(a_process().start().service("t").end(), x=1, y="two")

    assert set(run.issued(RunTask)[0].variables) == {"x", "y"}


def test_a_static_input_is_text():
    run = play(a_process().start().service("t", inputs={"y": "x + 1"}).end(), x=1)

    assert run.issued(RunTask)[0].variables == {"y": "x + 1"}


def test_results_merge_upward_without_output_mappings():
    run = play(a_process().start().service("t").end()).complete("t", r=1)

    assert run.assert_over().variables == {"r": 1}


def test_with_an_output_mapping_only_the_mapped_goes_up():
    run = play(a_process().start().service("t", outputs={"out": "=r + 1"}).end())

    run.complete("t", r=1, noise=2)

    assert run.assert_over().variables == {"out": 2}


def test_a_name_is_written_in_the_nearest_scope_that_has_it():
    inner = a_flow().start("in").service("t").service("u").end("out")
    model = a_process().start().sub_process("sub", inner, inputs={"x": "=1"}).end()
    run = play(model, x=0).complete("t", x=5, fresh=6)

    assert run.variables == {"x": 0, "fresh": 6}
    assert unplain(run.issued(RunTask)[-1].variables)["x"] == 5


def test_results_update_the_locals_of_the_element_itself():
    run = play(a_process().start().service("t", inputs={"x": "=1"}).end(), x=0)

    run.complete("t", x=5)

    assert run.assert_over().variables == {"x": 0}


def test_a_path_creates_a_context():
    run = play(a_process().start().service("t", outputs={"a.b.c": "=r"}).end()).complete("t", r=1)

    assert run.assert_over().variables == {"a": {"b": {"c": 1}}}


def test_a_path_extends_a_context():
    model = a_process().start().service("t", outputs={"a.b": "=r"}).end()

    run = play(model, a={"x": 1}).complete("t", r=2)

    assert run.assert_over().variables == {"a": {"x": 1, "b": 2}}


def test_an_input_path_makes_a_local_context_of_its_own():
    run = play(a_process().start().service("t", inputs={"a.b": "=1"}).end(), a={"x": 1})

    assert unplain(run.issued(RunTask)[0].variables) == {"a": {"b": 1}}


def test_locals_of_parallel_branches_never_leak():
    model = (
        a_process().start().parallel("f")
        .service("a", inputs={"v": '="a"'}).connect("j")
        .at("f").service("b", inputs={"v": '="b"'}).connect("j").parallel("j").service("c").end()
    )  # fmt: skip
    run = play(model).complete("a").complete("b")

    assert run.issued(RunTask)[-1].variables == {}


def test_an_output_mapping_to_a_function_is_an_incident_and_the_work_is_not_repeated():
    model = a_process().start().service("t", outputs={"f": "=function(x) x + 1"}).end()
    run = play(model).complete("t", r=1)

    assert run.codes == ["value-not-storable"]
    assert run.instance("t").phase == "completing"

    run.resolve()
    assert len(run.issued(RunTask)) == 1


def test_a_failed_output_mapping_writes_nothing():
    model = (
        a_process().start()
        .service("t", outputs={"ok": "=1", "f": "=function(x) x + 1"}).end()
    )  # fmt: skip

    run = play(model).complete("t")

    assert "ok" not in run.variables


def test_a_result_that_is_too_large_is_an_incident_and_the_job_runs_again():
    run = play(a_process().start().service("t").end())

    run.complete("t", text="x" * 300_000)

    assert run.codes == ["payload-too-large"]
    run.resolve().complete("t", text="x").assert_over()


def test_a_script_writes_its_result():
    run = play(a_process().start().script("s", "=x * 2", "y").end(), x=4)

    assert run.assert_over().variables == {"x": 4, "y": 8}


def test_a_script_that_spends_its_limits_is_an_incident():
    run = play(
        a_process().start().script("s", "=count(for i in 1..x, j in 1..x return i)").end(), x=5000
    )

    assert run.codes == ["expression-failed"]
    run.resolve(x=2).assert_over()


@pytest.mark.parametrize(("key", "where"), [(None, "root"), ("sub", "sub")])
def test_variables_can_be_set_from_outside(key, where):
    inner = a_flow().start("in").service("t").end("out")
    run = play(a_process().start().sub_process("sub", inner).end())

    run.set(key, x=1)

    assert ("x" in run.variables) == (where == "root")
    assert bool(run.instance("sub").locals) == (where == "sub")


def test_two_instances_with_seeds_of_their_own_draw_differently():
    program = compiled(a_process().start().script("a", "=random number()", "a").end())

    drawn = [Playing(program).happen(Started(at=START, seed=seed)).variables["a"] for seed in "xxy"]

    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]


def test_random_values_differ_and_replay_the_same():
    model = (
        a_process()
        .start()
        .script("a", "=random number()", "a")
        .script("b", "=random number()", "b")
        .end()
    )

    one, other = play(model), play(model)

    assert one.variables["a"] != one.variables["b"]
    assert one.variables == other.variables

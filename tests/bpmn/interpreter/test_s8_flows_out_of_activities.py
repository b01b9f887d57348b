"""S8: all plain flows, every conditional one that is true, the default if none of those is."""

from tests.builders.process import a_process
from tests.playing import play


def test_several_plain_flows_are_an_uncontrolled_split():
    model = a_process().start().task("t").end("a").at("t").end("b")

    run = play(model)

    assert {"a", "b"} <= set(run.completed)


def test_plain_flows_and_true_conditional_flows_are_taken_together():
    model = (
        a_process().start().task("t").end("plain")
        .at("t").flow("=yes").end("a").at("t").flow("=no").end("b")
    )  # fmt: skip

    run = play(model, yes=True, no=False)

    assert {"plain", "a"} <= set(run.completed)
    assert "b" not in run.completed


def a_task_with_default():
    return (
        a_process().start().task("t").flow("=x > 1").end("a").at("t").flow(default=True).end("else")
    )


def test_the_default_is_taken_when_no_condition_is_true():
    assert "else" in play(a_task_with_default(), x=0).completed


def test_the_default_is_not_taken_when_a_condition_is_true():
    run = play(a_task_with_default(), x=2)

    assert "a" in run.completed
    assert "else" not in run.completed


def test_only_conditional_flows_none_true_is_an_incident():
    model = a_process().start().task("t").flow("=x").end("a").at("t").flow("=x").end("b")

    run = play(model, x=False)

    assert run.codes == ["no-flow-taken"]
    run.resolve(x=True).assert_over()


def test_the_incident_does_not_repeat_the_output_mappings():
    model = (
        a_process().start().script("t", "=n + 1", "n", outputs={"n": "=n * 10"}).flow("=go").end()
    )
    run = play(model, n=1, go=None)
    assert run.codes == ["condition-not-boolean"]
    assert run.variables["n"] == 20

    run.resolve(go=True)

    assert run.assert_over().variables["n"] == 20


def test_incoming_flows_of_a_task_do_not_synchronise():
    model = a_process().start().parallel("f").connect("t").at("f").connect("t").task("t").end()

    run = play(model)

    assert run.entered["t"] == 2

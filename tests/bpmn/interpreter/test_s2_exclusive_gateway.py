"""S2: conditions in document order, first true wins, default otherwise."""

from tests.builders.process import a_process
from tests.playing import play


def a_choice(first="=x > 1", second="=x > 0", default=True):
    model = a_process().start().exclusive("choice").flow(first).end("first").at("choice")
    model = model.flow(second).end("second")
    return model.at("choice").flow(default=True).end("else") if default else model


def test_the_first_true_condition_wins():
    run = play(a_choice(), x=5)

    assert "first" in run.completed
    assert "second" not in run.completed


def test_the_default_is_taken_when_no_condition_holds():
    run = play(a_choice(), x=0)

    assert run.completed[-2:] == ["else", "process"]


def test_none_true_without_default_is_an_incident_that_evaluates_again():
    run = play(a_choice(default=False), x=0)

    assert run.codes == ["no-flow-taken"]
    assert run.program.nodes[run.incidents[0].node].id == "choice"
    run.resolve("choice", x=2).assert_over()
    assert "first" in run.completed


def test_a_condition_that_is_null_is_an_incident():
    run = play(a_choice(first="=missing > 1"), x=0)

    assert run.codes == ["condition-not-boolean"]
    assert "missing > 1" in run.incidents[0].message


def test_a_condition_that_is_a_number_is_an_incident():
    run = play(a_choice(first="=x"), x=0)

    assert run.codes == ["condition-not-boolean"]


def test_a_failed_resolve_opens_a_new_incident():
    run = play(a_choice(default=False), x=0)
    before = run.incidents[0].id

    run.resolve(x=-1)

    assert run.codes == ["no-flow-taken"]
    assert run.incidents[0].id != before


def test_each_token_passes_a_merge_singly():
    model = (
        a_process()
        .start()
        .parallel("fork")
        .connect("merge")
        .at("fork")
        .connect("merge")
        .exclusive("merge")
        .task("after")
        .end()
    )

    run = play(model)

    assert run.entered["after"] == 2

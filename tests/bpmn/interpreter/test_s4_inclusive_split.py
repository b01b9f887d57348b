"""S4: every flow whose condition is true; the default only when none is."""

from tests.builders.process import a_process
from tests.playing import play


def a_split(default=True):
    model = a_process().start().inclusive("split")
    for name in "abc":
        model = model.at("split").flow(f"={name}").end(name)
    return model.at("split").flow(default=True).end("else") if default else model


def test_every_true_flow_is_taken():
    run = play(a_split(), a=True, b=False, c=True)

    assert {"a", "c"} <= set(run.completed)
    assert not {"b", "else"} & set(run.completed)


def test_the_default_is_taken_only_when_none_is_true():
    run = play(a_split(), a=False, b=False, c=False)

    assert "else" in run.completed


def test_none_true_without_default_is_an_incident():
    run = play(a_split(default=False), a=False, b=False, c=False)

    assert run.codes == ["no-flow-taken"]


def test_a_null_condition_is_an_incident_before_any_flow_is_taken():
    run = play(a_split(), a=True, b=None, c=False)

    assert run.codes == ["condition-not-boolean"]
    assert run.taken == ["start_to_split"]

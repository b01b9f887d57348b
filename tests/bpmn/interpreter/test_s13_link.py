"""S13: a throw continues at the catch of the same name in the same scope."""

from tests.builders.process import a_process, link
from tests.playing import play


def a_model():
    model = a_process().start().parallel("f").throw("one", link("L"))
    model = model.at("f").throw("two", link("L"))
    model.cursor = None
    return model.catch("in", link("L")).task("after").end()


def test_the_token_goes_on_at_the_catch_without_a_flow():
    run = play(a_model())

    assert "one_to_in" not in run.taken
    assert run.taken.count("in_to_after") == 2


def test_many_throws_meet_at_one_catch():
    run = play(a_model())

    assert run.entered["after"] == 2
    run.assert_over()

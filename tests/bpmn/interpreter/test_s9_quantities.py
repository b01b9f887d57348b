"""S9: token cardinality, startQuantity and completionQuantity (10.3, Activity attributes)."""

from tests.builders.process import a_flow, a_process
from tests.playing import play


def fed(branches, quantity):
    model = a_process().start().parallel("fork").service("b1")
    model = model.node("task", "work", {"startQuantity": quantity}).end("over")
    for number in range(2, branches + 1):
        model = model.at("fork").service(f"b{number}").connect("work")
    return model


def test_tokens_gather_until_there_are_enough():
    run = play(fed(3, 3)).complete("b1").complete("b2")

    assert run.entered["work"] == 0
    run.complete("b3").assert_over()
    assert run.entered["work"] == 1


def test_each_n_tokens_start_one_instance():
    run = play(fed(4, 2))
    for number in range(1, 5):
        run.complete(f"b{number}")

    assert run.assert_over().entered["work"] == 2


def test_tokens_that_can_never_be_enough_are_told():
    run = play(fed(3, 2)).complete("b1").complete("b2").complete("b3")

    assert run.codes == ["dead-join"]
    assert "2 tokens" in run.incidents[0].message


def test_one_flow_may_bring_them_all():
    model = a_process().start().node("task", "many", {"completionQuantity": 3})
    run = play(model.node("task", "work", {"startQuantity": 3}).end()).assert_over()

    assert run.entered["work"] == 1


def test_completion_sends_m_tokens_down_each_flow():
    model = a_process().start().node("task", "many", {"completionQuantity": 2})
    model = model.service("a").end("ae").at("many").service("b").end("be")

    run = play(model)

    assert run.entered["a"] == run.entered["b"] == 2


def test_the_counters_die_with_their_scope():
    inner = a_flow().start("in").node("task", "work", {"startQuantity": 2}).end("out")
    model = a_process().start().sub_process("sub", inner).end()

    run = play(model)

    assert run.codes == ["dead-join"]
    run.cancel().assert_over("terminated")

"""S21: a cancelled transaction terminates, compensates, and leaves by its boundary (10.3.5)."""

from tests.builders.events import cancel, undone_by
from tests.builders.process import a_flow, a_process, error, message, multi_instance
from tests.playing import play, unplain
from workflows.bpmn.interpreter.commands import CancelTask, RunTask


def transaction(flow, inner, **more):
    flow.roots.update(inner.roots)
    return flow.node("transaction", "deal", inside=inner.content(), **more)


def booking():
    """Book two things; a third that is still going on is cancelled with all."""
    inner = a_flow().start("in").parallel("fork").service("a").service("b")
    undone_by(inner, "a", "undo_a")
    undone_by(inner, "b", "undo_b")
    inner = inner.end("stop", cancel())
    return inner.at("fork").service("slow").end("never")


def deal(inner=None, **more):
    model = transaction(a_process().start(), inner or booking(), **more).end("done")
    return model.boundary("deal", "cancelled", cancel()).service("after").end("left")


def test_live_tokens_end_before_anything_is_compensated():
    run = play(deal()).complete("a").complete("b")

    assert len(run.issued(CancelTask)) == 1
    trail = [(one.element, one.event) for one in run.trail]
    assert trail.index(("slow", "terminated")) < trail.index(("undo_b", "activating"))


def test_the_completed_activities_are_compensated_in_reverse_then_it_is_left():
    run = play(deal()).complete("a").complete("b")

    assert run.waiting == ["undo_b"]
    run.complete("undo_b").complete("undo_a")
    assert run.waiting == ["after"]
    run.complete("after").assert_over()
    assert "deal" in run.events("terminated")
    assert "done" not in run.completed


def test_with_nothing_to_compensate_it_is_left_at_once():
    inner = a_flow().start("in").service("a").end("stop", cancel())

    assert play(deal(inner)).complete("a").waiting == ["after"]


def test_a_transaction_that_is_not_cancelled_is_a_sub_process():
    inner = a_flow().start("in").service("a").exclusive("x").flow("=bad").end("stop", cancel())
    inner = inner.at("x").flow(default=True).end("fine")

    assert "done" in play(deal(inner), bad=False).complete("a").assert_over().completed


def test_an_error_that_leaves_the_transaction_does_not_compensate():
    inner = a_flow().start("in").service("a").service("b")
    undone_by(inner, "a", "undo_a")
    model = deal(inner.end("stop", cancel()))
    model = model.boundary("deal", "hazard", error("E")).end("hazarded")

    run = play(model).complete("a").throw("b", "E").assert_over()

    assert "hazarded" in run.completed
    assert "undo_a" not in run.entered


def test_a_cancel_inside_a_sub_process_of_the_transaction_cancels_that():
    nested = a_flow().start("ns").end("stop", cancel())
    inner = a_flow().start("in").service("a")
    undone_by(inner, "a", "undo_a")
    inner = inner.sub_process("sub", nested).end("out")

    run = play(deal(inner)).complete("a").complete("undo_a")

    assert run.waiting == ["after"]


def test_one_instance_cancels_all_instances_of_a_multi_instance_transaction():
    inner = a_flow().start("in").service("a")
    undone_by(inner, "a", "undo_a")
    inner = inner.service("b").exclusive("x").flow("=item = 2").end("stop", cancel())
    inner = inner.at("x").flow(default=True).end("fine")
    loop = multi_instance("=[1, 2, 3]", element="item")
    run = play(deal(inner, loop=loop))
    for _ in range(3):
        run.complete("a")

    run.complete("b").complete("b")

    undone = []
    while run.waiting == ["undo_a"]:
        undone.append(unplain(run.issued(RunTask)[-1].variables)["item"])
        run.complete("undo_a")
    assert set(undone) == {1, 2, 3}
    assert len(undone) == 3
    assert undone[0] == 3
    run.complete("after").assert_over()


def test_an_error_of_a_handler_leaves_by_the_error_boundary():
    model = deal().boundary("deal", "hazard", error("E")).end("hazarded")

    run = play(model).complete("a").complete("b").throw("undo_b", "E").assert_over()

    assert "hazarded" in run.completed


def test_a_boundary_event_is_deaf_while_the_transaction_compensates():
    model = deal().boundary("deal", "edge", message("m", "=1")).end("other")

    run = play(model).complete("a").complete("b")

    assert run.waits("message") == []
